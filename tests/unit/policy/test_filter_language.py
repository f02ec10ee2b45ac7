"""Filters: what can be asked, what is refused, and which documents fit."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from qbo_connector.canonical import Invoice, Item, Line, LineKind, Location, Memos, Party, Status
from qbo_connector.canonical.party import Address
from qbo_connector.policy.core_properties import CORE
from qbo_connector.policy.criteria import OPERATORS, FilterRefused, Operator, criterion, operator_words
from qbo_connector.policy.properties import PropertyType, by_key, declared

CHOICES = (("ground", "By road"), ("air", "By air"))
KNOWN = by_key(
    (
        *CORE,
        declared("shipping", "Shipping method", PropertyType.CHOICE, CHOICES),
        declared("weight", "Weight", PropertyType.NUMBER),
        declared("packed", "Packed on", PropertyType.DATE),
        declared("gift", "Gift", PropertyType.YES_NO),
        declared("remark", "Remark", PropertyType.TEXT),
    )
)


def line(name: str, sku: str, amount: str, **more: object) -> Line:
    item = Item(name=name, sku=sku)
    return Line(item=item, amount=Decimal(amount), unit_price=Decimal(amount), description="By hand", **more)


def document(**changes: object) -> Invoice:
    lines = (
        line("Mug", "MUG-1", "100.00", taxable=True),
        line("Lamp", "LMP-7", "20.00"),
        Line(kind=LineKind.TEXT, description="Thank you", amount=Decimal(0)),
    )
    fields: dict[str, object] = {
        "external_id": "inv_1",
        "number": "W-1042",
        "status": Status.OPEN,
        "issue_date": date(2026, 10, 2),
        "currency": "USD",
        "customer": Party(
            name="Acme  Retail LLC",
            email="ap@acme.example",
            billing_address=Address(country="US", city="Portland"),
        ),
        "location": Location(name="Portland Store"),
        "lines": lines,
        "total": Decimal("120.00"),
        "memos": Memos(
            po_number="PO-9",
            custom=(
                ("shipping", "air"),
                ("weight", "12.5"),
                ("packed", "2026-10-01T08:00:00"),
                ("gift", "Yes"),
                ("remark", " "),
            ),
        ),
        "created_at": datetime(2026, 10, 1, 23, 30, tzinfo=UTC),
    }
    return Invoice(**fields | changes)


def fits(key: str, operator: str, *values: str, **changes: object) -> bool:
    return criterion(KNOWN, key, operator, values).fits(document(**changes))


@pytest.mark.requirement("H-41")
@pytest.mark.parametrize(
    ("key", "operator", "values", "expected"),
    [
        ("number", "is", ("w-1042",), True),
        ("number", "is", ("W-1", "W-1042"), True),
        ("number", "is_not", ("W-1", "W-1042"), False),
        ("number", "begins_with", ("W-",), True),
        ("number", "begins_not_with", ("W-",), False),
        ("number", "contains", ("104",), True),
        ("number", "contains_not", ("104",), False),
        ("total", "at_least", ("120",), True),
        ("total", "above", ("120.00",), False),
        ("total", "at_most", ("1,000.00",), True),
        ("total", "below", ("120",), False),
        ("total", "is", ("120.0",), True),
        ("total", "is_not", ("120",), False),
        ("issue_date", "at_least", ("2026-10-02",), True),
        ("issue_date", "above", ("2026-10-02",), False),
        ("created_at", "is", ("2026-10-01",), True),
        ("due_date", "filled", (), False),
        ("due_date", "empty", (), True),
        ("due_date", "at_most", ("2027-01-01",), False),
        ("due_date", "is_not", ("2027-01-01",), True),
        ("status", "is", ("open", "paid"), True),
        ("status", "is_not", ("draft",), True),
        ("finalized", "is", ("yes",), True),
        ("finalized", "is", ("no",), False),
        ("location", "is", ("PORTLAND STORE",), True),
        ("subsidiary", "empty", (), True),
        ("po_number", "filled", (), True),
        ("customer.name", "is", ("acme retail llc",), True),
        ("customer.country", "is", ("US",), True),
        ("customer.state", "empty", (), True),
        ("line.sku", "begins_with", ("MUG",), True),
        ("line.sku", "begins_not_with", ("MUG",), False),
        ("line.sku", "begins_not_with", ("CUP",), True),
        ("line.amount", "above", ("99",), True),
        ("line.kind", "is", ("service",), False),
        ("line.taxed", "is", ("no",), True),
        ("custom.shipping", "is", ("air",), True),
        ("custom.weight", "below", ("12.6",), True),
        ("custom.packed", "is", ("2026-10-01",), True),
        ("custom.gift", "is", ("true",), True),
        ("custom.remark", "empty", (), True),
    ],
)
def test_a_document_fits_a_criterion(key, operator, values, expected):
    assert fits(key, operator, *values) is expected


def test_a_declared_number_that_is_none_counts_as_empty():
    assert fits("custom.weight", "empty", memos=Memos(custom=(("weight", "heavy"), ("packed", "soon"))))
    assert fits("custom.packed", "empty", memos=Memos(custom=(("packed", "soon"),)))
    assert fits("custom.weight", "empty", memos=Memos(custom=(("weight", "Infinity"),)))


@pytest.mark.requirement("H-41")
@pytest.mark.parametrize(
    ("key", "operator", "values", "part", "sentence"),
    [
        ("price", "is", ("1",), "property", "There is no property “price”."),
        (
            "total",
            "contains",
            ("1",),
            "operator",
            "“Total” cannot be asked with “contains”. It can be: is at least,",
        ),
        ("total", "like", ("1",), "operator", "“Total” cannot be asked with “like”."),
        ("finalized", "is_not", ("yes",), "operator", "“Finalized” cannot be asked with “is not”. It can be: is."),
        (
            "total",
            "at_least",
            ("much",),
            "value",
            "“Total is at least” needs a number, such as 1250.00, not “much”.",
        ),
        (
            "due_date",
            "above",
            ("soon",),
            "value",
            "“Due date is after” needs a date, such as 2026-11-22, not “soon”.",
        ),
        ("finalized", "is", ("maybe",), "value", "“Finalized is” needs yes or no, not “maybe”."),
        ("status", "is", ("lost",), "value", "“Status is” needs one of its choices, not “lost”."),
        ("number", "is", (" ", ""), "value", "“Number is” needs a text."),
        ("total", "is", ("1", "2"), "value", "“Total is” takes one value."),
        ("number", "is", ("x" * 201,), "value", "“Number is” takes at most 50 values of 200 characters each."),
        ("number", "is", tuple(map(str, range(51))), "value", "takes at most 50 values"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(key, operator, values, part, sentence):
    with pytest.raises(FilterRefused) as refused:
        criterion(KNOWN, key, operator, values)

    assert sentence in str(refused.value)
    assert refused.value.part == part


@pytest.mark.parametrize("operator", ["filled", "empty"])
def test_an_operator_without_a_value_takes_none(operator):
    assert criterion(KNOWN, "note", operator, ["left over"]).values == ()


@pytest.mark.parametrize(
    ("key", "operator", "values", "words"),
    [
        ("total", "at_least", ("100",), "Total is at least 100"),
        ("issue_date", "above", ("2026-11-22",), "Invoice date is after 2026-11-22"),
        ("customer.country", "is", ("US", "CA"), "Customer: country is US or CA"),
        ("line.sku", "empty", (), "Line: SKU is empty"),
        ("status", "is_not", ("partially_paid",), "Status is not Partially paid"),
        ("finalized", "is", ("no",), "Finalized is no"),
        ("custom.shipping", "is", ("air",), "Shipping method is By air"),
    ],
)
def test_a_criterion_reads_as_a_sentence_and_survives_being_stored(key, operator, values, words):
    made = criterion(KNOWN, key, operator, values)
    stored = made.stored()

    assert str(made) == words
    assert criterion(KNOWN, stored["property"], stored["operator"], stored["values"]) == made


def test_what_the_document_says_instead_is_told():
    assert criterion(KNOWN, "line.sku", "is", ["X"]).seen_in(document()) == "MUG-1, LMP-7"
    assert criterion(KNOWN, "due_date", "filled", []).seen_in(document()) == "empty"


@pytest.mark.parametrize(
    ("key", "noun"),
    [("due_date", "due date"), ("po_number", "PO number"), ("customer.email", "customer's e-mail")],
)
def test_a_property_has_a_noun_for_sentences(key, noun):
    assert KNOWN[key].noun == noun


def test_every_property_can_be_asked_with_every_operator_of_its_type():
    values = {
        PropertyType.TEXT: "a",
        PropertyType.NUMBER: "1",
        PropertyType.DATE: "2026-01-01",
        PropertyType.YES_NO: "no",
    }
    for found in KNOWN.values():
        for operator in OPERATORS[found.type]:
            value = found.choices[0][0] if found.choices else values[found.type]
            asked = criterion(KNOWN, found.key, operator, [value])
            assert isinstance(asked.fits(document()), bool)
            assert operator_words(found.type, operator) in str(asked)
    assert {operator for some in OPERATORS.values() for operator in some} == set(Operator)
