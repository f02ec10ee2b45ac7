"""To the cent, whatever the modes: QuickBooks adds up to the total of the source, or a finding says why not."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbo_connector.canonical import Discount, Fee, FeeKind, Invoice, Line, LineTax, round_money
from qbo_connector.plan.values import Decision
from tests.unit.plan.building import (
    GB,
    US,
    body,
    codes,
    invoice,
    line,
    money,
    plan,
    quickbooks_net,
    quickbooks_total,
    rules,
    sold,
    text_line,
    warnings,
)

LINE_TAXES = (
    None,
    LineTax(name="Sales tax", rate=Decimal(8)),
    LineTax(name="Sales tax"),
    LineTax(name="Exempt", rate=Decimal(0)),
    LineTax(amount=Decimal("0.40")),
)

cents = st.decimals(min_value="-50", max_value="900", places=2)
quantities = st.decimals(min_value="-3", max_value="40", places=3)
prices = st.decimals(min_value="0", max_value="120", places=4)
parts = st.decimals(min_value="0", max_value="1", places=2)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A line as sources make them: multiplied, or with an amount of its own; discounted, taxed, or a text."""
    if draw(st.integers(0, 9)) == 0:
        return text_line()
    quantity, price = draw(quantities), draw(prices)
    amount = draw(st.one_of(st.just(round_money(quantity * price, "USD")), cents))
    off = round_money(max(amount, Decimal(0)) * draw(parts), "USD") if draw(st.booleans()) else Decimal(0)
    tax = draw(st.sampled_from(LINE_TAXES))
    return line(
        amount,
        item=draw(st.sampled_from(["Mug", "Plate", "Vase", None])),
        quantity=quantity,
        unit_price=price,
        discount=Discount(amount=off) if off else None,
        discount_amount=off,
        taxable=draw(st.booleans()),
        tax=tax,
    )


fees = st.builds(
    Fee,
    kind=st.sampled_from(FeeKind),
    name=st.sampled_from(["Shipping", "late fee", "card fee"]),
    amount=st.decimals(min_value="0", max_value="30", places=2),
    taxable=st.booleans(),
)


@st.composite
def invoices(draw: st.DrawFn) -> Invoice:
    drawn = tuple(draw(st.lists(lines(), min_size=1, max_size=6)))
    subtotal = sum((one.net for one in drawn), Decimal(0))
    off = round_money(max(subtotal, Decimal(0)) * draw(parts), "USD") if draw(st.booleans()) else Decimal(0)
    return invoice(
        *drawn,
        discount_amount=off,
        fees=tuple(draw(st.lists(fees, max_size=3))),
        tax_total=draw(st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("7.31")])),
        tax_rate=draw(st.sampled_from([None, Decimal("8.25")])),
        prices_include_tax=draw(st.booleans()),
    )


line_discounts = st.sampled_from(["sum", "net_rate", "negative_line", "fold_if_us", "reject"])
invoice_discounts = st.sampled_from(["discount_line", "fold", "fold_if_us", "reject"])
taxes = st.sampled_from(["pass_through", "reject", "fold", "fold_if_us"])


@st.composite
def declared(draw: st.DrawFn) -> dict[str, str]:
    return {
        "line_discount": draw(line_discounts),
        "invoice_discount": draw(invoice_discounts),
        "tax": draw(taxes),
        "fees": draw(st.sampled_from(["line", "reject"])),
    }


@pytest.mark.requirement("C-10", "C-29", "T-15", "C-13")
@settings(max_examples=250)
@given(invoices(), declared(), st.booleans())
def test_quickbooks_comes_to_the_total_of_the_source_or_the_plan_is_held(document, policies, ships):
    company = US.but(allow_shipping=ships)

    planned = plan(
        document, rules({**policies, "item_missing": "default_item"}, default_item="9"), company=company
    )

    if planned.decision is Decision.HOLD:
        assert planned.refusals
        return
    assert quickbooks_total(planned) == document.total
    assert planned.expected.total == document.total
    assert planned.shown.quickbooks_total == document.total


@settings(max_examples=100)
@given(invoices(), declared())
def test_fault_6070_is_impossible_whatever_is_folded_into_a_line(document, policies):
    planned = plan(document, rules({**policies, "item_missing": "default_item"}, default_item="9"))

    for one in [] if planned.decision is Decision.HOLD else sold(planned):
        detail = one["SalesItemLineDetail"]
        if "Qty" in detail:
            assert round_money(detail["Qty"] * detail["UnitPrice"], "USD") == one["Amount"]


@pytest.mark.requirement("P-16", "P-17", "P-18")
@settings(max_examples=100)
@given(invoices())
def test_without_a_chosen_tax_quickbooks_shows_the_source_less_its_tax(document):
    planned = plan(document, rules({"tax": "choose_or_none", "item_missing": "default_item"}, default_item="9"))

    if planned.decision is Decision.HOLD:
        return
    assert quickbooks_total(planned) == document.total - document.tax_total == planned.expected.total
    assert ("tax.not_mirrored" in warnings(planned)) is bool(document.tax_total)


