"""Both versions of an invoice, field by field: what differs, in words, and what QuickBooks could keep."""

from decimal import Decimal

import pytest

from qbo_connector.canonical import Address
from qbo_connector.mapping.content import moved_parts, part_fingerprints
from qbo_connector.mapping.lines_beside import total_difference
from qbo_connector.mapping.side_by_side import differences, words_of

LINE = {
    "LineNum": 1,
    "Description": "Lamp",
    "Amount": Decimal("80.00"),
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "20"}, "Qty": Decimal(2), "UnitPrice": Decimal("40.00")},
}
BODY = {
    "TxnDate": "2026-10-02",
    "DueDate": "2026-11-01",
    "DocNumber": "N-1",
    "CustomerRef": {"value": "57"},
    "CustomerMemo": {"value": "Ring once"},
    "BillEmail": {"Address": "ap@acme.example"},
    "BillAddr": {"Line1": "1 Mill Lane", "City": "Leeds"},
    "CustomField": [
        {"DefinitionId": "1", "Name": "Crew #", "Type": "StringType", "StringValue": "7"},
        {"DefinitionId": "2", "Name": "Colour", "Type": "StringType", "StringValue": "red"},
    ],
    "TxnTaxDetail": {"TotalTax": Decimal("6.40")},
    "Deposit": Decimal("5.00"),
    "Line": [LINE],
}
STANDS = {
    **BODY,
    "Id": "145",
    "CustomerRef": {"value": "57", "name": "Acme"},
    "BillAddr": {"Id": "9", "Lat": "1", "Long": "2", "Line1": "1 Mill Lane", "City": "Leeds"},
    "TxnTaxDetail": {"TotalTax": Decimal("6.4")},
    "TotalAmt": Decimal("86.40"),
    "Line": [LINE, {"Amount": Decimal("80.00"), "DetailType": "SubTotalLineDetail"}],
}
EVERYTHING = frozenset(STANDS)


def found(body=None, own=None, moved=EVERYTHING, **changes):
    body = body or BODY
    stands = {**STANDS, **changes}
    listed = differences(body, stands, own=own or body, moved=moved, currency="USD")
    return {one.key: one for one in listed}


def test_the_same_however_it_is_written_differs_in_nothing():
    assert found() == {}


@pytest.mark.requirement("H-34")
@pytest.mark.parametrize(
    ("changes", "key", "texts", "keeps"),
    [
        ({"TxnDate": "2026-10-05"}, "issue_date", ("Oct 2, 2026", "Oct 5, 2026"), "2026-10-05"),
        ({"DueDate": "2026-12-01"}, "due_date", ("Nov 1, 2026", "Dec 1, 2026"), "2026-12-01"),
        ({"DueDate": None}, "due_date", ("Nov 1, 2026", ""), None),
        ({"DueDate": "someday"}, "due_date", ("Nov 1, 2026", "someday"), None),
        ({"CustomerMemo": {"value": "by hand"}}, "customer_memo", ("Ring once", "by hand"), "by hand"),
        ({"CustomerMemo": None}, "customer_memo", ("Ring once", ""), ""),
        ({"BillEmail": {"Address": "b@a.example"}}, "email", ("ap@acme.example", "b@a.example"), "b@a.example"),
        ({"CustomerRef": {"value": "58", "name": "Bolt"}}, "customer", ("57", "Bolt"), None),
        ({"DocNumber": "N-2"}, "number", ("N-1", "N-2"), None),
    ],
)
def test_texts_and_dates_can_be_kept_and_what_they_refer_to_cannot(changes, key, texts, keeps):
    (one,) = found(**changes).values()

    assert (one.key, (one.ours, one.theirs), one.keeps) == (key, texts, keeps)


def test_an_address_can_be_kept_where_ours_can_say_it_as_quickbooks_does():
    there = {"Id": "9", "Line1": "9 Quay St", "City": "Bath", "PostalCode": "BA1"}

    kept = found(BillAddr=there)["billing_address"]
    reflowed = found(BillAddr={"Line1": "Acme", "Line2": "9 Quay St", "Line3": "Bath BA1"})["billing_address"]
    removed = found(BillAddr=None)["billing_address"]

    assert Address.model_validate_json(kept.keeps) == Address(line1="9 Quay St", city="Bath", postal_code="BA1")
    assert (kept.ours, kept.theirs) == ("1 Mill Lane, Leeds", "9 Quay St, Bath, BA1")
    assert (reflowed.keeps, reflowed.theirs) == (None, "Acme, 9 Quay St, Bath BA1")
    assert Address.model_validate_json(removed.keeps) == Address()


def test_what_changed_on_neither_side_is_the_same_however_quickbooks_reflows_it():
    reflowed = {"Line1": "Acme", "Line2": "1 Mill Lane", "Line3": "Leeds"}

    assert found(moved={"CustomerMemo"}, BillAddr=reflowed, CustomerMemo=None).keys() == {"customer_memo"}


