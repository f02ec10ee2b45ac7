"""What customers and vendors owe: moved along with every document.

A balance that moves bumps the name's LastUpdatedTime and leaves its SyncToken alone (reference §5.1).
"""

from collections.abc import Iterator
from decimal import Decimal

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.wire.numbers import ZERO, decimal_of, money

_SIDES = {
    "Invoice": ("Customer", "CustomerRef", "Balance", 1),
    "CreditMemo": ("Customer", "CustomerRef", "Balance", -1),
    "Payment": ("Customer", "CustomerRef", "UnappliedAmt", -1),
    "Bill": ("Vendor", "VendorRef", "Balance", 1),
    "VendorCredit": ("Vendor", "VendorRef", "Balance", -1),
}
"""Document: whose balance it moves, by which field, by what, and in which direction."""


def move_balance(company: Company, record: Record, before: Body) -> None:
    """Book the difference between a document's old and new body on its customer or vendor."""
    if record.kind.name not in _SIDES:
        return
    entity, field, amount, sign = _SIDES[record.kind.name]
    for body, direction in ((before, -sign), (record.body, sign)):
        party = company.find(entity, str(body.get(field, {}).get("value", "")))
        change = direction * _open(body, amount)
        if party is not None and change:
            _book(company, party, change)


def _open(body: Body, field: str) -> Decimal:
    return ZERO if body.get("deleted") else decimal_of(body.get(field))


def _book(company: Company, party: Record, change: Decimal) -> None:
    party.body["Balance"] = money(decimal_of(party.body.get("Balance")) + change)
    company.touch(party)
    for ancestor in _line_of(company, party):
        if "BalanceWithJobs" in ancestor.body:
            with_jobs = decimal_of(ancestor.body["BalanceWithJobs"]) + change
            ancestor.body["BalanceWithJobs"] = money(with_jobs)
            company.touch(ancestor)


def _line_of(company: Company, party: Record) -> Iterator[Record]:
    found: Record | None = party
    while found is not None:
        yield found
        found = company.find("Customer", str(found.body.get("ParentRef", {}).get("value", "")))
