from decimal import Decimal

import pytest

from qbo_connector.canonical import Fee, FeeKind, LineTax
from qbo_connector.plan.values import ByQuickBooks, Decision
from tests.unit.plan.building import (
    GB,
    US,
    body,
    bound,
    codes,
    invoice,
    line,
    money,
    plan,
    rules,
    sold,
    text_line,
    warnings,
)

TAXED = invoice(line(taxable=True), line("5.00", item="Book"), tax_total=money("0.80"))
CHOOSING = {"tax": "choose_or_none"}


def line_codes(planned):
    return [one["SalesItemLineDetail"]["TaxCodeRef"]["value"] for one in sold(planned)]


def test_in_the_us_taxed_lines_say_so_and_the_sources_total_is_sent():
    planned = plan(TAXED)

    assert line_codes(planned) == ["TAX", "NON"]
    assert body(planned)["TxnTaxDetail"] == {"TotalTax": money("0.80")}
    assert "GlobalTaxCalculation" not in body(planned)
    assert planned.expected.tax == money("0.80")


def test_without_tax_in_the_source_an_automated_company_is_told_that_there_is_none():
    planned = plan(invoice(line(taxable=True)))

    assert line_codes(planned) == ["NON"]
    assert body(planned)["TxnTaxDetail"] == {"TotalTax": 0}


@pytest.mark.requirement("T-9")
@pytest.mark.parametrize("company", [US.but(sales_tax=False), US.but(has_tax_code=False)])
def test_taxed_documents_wait_until_sales_tax_is_set_up_and_others_do_not(company):
    assert codes(plan(TAXED, company=company)) == ["tax.not_set_up"]
    assert plan(invoice(), company=company).decision is Decision.CREATE
    assert "TotalTax" not in str(body(plan(invoice(), company=US.but(sales_tax=False))))


def test_a_company_that_does_not_find_its_tax_itself_is_told_the_mapped_code():
    manual = US.but(automated_tax=False)
    named = TAXED.but(tax_name="CA tax", tax_rate=money("8.00"))

    assert body(plan(named, rules(taxes={"CA tax 8 %": "6"}), company=manual))["TxnTaxDetail"] == {
        "TxnTaxCodeRef": {"value": "6"},
        "TotalTax": money("0.80"),
    }
    assert "TxnTaxCodeRef" not in body(plan(named, company=manual))["TxnTaxDetail"]
    assert "TxnTaxCodeRef" not in body(plan(named, rules(taxes={"CA tax 8 %": "6"})))["TxnTaxDetail"]


def test_a_tax_that_is_charged_on_nothing_cannot_be_right():
    planned = plan(invoice(line(), tax_total=money("0.80")))

    assert codes(planned) == ["source.field_malformed"]
    assert "tax" in planned.refusals[0].text().sentence


@pytest.mark.parametrize(
    ("tax", "marked", "code"),
    [
        (LineTax(name="Sales tax", rate=Decimal(8)), False, "TAX"),
        (LineTax(name="Exempt", rate=Decimal(0)), True, "NON"),
        (LineTax(amount=Decimal("0.40")), False, "TAX"),
        (LineTax(name="Sales tax"), False, "TAX"),
        (LineTax(), True, "TAX"),
        (None, True, "TAX"),
    ],
)
def test_what_a_lines_own_tax_says_counts_more_than_its_mark(tax, marked, code):
    document = invoice(line(taxable=True), line(taxable=marked, tax=tax), tax_total=money("0.80"))

    assert line_codes(plan(document))[1] == code


