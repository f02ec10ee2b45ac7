from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_connector.policy.spreading import spread

cents = st.decimals(min_value="-9999", max_value="9999", places=2)


@given(cents, st.lists(cents, min_size=1, max_size=8))
def test_shares_add_up_to_the_amount_to_the_cent(amount, weights):
    shares = spread(amount, weights, "USD")

    assert sum(shares) == amount
    assert len(shares) == len(weights)
    assert all(share == share.quantize(Decimal("0.01")) for share in shares)


def test_what_rounding_leaves_over_goes_to_the_heaviest_part():
    assert spread(Decimal("0.10"), [Decimal(1), Decimal(1), Decimal(1)], "USD") == (
        Decimal("0.04"),
        Decimal("0.03"),
        Decimal("0.03"),
    )
    assert spread(Decimal(100), [Decimal(1), Decimal(2)], "JPY") == (Decimal(33), Decimal(67))


def test_weights_that_cancel_out_give_it_all_to_the_heaviest():
    assert spread(Decimal(5), [Decimal(-2), Decimal(2)], "USD") == (Decimal(0), Decimal(5))


def test_nothing_may_be_spread_over_nothing_but_no_amount():
    assert spread(Decimal(0), [], "USD") == ()
    with pytest.raises(ValueError, match="nothing to spread"):
        spread(Decimal(1), [], "USD")