@pytest.mark.requirement("C-14")
@settings(max_examples=150)
@given(invoices(), declared())
def test_outside_the_us_lines_come_to_the_total_less_the_tax_that_quickbooks_works_out(document, policies):
    document = document.but(currency="GBP")
    obeyed = rules(
        {**policies, "item_missing": "default_item"},
        default_item="9",
        taxes={"": "10", "Exempt": "10", "Sales tax": "3", "Sales tax 8.25 %": "3"},
    )

    planned = plan(document, obeyed, company=GB)

    if planned.decision is Decision.HOLD:
        return
    assert "TotalTax" not in body(planned).get("TxnTaxDetail", {})
    assert quickbooks_net(planned) + planned.expected.tax == document.total == planned.expected.total
    if body(planned)["GlobalTaxCalculation"] == "TaxInclusive":
        tax = sum(
            (one["SalesItemLineDetail"]["TaxInclusiveAmt"] - one["Amount"] for one in sold(planned)), Decimal(0)
        )
        assert tax == document.tax_total


@pytest.mark.requirement("T-15")
def test_line_and_invoice_discounts_are_one_discount_and_lines_keep_their_gross_price():
    mug = line(
        "114.00", quantity=money(12), unit_price=money("9.50"), discount_amount=money("11.40"), taxable=True
    )
    box = line("20.00", item="Gift Box")
    document = invoice(mug, box, discount_amount=money("6.13"), tax_total=money("8.00"))

    planned = plan(document)

    assert [one["Amount"] for one in sold(planned)] == [money("114.00"), money("20.00")]
    discounts = [one for one in body(planned)["Line"] if one["DetailType"] == "DiscountLineDetail"]
    assert [one["Amount"] for one in discounts] == [money("17.53")]
    assert [one["SalesItemLineDetail"]["TaxCodeRef"]["value"] for one in sold(planned)] == ["TAX", "NON"]
    assert quickbooks_total(planned) == document.total


@pytest.mark.requirement("C-13")
def test_in_the_us_tax_and_discounts_are_folded_into_the_prices_of_what_bears_them():
    taxed, free = line("100.00", taxable=True), line("50.00", item="Book")
    folding = {"tax": "fold_if_us", "line_discount": "fold_if_us", "invoice_discount": "fold_if_us"}

    planned = plan(invoice(taxed, free, tax_total=money("8.00"), discount_amount=money("15.00")), rules(folding))

    assert [one["Amount"] for one in sold(planned)] == [money("98.00"), money("45.00")]
    assert {one["SalesItemLineDetail"]["TaxCodeRef"]["value"] for one in sold(planned)} == {"NON"}
    assert planned.expected.tax == 0


@pytest.mark.requirement("H-60")
def test_a_line_discount_may_stand_as_a_negative_line_that_says_so():
    planned = plan(invoice(line(discount_amount=money("2.50"))), rules({"line_discount": "negative_line"}))

    assert [(one["Amount"], one["Description"]) for one in sold(planned)] == [
        (money("10.00"), "Stoneware Mug"),
        (money("-2.50"), "Stoneware Mug (discount)"),
    ]


@pytest.mark.requirement("T-15")
def test_a_discount_above_the_subtotal_is_refused_before_sending():
    planned = plan(invoice(line(), tax_total=money(0), discount_amount=money("12.00")))

    assert codes(planned) == ["total.negative"]
    assert planned.refusals[0].params["amount"] == "USD -2.00"


@pytest.mark.parametrize(
    ("policies", "changes", "code"),
    [
        ({"invoice_discount": "reject"}, {"discount_amount": money("1.00")}, "discount.order_level"),
        ({"fees": "reject"}, {"fees": (Fee(name="late fee", amount=money("3.00")),)}, "fee.order_level"),
        ({"tax": "reject"}, {"tax_total": money("1.00")}, "tax.not_supported"),
    ],
)
@pytest.mark.requirement("H-5", "H-59", "H-61")
def test_what_a_source_may_not_put_on_the_whole_invoice_is_rejected(policies, changes, code):
    assert codes(plan(invoice(**changes), rules(policies))) == [code]


def test_a_line_discount_that_may_not_be_carried_is_refused_by_name():
    planned = plan(invoice(line(discount_amount=money("1.00"))), rules({"line_discount": "reject"}))

    assert codes(planned) == ["field.invalid"]
    assert planned.refusals[0].params["field"] == "line discount"


@pytest.mark.requirement("H-62")
def test_tax_as_an_ordinary_line_travels_untaxed_where_tax_is_rejected():
    planned = plan(invoice(line(), line("0.80", item="Sales tax")), rules({"tax": "reject"}))

    assert {one["SalesItemLineDetail"]["TaxCodeRef"]["value"] for one in sold(planned)} == {"NON"}


def test_prices_that_include_tax_lose_it_in_a_us_company():
    document = invoice(
        line("108.00", taxable=True), line("5.00"), tax_total=money("8.00"), prices_include_tax=True
    )

    planned = plan(document)

    assert [one["Amount"] for one in sold(planned)] == [money("100.00"), money("5.00")]
    assert quickbooks_total(planned) == money("113.00")


def test_discounts_on_prices_that_include_tax_go_into_the_lines():
    document = invoice(
        line("120.00", taxable=True, discount_amount=money("12.00")),
        currency="GBP",
        tax_total=money("16.00"),
        discount_amount=money("12.00"),
        prices_include_tax=True,
    )

    planned = plan(document, rules(taxes={"Sales tax": "3"}), company=GB)

    (sent,) = sold(planned)
    assert (sent["Amount"], sent["SalesItemLineDetail"]["TaxInclusiveAmt"]) == (money("80.00"), money("96.00"))
    assert len(body(planned)["Line"]) == 1
