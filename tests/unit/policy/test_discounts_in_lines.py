"""A discount on the document is taken off what each line comes to, wherever the line's own discount stands."""

from decimal import Decimal

import pytest

from qbo_connector.canonical import LineTax
from tests.unit.plan.building import GB, body, invoice, line, money, plan, rules, sold

TWENTY = LineTax(name="VAT 20 %", rate=Decimal(20))
FIVE = LineTax(name="VAT 5 %", rate=Decimal(5))
TAXES = {"VAT 20 %": "3", "VAT 5 %": "4"}


@pytest.mark.parametrize(
    ("way", "amounts"),
    [("net_rate", ["30.00", "45.00"]), ("negative_line", ["80.00", "-50.00", "45.00"])],
)
def test_a_folded_discount_is_spread_by_net_amounts(way, amounts):
    document = invoice(
        line("90.00", discount_amount=money(50), tax=TWENTY),
        line("60.00", tax=FIVE),
        currency="GBP",
        discount_amount=money(25),
        tax_total=money("8.25"),
    )

    planned = plan(document, rules({"line_discount": way, "invoice_discount": "fold"}, taxes=TAXES), company=GB)

    assert [f"{one['Amount']}" for one in sold(planned)] == amounts


def test_discounts_go_into_lines_of_several_codes_even_where_they_leave_no_tax():
    document = invoice(
        line("90.00", discount_amount=money(50), tax=TWENTY),
        line("60.00", tax=FIVE),
        currency="GBP",
        discount_amount=money(100),
    )

    planned = plan(document, rules({"invoice_discount": "fold"}, taxes=TAXES), company=GB)

    assert [one["Amount"] for one in sold(planned)] == [0, 0]
    assert [one["DetailType"] for one in body(planned)["Line"]] == ["SalesItemLineDetail"] * 2
