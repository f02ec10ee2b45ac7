from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from qbo_connector.canonical import Item, Line, round_money
from qbo_connector.mapping.amounts import priced

quantities = st.decimals(min_value="0.01", max_value="9999", places=3)
prices = st.decimals(min_value="0", max_value="99999", places=4)
amounts = st.decimals(min_value="0", max_value="999999", places=2)


def line(quantity, price, amount):
    return Line(item=Item(name="Mug"), quantity=quantity, unit_price=price, amount=amount)


@given(quantities, prices, amounts)
def test_fault_6070_cannot_happen_and_the_amount_is_never_touched(quantity, price, amount):
    sent = priced(line(quantity, price, amount), amount, "USD")

    assert sent.amount == amount
    if sent.quantity is not None:
        assert round_money(sent.quantity * sent.unit_price, "USD") == amount
        assert -sent.unit_price.normalize().as_tuple().exponent <= 7


@given(quantities, prices)
def test_what_the_source_multiplied_is_sent_as_it_stands(quantity, price):
    amount = round_money(quantity * price, "USD")

    sent = priced(line(quantity, price, amount), amount, "USD")

    assert (sent.quantity, sent.unit_price, sent.note) == (quantity, price, "")


def test_an_amount_that_no_price_can_give_goes_alone_and_says_so():
    sent = priced(line(Decimal(0), Decimal(5), Decimal("7.00")), Decimal("7.00"), "USD")

    assert sent.quantity is None
    assert sent.note == "0 × 5"


def test_an_amount_between_the_steps_of_every_price_goes_alone():
    many = Decimal(99_999_999)

    sent = priced(line(many, Decimal("0.01"), Decimal("1000000.04")), Decimal("1000000.04"), "USD")

    assert sent.quantity is None


def test_a_quantity_of_none_for_nothing_is_sent_as_it_stands():
    sent = priced(line(Decimal(0), Decimal(5), Decimal("0.00")), Decimal("0.00"), "USD")

    assert (sent.quantity, sent.unit_price, sent.note) == (Decimal(0), Decimal(5), "")


def test_a_price_of_too_many_decimals_is_rounded_where_the_amount_allows_it():
    sent = priced(line(Decimal(3), Decimal("0.33333333"), Decimal("1.00")), Decimal("1.00"), "USD")

    assert sent.unit_price == Decimal("0.3333333")


def test_the_longest_amount_over_the_smallest_quantity_breaks_nothing():
    longest, smallest = Decimal("999999999999.99"), Decimal("0.00000001")

    assert priced(line(smallest, longest, longest), longest, "USD").amount == longest


def test_the_price_gives_way_when_the_amount_is_net_of_a_discount():
    sent = priced(line(Decimal(3), Decimal("10.00"), Decimal("30.00")), Decimal("20.00"), "USD")

    assert round_money(sent.quantity * sent.unit_price, "USD") == Decimal("20.00")
    assert sent.quantity == Decimal(3)
