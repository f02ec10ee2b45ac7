"""Mailing a document: nothing is mailed, everything is noted."""

from qbo_connector.simulator.clock import stamp
from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Record
from qbo_connector.simulator.faults import fault


def send(company: Company, record: Record, *, to: str | None) -> None:
    """Mark a document as sent, to `to` or to the address it has.

    Raises:
        IntuitFault: 6420 without an address.
    """
    address = (
        to or record.body.get("BillEmail", {}).get("Address") or record.body.get("POEmail", {}).get("Address")
    )
    if not address:
        raise fault(
            "6420", "Email address required", "An email address is required to deliver by email", "BillEmail"
        )
    field = "POEmail" if record.kind.name == "PurchaseOrder" else "BillEmail"
    delivery = {"DeliveryType": "Email", "DeliveryTime": stamp(company.clock.now())}
    sent = {"EmailStatus": "EmailSent", field: {"Address": address}, "DeliveryInfo": delivery}
    fields = {name: value for name, value in sent.items() if name in record.kind.shape}
    company.replace(record, {**record.body, **fields}, operation="Emailed")
