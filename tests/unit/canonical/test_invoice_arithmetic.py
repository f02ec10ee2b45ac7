from datetime import date
from decimal import Decimal

import pytest

from qbo_connector.canonical import Discount, Fee, FeeKind, Invoice, Item, Line, Party, Status
from qbo_connector.errors import DocumentInvalid


def mug_line(**changes):
    fields = {
        "external_id": "li_1",
        "item": Item(external_id="var_51", name="Stoneware Mug", variant="Blue"),
        "quantity": Decimal(12),
        "unit_price": Decimal("9.50"),
        "amount": Decimal("114.00"),
        "discount": Discount(percent=Decimal(10)),
        "discount_amount": Decimal("11.40"),
        "taxable": True,
    }
    return Line(**fields | changes)


def invoice(**changes):
    fields = {
        "external_id": "inv_1",
        "number": "W-1042",
        "status": Status.OPEN,
        "issue_date": date(2026, 10, 2),
        "due_date": date(2026, 11, 1),
        "currency": "USD",
        "customer": Party(external_id="cus_88", name="Acme Retail LLC", email="ap@acme.example"),
        "lines": (mug_line(),),
        "discount": Discount(amount=Decimal(5)),
        "discount_amount": Decimal("5.00"),
        "fees": (Fee(kind=FeeKind.SHIPPING, name="Shipping", amount=Decimal("12.00")),),
        "total": Decimal("109.60"),
    }
    return Invoice(**fields | changes)


def test_lines_discounts_fees_and_tax_must_come_to_the_total():
    assert invoice().comes_to == Decimal("109.60")

    with pytest.raises(DocumentInvalid) as refused:
        invoice(total=Decimal("109.61"))

    assert refused.value.reason == "total.source_inconsistent"
    assert refused.value.params["amount"] == "USD 109.60"
    assert refused.value.params["source_total"] == "USD 109.61"


def test_tax_inside_the_prices_is_not_added_again():
    taxed = invoice(tax_total=Decimal("8.00"), total=Decimal("109.60"), prices_include_tax=True)

    assert taxed.comes_to == taxed.total


def test_a_due_date_before_the_invoice_date_is_refused_by_name():
    with pytest.raises(DocumentInvalid) as refused:
        invoice(due_date=date(2026, 9, 1))

    assert refused.value.reason == "source.field_malformed"
    assert refused.value.field == "due date"


def test_a_fraction_of_a_cent_is_refused_by_name():
    with pytest.raises(DocumentInvalid) as refused:
        invoice(lines=(mug_line(amount=Decimal("114.001")),), total=Decimal("109.601"))

    assert refused.value.field in {"total", "line amount"}


def test_a_currency_without_cents_takes_no_cents():
    with pytest.raises(DocumentInvalid):
        invoice(currency="JPY", total=Decimal("109.60"))


@pytest.mark.parametrize(
    ("field", "value", "title"),
    [
        ("number", None, "number"),
        ("issue_date", "31.02.2026", "invoice date"),
        ("total", 109.6, "total"),
        ("currency", "usd", "currency"),
        ("external_id", "", "id"),
    ],
)
def test_a_value_of_the_wrong_form_names_its_field(field, value, title):
    with pytest.raises(DocumentInvalid) as refused:
        invoice(**{field: value})

    assert refused.value.field == title


def test_unknown_fields_are_refused():
    with pytest.raises(DocumentInvalid):
        invoice(colour="red")


def test_a_discount_is_a_percentage_or_an_amount_but_not_both():
    with pytest.raises(DocumentInvalid):
        Discount(percent=Decimal(10), amount=Decimal(1))
    with pytest.raises(DocumentInvalid):
        Discount()


def test_a_percentage_is_rounded_half_up_to_the_cent():
    assert Discount(percent=Decimal("8.5")).off(Decimal("10.00"), "USD") == Decimal("0.85")
    assert Discount(percent=Decimal(5)).off(Decimal("0.10"), "USD") == Decimal("0.01")
    assert Discount(amount=Decimal("2.005")).off(Decimal(10), "USD") == Decimal("2.01")


@pytest.mark.requirement("T-27")
def test_a_variant_is_named_in_parentheses_and_only_then():
    assert Item(name="Stoneware Mug", variant="Blue").full_name == "Stoneware Mug (Blue)"
    assert Item(name="Gift Box").full_name == "Gift Box"


def test_a_document_without_a_number_is_named_by_its_date():
    assert invoice().title == "invoice W-1042"
    assert invoice(number="").title == "invoice of Oct 2"


def test_a_copy_is_checked_anew():
    with pytest.raises(DocumentInvalid):
        invoice().but(total=Decimal(1))
    assert invoice().but(number="W-1043").number == "W-1043"
