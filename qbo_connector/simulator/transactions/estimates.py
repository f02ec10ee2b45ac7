"""An invoice made from an estimate closes it, and both show the other."""

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body, Record


def close_estimates(company: Company, record: Record, before: Body) -> None:
    """After an invoice's write: link the estimates it names now, and free those it no longer names."""
    was, now = _estimates(before), set() if record.body.get("deleted") else _estimates(record.body)
    link = {"TxnId": record.id, "TxnType": record.kind.name}
    for identifier in was ^ now:
        estimate = company.find("Estimate", identifier)
        if estimate is None:
            continue
        others = [entry for entry in estimate.body.get("LinkedTxn", []) if entry != link]
        linked = [*others, link] if identifier in now else others
        status = "Closed" if linked else "Pending"
        company.replace(estimate, {**estimate.body, "LinkedTxn": linked, "TxnStatus": status})


def _estimates(body: Body) -> set[str]:
    return {str(link["TxnId"]) for link in body.get("LinkedTxn", []) if link.get("TxnType") == "Estimate"}
