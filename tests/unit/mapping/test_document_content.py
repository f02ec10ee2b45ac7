"""The content of a document in QuickBooks: what an edit changes and a payment does not."""

from decimal import Decimal

import pytest

from qbo_connector.mapping.content import content_fingerprint

LINE = {"Id": "1", "LineNum": 1, "Amount": Decimal("10.00"), "SalesItemLineDetail": {"Qty": 1}}
ENTITY = {
    "Id": "7",
    "SyncToken": "0",
    "DocNumber": "W-1",
    "CustomerRef": {"value": "3", "name": "Acme"},
    "CustomerMemo": {"value": "hello"},
    "Line": [LINE],
    "TotalAmt": Decimal("10.00"),
    "Balance": Decimal("10.00"),
}


@pytest.mark.parametrize(
    "changes",
    [
        {"SyncToken": "4", "Balance": 0, "LinkedTxn": [{"TxnId": "9", "TxnType": "Payment"}]},
        {"EmailStatus": "EmailSent"},
        {"CustomerRef": {"value": "3", "name": "Acme Retail"}},
        {"TotalAmt": 10, "Line": [{**LINE, "Id": "2", "Amount": Decimal(10)}]},
    ],
    ids=["payment", "e-mail", "a renamed customer", "numbers written otherwise"],
)
def test_what_happens_beside_it_leaves_the_content(changes):
    assert content_fingerprint({**ENTITY, **changes}) == content_fingerprint(ENTITY)


@pytest.mark.parametrize(
    "changes",
    [
        {"Line": [{**LINE, "Amount": 11}]},
        {"CustomerMemo": {"value": "changed"}},
        {"TxnTaxDetail": {"TotalTax": 1}},
        {"DocNumber": "W-2"},
        {"CustomerRef": {"value": "4"}},
        {"PrivateNote": "a person's own"},
    ],
)
@pytest.mark.requirement("H-3", "H-19")
def test_an_edit_changes_the_content(changes):
    assert content_fingerprint({**ENTITY, **changes}) != content_fingerprint(ENTITY)