@pytest.mark.requirement("C-14")
def test_elsewhere_every_line_and_fee_bears_the_code_that_a_person_chose():
    document = invoice(
        line("100.00", tax=LineTax(name="VAT 20 %", rate=Decimal(20))),
        text_line(),
        line("50.00", item="Book", tax=LineTax(name="VAT 0 %", rate=Decimal(0))),
        currency="GBP",
        fees=(Fee(name="late fee", amount=money("10.00"), taxable=True), Fee(name="tip", amount=money("1.00"))),
        tax_name="VAT",
        tax_rate=money("20.0"),
        tax_total=money("22.00"),
    )
    mapped = rules(taxes={"VAT 20 %": "3", "VAT 0 %": "4", "": "10"})

    planned = plan(document, mapped, company=GB)

    assert line_codes(planned) == ["3", "4", "3", "10"]
    assert body(planned)["GlobalTaxCalculation"] == "TaxExcluded"
    assert "TxnTaxDetail" not in body(planned)
    assert (planned.expected.tax, planned.expected.total) == (money("22.00"), money("183.00"))


@pytest.mark.requirement("P-16", "C-14")
def test_a_tax_without_a_code_is_asked_for_once_with_all_its_lines():
    document = invoice(
        line(taxable=True),
        line(),
        line(taxable=True),
        line(),
        currency="GBP",
        tax_total=money("4.00"),
        fees=(Fee(name="tip", amount=money("1.00")),),
    )

    planned = plan(document, company=GB)

    assert codes(planned) == ["tax.code_missing", "tax.code_missing"]
    first, second = (finding.text().sentence for finding in planned.refusals)
    assert first == "Lines 1 and 3 of invoice W-1042 have no QuickBooks tax code for Sales tax."
    assert "sales without tax" in second
    assert "a fee" in second


@pytest.mark.parametrize("tax", ["pass_through", "fold", "choose_or_none"])
def test_a_company_elsewhere_that_charges_no_tax_needs_no_codes(tax):
    unregistered = GB.but(sales_tax=False)

    planned = plan(invoice(currency="GBP"), rules({"tax": tax}), company=unregistered)

    assert body(planned)["GlobalTaxCalculation"] == "NotApplicable"
    assert "TaxCodeRef" not in str(body(planned))


def test_a_company_elsewhere_that_charges_no_tax_takes_no_taxed_document():
    document = invoice(line(taxable=True), currency="GBP", tax_total=money("2.00"))

    assert codes(plan(document, company=GB.but(sales_tax=False))) == ["tax.not_set_up"]


def test_a_changed_mapping_is_sent_again():
    document = invoice(line(taxable=True), currency="GBP", tax_total=money("2.00"))
    first = plan(document, rules(taxes={"Sales tax": "3"}), company=GB)

    again = plan(
        document, rules(taxes={"Sales tax": "4"}), company=GB, bound=bound(sent_fingerprint=first.sent_fingerprint)
    )
    unrelated = plan(
        document,
        rules(taxes={"Sales tax": "3", "VAT": "9"}),
        company=GB,
        bound=bound(sent_fingerprint=first.sent_fingerprint),
    )

    assert (again.decision, unrelated.decision) == (Decision.UPDATE, Decision.UNCHANGED)


def test_outside_the_us_the_discount_bears_the_code_of_all_lines_whatever_fees_bear():
    document = invoice(
        line(taxable=True, discount_amount=money(1)),
        fees=(Fee(name="late fee", amount=money(5)),),
        currency="GBP",
        tax_total=money("1.80"),
    )
    mapped = rules(taxes={"Sales tax": "3", "": "10"})

    discount = body(plan(document, mapped, company=GB))["Line"][-1]["DiscountLineDetail"]

    assert discount["TaxCodeRef"] == {"value": "3"}


def test_outside_the_us_discounts_go_into_lines_that_are_taxed_differently():
    document = invoice(
        line("100.00", taxable=True, discount_amount=money(10)),
        line("60.00"),
        currency="GBP",
        discount_amount=money(30),
        tax_total=money("14.40"),
    )
    mapped = rules(taxes={"Sales tax": "3", "": "10"})

    planned = plan(document, mapped, company=GB)

    amounts = [(one["Amount"], one["SalesItemLineDetail"]["TaxCodeRef"]["value"]) for one in sold(planned)]
    assert amounts == [(money("72.00"), "3"), (money("48.00"), "10")]
    assert planned.shown.discount == 0
    assert planned.expected.total == document.total


