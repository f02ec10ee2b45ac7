from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from qbo_connector.canonical import Money, exponent, read_date, read_decimal, read_instant, round_money
from qbo_connector.errors import DocumentInvalid


@pytest.mark.parametrize("value", [1.5, True, None, "", "abc", "NaN", "Infinity", "1,50"])
def test_a_value_that_is_no_exact_number_is_refused_by_name(value):
    with pytest.raises(DocumentInvalid) as refused:
        read_decimal(value, "unit price")

    assert refused.value.params["field"] == "unit price"


def test_numbers_dates_and_instants_are_read_as_they_stand():
    assert read_decimal(" 9.50", "price") == Decimal("9.50")
    assert read_decimal(12, "quantity") == Decimal(12)
    assert read_date("2026-10-02", "date") == date(2026, 10, 2)
    assert read_instant("2026-10-02T16:04:11Z", "sent") == datetime(2026, 10, 2, 16, 4, 11, tzinfo=UTC)
    assert read_instant("2026-10-02T09:04:11-07:00", "sent").tzinfo is UTC


@pytest.mark.parametrize("reader", [read_date, read_instant])
def test_an_unreadable_date_is_refused_and_long_values_are_shortened(reader):
    with pytest.raises(DocumentInvalid) as refused:
        reader("x" * 500, "due date")

    assert len(refused.value.value) <= 40


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(DocumentInvalid):
        read_instant("2026-10-02T16:04:11", "sent")


def test_money_is_rounded_half_up_to_the_unit_of_its_currency():
    assert round_money(Decimal("1861.075"), "USD") == Decimal("1861.08")
    assert round_money(Decimal("10.5"), "JPY") == Decimal(11)
    assert round_money(Decimal("1.0005"), "KWD") == Decimal("1.001")
    assert (exponent("USD"), exponent("JPY"), exponent("KWD")) == (2, 0, 3)


def test_money_is_shown_with_its_currency():
    assert str(Money(amount=Decimal(1250), currency="USD")) == "USD 1,250.00"
