"""What QuickBooks made different from what was planned, to the cent, and by which name it is told."""

from dataclasses import replace
from decimal import Decimal

import pytest

from qbo_connector.mapping.answer import document_answer
from qbo_connector.sync.verifying import differences

KNOWN = {"document": "invoice W-1", "company": "Oak & Pine LLC", "source": "Storefront"}
EXPECTED = {"number": "W-1", "total": "108.00", "tax": "8.00"}
ANSWER = document_answer(
    {
        "Id": "7",
        "DocNumber": "W-1",
        "TotalAmt": "108.00",
        "Balance": "108.00",
        "TxnTaxDetail": {"TotalTax": "8.00"},
    }
)


def found(expected=None, **changes):
    answer = replace(ANSWER, **changes)
    return list(differences({**EXPECTED, **(expected or {})}, answer, currency="USD", known=KNOWN))


def codes(expected=None, **changes):
    return [str(one.code) for one in found(expected, **changes)]


def test_an_answer_that_is_as_planned_tells_nothing():
    assert codes() == []


@pytest.mark.requirement("C-10")
def test_a_total_that_tax_does_not_explain_is_a_mismatch():
    assert codes(total=Decimal("109.00"), balance=Decimal("109.00")) == ["total.mismatch"]


def test_a_total_that_differs_by_the_tax_is_a_difference_of_tax():
    changes = {"total": Decimal("109.00"), "balance": Decimal("109.00"), "tax": Decimal("9.00")}

    (finding,) = found(**changes)

    assert str(finding.code) == "tax.difference"
    assert "109.00" in finding.text().sentence


@pytest.mark.requirement("P-8")
@pytest.mark.parametrize("number", ["1043", ""])
def test_another_number_than_ours_is_told(number):
    assert codes(number=number) == ["number.changed_by_quickbooks"]


def test_a_payment_that_stood_there_before_and_a_deposit_are_no_news():
    assert codes({"applied": "100.00"}, balance=Decimal("8.00")) == []
    assert codes(balance=Decimal("8.00"), deposit=Decimal("100.00")) == []
    assert codes({"applied": "50.00"}, balance=Decimal("8.00")) == ["payment.balance_differs"]


def test_a_balance_that_something_was_applied_to_is_told():
    assert codes(balance=Decimal("8.00")) == ["payment.balance_differs"]
    assert (
        codes(balance=Decimal("0.00"), total=Decimal("0.00"), voided=True, expected={"total": "0", "tax": "0"})
        == []
    )


def test_what_only_quickbooks_decides_is_not_compared():
    assert (
        codes({"number": None, "total": None, "tax": None}, number="9", total=Decimal(3), balance=Decimal(3)) == []
    )