def test_what_is_not_sent_stays_and_is_no_difference():
    assert found(PrivateNote="a person's own", ShipAddr={"Line1": "Dock B"}) == {}


def test_custom_fields_go_by_their_number_and_a_missing_one_is_empty():
    there = [{"DefinitionId": "2", "Name": "Colour", "StringValue": "blue"}]

    fields = found(CustomField=there)

    assert [(one.label, one.ours, one.theirs, one.keeps) for one in fields.values()] == [
        ("Crew #", "7", "", ""),
        ("Colour", "red", "blue", "blue"),
    ]
    assert list(fields) == ["custom:1", "custom:2"]
    assert found(CustomField=None).keys() == {"custom:1", "custom:2"}
    assert found(body={**BODY, "CustomField": []}, CustomField=there) == {}


def test_what_people_kept_before_is_not_shown_as_the_sources():
    body = {**BODY, "CustomerMemo": {"value": "kept"}}

    one = found(body=body, own=BODY, CustomerMemo={"value": "edited again"})["customer_memo"]

    assert (one.ours, one.theirs) == ("Ring once", "edited again")
    assert found(body=body, own=BODY, CustomerMemo={"value": "kept"}) == {}


def sold(**changes):
    detail = {**LINE["SalesItemLineDetail"], **changes.pop("detail", {})}
    return {**LINE, "SalesItemLineDetail": detail, **changes}


@pytest.mark.parametrize(
    ("lines", "ours", "theirs"),
    [
        ([sold(Amount=Decimal(120), detail={"Qty": 3})], "Lamp, 2 × 40, USD 80.00", "Lamp, 3 × 40, USD 120.00"),
        ([LINE, sold(Description="")], "", "2 × 40, USD 80.00"),
        ([], "Lamp, 2 × 40, USD 80.00", ""),
        (
            [{"DetailType": "DescriptionOnly", "Description": "Thanks"}],
            "Lamp, 2 × 40, USD 80.00",
            "Thanks",
        ),
        (
            [sold(Description=None, detail={"ItemRef": {"value": "8", "name": "Chair"}, "Qty": None})],
            "Lamp, 2 × 40, USD 80.00",
            "Chair, USD 80.00",
        ),
        (
            [sold(detail={"ServiceDate": "2026-10-01", "ItemRef": {"value": "8"}})],
            "Lamp, 2 × 40, USD 80.00",
            "Lamp, 2 × 40, USD 80.00, 2026-10-01",
        ),
    ],
    ids=["quantity", "one more", "none", "text", "item", "service date"],
)
def test_lines_are_one_field_that_tells_those_that_differ(lines, ours, theirs):
    (one,) = found(Line=lines).values()

    assert (one.key, one.ours, one.theirs, one.keeps) == ("lines", ours, theirs, None)


def test_of_many_lines_that_differ_the_first_are_told():
    lines = [sold(Description=f"Lamp {place}") for place in range(1, 6)]

    one = found(Line=lines)["lines"]

    assert one.theirs.endswith("Lamp 3, 2 × 40, USD 80.00; and 2 more")


def test_amounts_below_the_lines_are_fields_of_their_own():
    freight = {
        "Amount": Decimal("7.77"),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "SHIPPING_ITEM_ID"}},
    }
    off = {"Amount": Decimal(2), "DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": False}}

    fields = found(Line=[LINE, freight, off], TxnTaxDetail=None, Deposit=None)

    assert {key: (one.ours, one.theirs) for key, one in fields.items()} == {
        "shipping": ("USD 0.00", "USD 7.77"),
        "discount": ("USD 0.00", "USD 2.00"),
        "tax": ("USD 6.40", "USD 0.00"),
        "deposit": ("USD 5.00", "USD 0.00"),
    }
    assert all(one.keeps is None for one in fields.values())


def test_tax_and_deposit_that_are_not_ours_to_say_are_not_compared():
    silent = {name: part for name, part in BODY.items() if name not in {"TxnTaxDetail", "Deposit"}}

    assert found(body=silent, TxnTaxDetail={"TotalTax": 1}, Deposit=9) == {}


def test_totals_differ_to_the_cent():
    assert total_difference(Decimal("86.40"), STANDS, "USD") is None
    one = total_difference(Decimal("86.39"), STANDS, "USD")
    assert (one.key, one.ours, one.theirs) == ("total", "USD 86.39", "USD 86.40")


def test_edited_parts_are_told_in_words_in_the_order_of_the_form():
    before = part_fingerprints(STANDS)
    memos = {"CustomerMemo": {"value": "x"}, "PrivateNote": "y"}
    now = {**STANDS, **memos, "Line": [], "TotalAmt": 0, "SyncToken": "9"}
    del now["DueDate"]

    assert moved_parts(before, STANDS) == frozenset()
    assert words_of(moved_parts(before, now)) == (
        "due date", "message on invoice", "memo on statement", "lines", "total",
    )  # fmt: skip
