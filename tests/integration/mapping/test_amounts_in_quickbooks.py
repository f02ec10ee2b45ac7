"""Fault 6070 before QuickBooks itself: whatever was multiplied or rounded, the amounts stand to the cent."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qbo_connector.canonical import Item, Line
from qbo_connector.mapping.amounts import priced
from qbo_connector.mapping.invoice import invoice_body
from qbo_connector.mapping.sales_form import FormLine, SalesForm
from tests.integration.mapping.ledger import Ledger
from tests.unit.mapping.documents import DAY

CENT = Decimal("0.01")
MANY = settings(
    max_examples=60, deadline=timedelta(seconds=10), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
quantities = st.decimals(min_value="0.001", max_value=9999, places=3)
prices = st.decimals(min_value=0, max_value=99999, places=5)
changes = st.decimals(min_value="-20", max_value="20", places=2)


@st.composite
def lines(draw):
    """Quantity, price, and an amount as a source has it that rounds otherwise, or has a discount inside."""
    quantity, price = draw(quantities), draw(prices)
    product = (quantity * price).quantize(CENT, ROUND_HALF_UP)
    return quantity, price, max(product + draw(st.just(Decimal(0)) | changes), CENT)


@pytest.fixture
def us(simulator):
    return Ledger(simulator, "US")


@given(sold=st.lists(lines(), min_size=1, max_size=8))
@example(sold=[(Decimal("128.35"), Decimal("14.50"), Decimal("1861.07"))])
@example(sold=[(Decimal("128.35"), Decimal("14.50"), Decimal("1861.08"))])
@example(sold=[(Decimal(3), Decimal("33.33333"), Decimal("100.00"))])
@MANY
def test_quickbooks_takes_every_line_and_adds_up_to_what_the_source_has(us, sold):
    shown = tuple(
        FormLine(
            item="item:1",
            description="",
            priced=priced(
                Line(item=Item(name="Hours"), quantity=quantity, unit_price=price, amount=amount), amount, "USD"
            ),
        )
        for quantity, price, amount in sold
    )
    form = SalesForm(customer="customer:1", issue_date=DAY, lines=shown)

    written = us.write("Invoice", invoice_body(form))

    assert [row["Amount"] for row in written["Line"] if "SalesItemLineDetail" in row] == [
        amount for _, _, amount in sold
    ]
    assert written["TotalAmt"] == sum(amount for _, _, amount in sold) == form.net
