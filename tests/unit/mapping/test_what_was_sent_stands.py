"""An answer that was lost is known again by what stands in QuickBooks, and by nothing less."""

from decimal import Decimal

import pytest

from qbo_connector.mapping.arrival import shows

LINE = {
    "LineNum": 1,
    "Amount": Decimal("80.00"),
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "20"}, "Qty": 2},
}
SENT = {
    "Id": "128",
    "SyncToken": "0",
    "sparse": True,
    "DocNumber": "N-1",
    "CustomerRef": {"value": "57"},
    "CustomerMemo": {"value": ""},
    "TxnTaxDetail": {"TotalTax": Decimal("1.00")},
    "Line": [LINE],
}
STANDS = {
    "Id": "128",
    "SyncToken": "3",
    "sparse": False,
    "DocNumber": "N-1",
    "CustomerRef": {"value": "57", "name": "Northwind"},
    "TotalAmt": Decimal("82.00"),
    "TxnTaxDetail": {"TotalTax": Decimal("2.00")},
    "Line": [
        {**LINE, "Id": "4", "LineNum": 7, "Amount": Decimal("80.0")},
        {"Amount": Decimal("80.0"), "DetailType": "SubTotalLineDetail"},
    ],
}


def test_what_quickbooks_adds_leaves_out_and_works_out_makes_no_difference():
    assert shows(STANDS, SENT)


@pytest.mark.parametrize(
    "changes",
    [
        {"DocNumber": "N-2"},
        {"DocNumber": None},
        {"CustomerRef": {"value": "58"}},
        {"CustomerRef": None},
        {"CustomerMemo": {"value": "by hand"}},
        {"Line": [{**LINE, "Amount": Decimal("80.01")}]},
        {"Line": [{**LINE, "SalesItemLineDetail": {"ItemRef": {"value": "20"}}}]},
        {"Line": [LINE, LINE]},
        {"Line": None},
    ],
)
def test_any_other_difference_is_somebody_elses_version(changes):
    assert not shows({**STANDS, **changes}, SENT)


def test_a_switch_is_no_number():
    assert shows({"Active": True}, {"Active": True})
    assert not shows({"Active": False}, {"Active": True})