def test_prices_that_include_tax_travel_net_with_their_gross_beside_them():
    document = invoice(
        line("120.00", tax=LineTax(name="VAT 20 %", rate=Decimal(20))),
        line("10.50", item="Book", tax=LineTax(name="VAT 5 %", rate=Decimal(5))),
        currency="GBP",
        fees=(Fee(kind=FeeKind.SHIPPING, name="Freight", amount=money("12.00"), taxable=True),),
        tax_name="VAT",
        tax_rate=Decimal(20),
        tax_total=money("22.50"),
        prices_include_tax=True,
    )
    mapped = rules(taxes={"VAT 20 %": "3", "VAT 5 %": "4"})

    planned = plan(document, mapped, company=GB.but(allow_shipping=True))

    assert [(one["Amount"], one["SalesItemLineDetail"]["TaxInclusiveAmt"]) for one in sold(planned)] == [
        (money("100.00"), money("120.00")),
        (money("10.00"), money("10.50")),
        (money("10.00"), money("12.00")),
    ]
    assert body(planned)["GlobalTaxCalculation"] == "TaxInclusive"
    assert planned.expected.total == document.total


def test_stated_amounts_of_tax_are_taken_out_of_their_own_lines():
    document = invoice(
        line("120.00", tax=LineTax(amount=money("20.00"))),
        line("10.50", tax=LineTax(amount=money("0.50"))),
        tax_total=money("20.50"),
        prices_include_tax=True,
    )

    assert [one["Amount"] for one in sold(plan(document))] == [money("100.00"), money("10.00")]


@pytest.mark.requirement("P-16")
def test_a_chosen_code_stands_on_the_document_in_the_us_and_on_each_line_elsewhere():
    choosing = rules(CHOOSING, chosen_tax="5")

    here, there = plan(TAXED, choosing), plan(invoice(currency="GBP"), choosing, company=GB)

    assert (line_codes(here), body(here)["TxnTaxDetail"]) == (["TAX", "TAX"], {"TxnTaxCodeRef": {"value": "5"}})
    assert (line_codes(there), body(there)["GlobalTaxCalculation"]) == (["5"], "TaxExcluded")
    assert isinstance(here.expected.total, ByQuickBooks)
    assert here.expected.total.estimate == "15.00"
    assert warnings(here) == []


@pytest.mark.requirement("P-16", "P-20")
def test_choosing_another_code_is_a_change_that_is_sent():
    sent = plan(TAXED, rules(CHOOSING, chosen_tax="5")).sent_fingerprint

    again = plan(TAXED, rules(CHOOSING, chosen_tax="6"), bound=bound(sent_fingerprint=sent))

    assert again.decision is Decision.UPDATE


@pytest.mark.requirement("P-17", "P-18")
def test_with_none_chosen_no_tax_is_borne_and_a_differing_total_is_said():
    here = plan(TAXED, rules(CHOOSING))
    there = plan(invoice(currency="GBP"), rules(CHOOSING, taxes={"": "10"}), company=GB)

    assert (line_codes(here), body(here)["TxnTaxDetail"]) == (["NON", "NON"], {"TotalTax": 0})
    assert warnings(here) == ["tax.not_mirrored"]
    assert "USD 15.80 there and USD 15.00" in here.warnings[0].text().sentence
    assert (line_codes(there), warnings(there)) == (["10"], [])
    assert codes(plan(invoice(currency="GBP"), rules(CHOOSING), company=GB)) == ["tax.code_missing"]


def test_tax_that_no_line_is_marked_for_is_folded_into_all():
    planned = plan(invoice(line(), line(), tax_total=money("1.00")), rules({"tax": "fold"}))

    assert [one["Amount"] for one in sold(planned)] == [money("10.50"), money("10.50")]


def test_prices_that_include_tax_stay_as_they_are_where_tax_is_folded_in():
    document = invoice(line("108.00", taxable=True), tax_total=money("8.00"), prices_include_tax=True)

    planned = plan(document, rules({"tax": "fold"}))

    assert [one["Amount"] for one in sold(planned)] == [money("108.00")]
    assert planned.expected.total == money("108.00")
