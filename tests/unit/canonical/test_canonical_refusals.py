from datetime import date
from decimal import Decimal

import pytest

from qbo_connector.canonical import (
    Address,
    Fee,
    Invoice,
    Item,
    Line,
    LineKind,
    LineTax,
    Memos,
    Money,
    Party,
    Payment,
    Status,
    difference,
    fingerprint,
    read_decimal,
    read_instant,
    round_money,
)
from qbo_connector.errors import DocumentInvalid


def small(**changes):
    fields = {
        "external_id": "inv_1",
        "status": Status.OPEN,
        "issue_date": date(2026, 1, 2),
        "currency": "USD",
        "customer": Party(name="Acme"),
        "lines": (Line(item=Item(name="Mug"), amount=Decimal("10.00")),),
        "total": Decimal("10.00"),
    }
    return Invoice(**fields | changes)


def test_a_field_that_is_missing_is_named_and_nothing_of_the_rest_is_shown():
    with pytest.raises(DocumentInvalid) as refused:
        Invoice(external_id="inv_1", customer=Party(name="Secret Inc"))

    assert (refused.value.field, refused.value.value) == ("status", "")


def test_a_stored_document_reads_back_equal_and_a_spoilt_one_is_refused_by_name():
    stored = small().model_dump_json()

    assert Invoice.model_validate_json(stored) == small()
    with pytest.raises(DocumentInvalid) as refused:
        Invoice.model_validate_json(stored.replace('"Mug"', '""'))
    assert refused.value.field == "product name"


def test_a_line_of_text_costs_nothing():
    with pytest.raises(DocumentInvalid) as refused:
        Line(kind=LineKind.TEXT, description="Thanks", amount=Decimal("1.00"))

    assert refused.value.field == "line amount"


@pytest.mark.parametrize(
    "changes",
    [
        {"deposit": Decimal("0.001")},
        {"amount_paid": Decimal("0.001")},
        {"payments": (Payment(external_id="p", paid_on=date(2026, 1, 3), amount=Decimal("0.001")),)},
        {"fees": (Fee(amount=Decimal("0.001")),)},
    ],
)
def test_no_amount_of_a_document_has_a_fraction_of_a_cent(changes):
    with pytest.raises(DocumentInvalid, match="fraction of a cent"):
        small(**changes)


def test_a_fee_has_a_name():
    with pytest.raises(DocumentInvalid):
        Fee(name=" ", amount=Decimal(1))


NO_NUMBERS = ("1_000", "\u0661\u0662", "0x10", "1e9999", "1e-9999", "9" * 30, 10**5000, [1], 1e3, "1e21")


@pytest.mark.parametrize("value", NO_NUMBERS, ids=range(len(NO_NUMBERS)))
def test_numbers_that_only_a_programmer_would_write_or_that_no_amount_holds_are_refused(value):
    with pytest.raises(DocumentInvalid) as refused:
        read_decimal(value, "unit price")

    assert refused.value.field == "unit price"
    assert len(refused.value.value) <= 40


def test_numbers_with_a_sign_a_point_or_an_exponent_are_read():
    assert [read_decimal(text, "price") for text in ("+1.", "-.5", "1.5e2", Decimal("2.5"))] == [
        Decimal(1),
        Decimal("-0.5"),
        Decimal(150),
        Decimal("2.5"),
    ]


def test_an_instant_outside_the_calendar_is_refused():
    with pytest.raises(DocumentInvalid):
        read_instant("0001-01-01T00:00:00+14:00", "sent")


def test_products_of_long_amounts_can_be_rounded():
    longest = Decimal("9" * 12 + ".99999999")

    assert round_money(longest * longest, "USD") > 0
    assert str(Money(amount=Decimal("1234567.5"), currency="JPY")) == "JPY 1,234,568"


def test_a_field_that_a_later_version_adds_changes_no_fingerprint():
    class LaterInvoice(Invoice):
        colour: str = ""

    LaterInvoice.__name__ = "Invoice"
    fields = {name: getattr(small(), name) for name in Invoice.model_fields}

    assert fingerprint(LaterInvoice(**fields)) == fingerprint(small())
    assert fingerprint(LaterInvoice(**fields, colour="red")) != fingerprint(small())


def test_values_of_different_kinds_have_different_fingerprints():
    assert fingerprint(Memos()) != fingerprint(Address())


def test_sets_dates_and_nested_parts_have_one_form():
    one = fingerprint({"a": {"x", "y"}, "d": date(2026, 1, 2), "n": [1, True, None, "s"]})

    assert one == fingerprint({"d": date(2026, 1, 2), "n": (1, True, None, "s"), "a": frozenset({"y", "x"})})


def test_lines_that_share_an_id_are_told_apart_by_their_place():
    first = Line(external_id="li", item=Item(name="Mug"), amount=Decimal("4.00"))
    second = first.but(amount=Decimal("6.00"))

    changes = difference(small(lines=(first, second)), small(lines=(first, second.but(description="new"))))

    assert [(change.path, change.after) for change in changes] == [("lines[#2].description", "new")]


def test_places_of_a_product_and_empty_parts_are_told_in_a_stable_order():
    mug = Item(name="Mug", sold_at=frozenset({"b", "a"}))
    before = small()
    after = small(lines=(Line(item=mug, amount=Decimal("10.00")),), memos=Memos(custom=(("Project", "X"),)))

    changes = {change.path: (change.before, change.after) for change in difference(before, after)}

    assert changes == {"lines[#1].item.sold_at": (None, "a, b"), "memos.custom[#1]": (None, "Project, X")}
    assert [change.label for change in difference(before, after)] == ["sold at", "custom"]


def test_an_added_part_without_content_has_no_words():
    (change,) = difference(small(), small(lines=(*small().lines, Line(kind=LineKind.TEXT, amount=Decimal(0)))))

    assert change.path == "lines[#2]"
    assert change.after == "text, 1, 0, 0, 0, False"


@pytest.mark.parametrize(
    ("taxable", "tax", "taxed"),
    [
        (True, None, True),
        (False, None, False),
        (False, LineTax(rate=Decimal(8)), True),
        (True, LineTax(rate=Decimal(0)), False),
        (False, LineTax(name="VAT"), True),
        (False, LineTax(), False),
    ],
)
def test_what_a_lines_tax_says_counts_more_than_its_mark(taxable, tax, taxed):
    assert Line(item=Item(name="Mug"), amount=Decimal(1), taxable=taxable, tax=tax).taxed is taxed


def test_a_withdrawn_document_is_voided_or_deleted():
    assert [status for status in Status if small(status=status).withdrawn] == [Status.VOID, Status.DELETED]


def test_a_party_is_called_by_what_is_known_of_it():
    assert [str(Party(**known)) for known in ({"company": "Acme"}, {"email": "a@b.example"}, {})] == [
        "Acme",
        "a@b.example",
        "",
    ]
    assert str(Item(name="Mug", variant="Blue")) == "Mug (Blue)"
