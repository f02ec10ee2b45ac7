"""Reference §6.8: sales tax in five countries."""

from decimal import Decimal

import pytest

from tests.contract.simulator.qbohttp import ask, invoice_body, line, ref


def _code(qbo, name):
    return qbo.rows(ask("select * from TaxCode where Name =", f"'{name}'"))[0]["Id"]


def _taxed(amount="100.00", code="TAX", **detail):
    return line(amount, TaxCodeRef=ref(code), **detail)


def test_american_lines_know_tax_and_non_alone(qbo):
    refused = qbo.refused("Invoice", invoice_body(Line=[_taxed(code="2")]))
    assert (refused["code"], refused["Message"]) == ("6100", "Invalid Line TaxCode in the request")


def test_line_without_a_code_follows_item_and_customer(qbo):
    def code_of(**fields):
        row = qbo.invoice(**fields)["Line"][0]
        return row["SalesItemLineDetail"]["TaxCodeRef"]["value"]

    exempt = qbo.make("Customer", {"DisplayName": "Church", "Taxable": False})
    assert code_of(Line=[line(item="1")]) == "NON"
    assert code_of(Line=[line(item="13")]) == "TAX"
    assert code_of(Line=[line(item="13")], CustomerRef=ref(exempt["Id"])) == "NON"


def test_automated_tax_goes_by_the_ship_to_address(qbo):
    at_home = qbo.invoice(Line=[_taxed()])["TxnTaxDetail"]
    assert (at_home["TxnTaxCodeRef"]["value"], at_home["TotalTax"]) == ("2", 8)
    away = qbo.invoice(
        Line=[_taxed()], ShipAddr={"Line1": "1 Main", "City": "Tucson", "CountrySubDivisionCode": "AZ"}
    )
    assert [row["Amount"] for row in away["TxnTaxDetail"]["TaxLine"]] == [Decimal("7.10"), 2]
    untaxed = qbo.invoice(
        Line=[_taxed()], ShipAddr={"Line1": "1 Main", "City": "Salem", "CountrySubDivisionCode": "OR"}
    )
    assert untaxed["TxnTaxDetail"]["TotalTax"] == 0


def test_automated_tax_replaces_a_code_it_is_sent(qbo):
    detail = qbo.invoice(Line=[_taxed()], TxnTaxDetail={"TxnTaxCodeRef": ref("3")})["TxnTaxDetail"]
    assert detail["TxnTaxCodeRef"]["value"] == "2"


def test_total_that_is_sent_is_honoured_and_spread_over_the_rates(qbo):
    address = {"Line1": "1 Main", "City": "Tucson", "CountrySubDivisionCode": "AZ"}
    invoice = qbo.invoice(Line=[_taxed()], ShipAddr=address, TxnTaxDetail={"TotalTax": "8.99"})
    detail = invoice["TxnTaxDetail"]
    assert str(detail["TotalTax"]) == "8.99"
    assert sum(row["Amount"] for row in detail["TaxLine"]) == Decimal("8.99")
    assert str(invoice["TotalAmt"]) == "108.99"


def test_total_that_was_sent_lasts_until_the_lines_change(qbo):
    invoice = qbo.invoice(Line=[_taxed()], TxnTaxDetail={"TotalTax": 5})
    key = {"Id": invoice["Id"], "sparse": True}
    noted = qbo.make("Invoice", {**key, "SyncToken": "0", "PrivateNote": "x"})
    assert noted["TxnTaxDetail"]["TotalTax"] == 5
    changed = qbo.make("Invoice", {**key, "SyncToken": "1", "Line": [_taxed("200")]})
    assert changed["TxnTaxDetail"]["TotalTax"] == 16


def test_untaxed_lines_carry_no_tax(qbo):
    invoice = qbo.invoice(Line=[_taxed("100"), line("50", TaxCodeRef=ref("NON"))])
    assert invoice["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]["NetAmountTaxable"] == 100
    assert invoice["TotalAmt"] == 158


@pytest.mark.parametrize(("after", "tax"), [(True, "7.20"), (False, "8.00")])
def test_discount_comes_before_or_after_tax(qbo, after, tax):
    discount = {"PercentBased": True, "DiscountPercent": 10}
    rows = [_taxed(), {"DetailType": "DiscountLineDetail", "DiscountLineDetail": discount}]
    assert str(qbo.invoice(Line=rows, ApplyTaxAfterDiscount=after)["TxnTaxDetail"]["TotalTax"]) == tax


def test_manual_tax_uses_the_code_it_is_sent_and_no_other(company_in):
    qbo = company_in("US", tax="manual")
    assert qbo.invoice(Line=[_taxed()])["TxnTaxDetail"] == {"TotalTax": 0}
    detail = qbo.invoice(Line=[_taxed()], TxnTaxDetail={"TxnTaxCodeRef": ref("3")})["TxnTaxDetail"]
    assert str(detail["TotalTax"]) == "9.10"
    assert [row["TaxLineDetail"]["TaxPercent"] for row in detail["TaxLine"]] == [Decimal("7.1"), 2]


def test_company_without_sales_tax_ignores_it(qbo):
    qbo.control(f"companies/{qbo.realm_id}", {"preferences": {"TaxPrefs": {"UsingSalesTax": False}}})
    assert qbo.invoice(Line=[_taxed()], TxnTaxDetail={"TotalTax": 8})["TotalAmt"] == 100


@pytest.mark.parametrize(
    ("region", "name", "rate", "tax"),
    [
        ("CA", "HST ON", 13, "13.00"),
        ("GB", "20.0% S", 20, "20.00"),
        ("AU", "GST", 10, "10.00"),
        ("ZA", "Standard", 15, "15.00"),
    ],
)
def test_elsewhere_every_line_has_a_real_code(company_in, region, name, rate, tax):
    qbo = company_in(region)
    invoice = qbo.invoice(Line=[_taxed(code=_code(qbo, name))])
    assert invoice["GlobalTaxCalculation"] == "TaxExcluded"
    assert str(invoice["TxnTaxDetail"]["TotalTax"]) == tax
    assert invoice["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]["TaxPercent"] == rate
    assert invoice["TotalAmt"] == 100 + rate


@pytest.mark.parametrize(("region", "word"), [("CA", "GST/HST"), ("GB", "VAT"), ("ZA", "VAT"), ("AU", "GST")])
@pytest.mark.parametrize("code", [None, "TAX", "99"])
def test_elsewhere_a_line_without_one_is_refused(company_in, region, word, code):
    qbo = company_in(region)
    refused = qbo.refused("Invoice", invoice_body(Line=[line() if code is None else _taxed(code=code)]))
    if code == "99":
        assert refused["code"] == "2500"
    else:
        assert refused["Detail"] == (
            f"Business Validation Error: Make sure all your transactions have a {word} rate before you save."
        )


def test_tax_is_summed_per_rate_before_it_is_rounded(company_in):
    qbo = company_in("ZA")
    lines = [_taxed("10.10", _code(qbo, "Standard")) for _ in range(3)]
    assert str(qbo.invoice(Line=lines)["TxnTaxDetail"]["TotalTax"]) == "4.55"


def test_two_rates_make_two_tax_lines(company_in):
    qbo = company_in("CA")
    detail = qbo.invoice(Line=[_taxed(code=_code(qbo, "GST/PST BC"))])["TxnTaxDetail"]
    assert [row["Amount"] for row in detail["TaxLine"]] == [5, 7]


def test_inclusive_line_has_its_gross_beside_the_net(company_in):
    qbo = company_in("GB")
    rows = [_taxed(code=_code(qbo, "20.0% S"))]
    invoice = qbo.invoice(GlobalTaxCalculation="TaxInclusive", Line=rows)
    assert invoice["Line"][0]["SalesItemLineDetail"]["TaxInclusiveAmt"] == 120
    assert (invoice["TotalAmt"], invoice["TxnTaxDetail"]["TotalTax"]) == (120, 20)


def test_gross_that_is_sent_is_what_the_customer_pays(company_in):
    qbo = company_in("GB")
    code = ref(_code(qbo, "20.0% S"))
    detail = {"ItemRef": ref("1"), "TaxCodeRef": code, "TaxInclusiveAmt": "9.99"}
    rows = [{"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}]
    invoice = qbo.invoice(GlobalTaxCalculation="TaxInclusive", Line=rows)
    assert str(invoice["Line"][0]["Amount"]) == "8.33"
    assert str(invoice["TotalAmt"]) == "9.99"
    assert str(invoice["TxnTaxDetail"]["TotalTax"]) == "1.66"


def test_not_applicable_means_no_tax_and_none_may_be_sent(company_in):
    qbo = company_in("GB")
    invoice = qbo.invoice(GlobalTaxCalculation="NotApplicable")
    assert "TxnTaxDetail" not in invoice
    refused = qbo.refused(
        "Invoice", invoice_body(GlobalTaxCalculation="NotApplicable", TxnTaxDetail={"TotalTax": 5})
    )
    assert refused["code"] == "6170"


def test_zero_rated_and_exempt_lines_are_no_errors(company_in):
    qbo = company_in("GB")
    rows = [_taxed("10", _code(qbo, "0.0% Z")), _taxed("5", _code(qbo, "No VAT"))]
    invoice = qbo.invoice(Line=rows)
    assert invoice["TxnTaxDetail"]["TotalTax"] == 0
    assert invoice["TotalAmt"] == 15


def test_bill_elsewhere_takes_purchase_tax(company_in):
    qbo = company_in("AU")
    code = ref(_code(qbo, "GST"))
    detail = {"AccountRef": ref("7"), "TaxCodeRef": code}
    row = {
        "Amount": 50,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
    }
    bill = qbo.make("Bill", {"VendorRef": ref("30"), "GlobalTaxCalculation": "TaxExcluded", "Line": [row]})
    assert (bill["TxnTaxDetail"]["TotalTax"], bill["TotalAmt"]) == (5, 55)
