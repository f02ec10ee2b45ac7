"""What one web process puts up with."""

from dataclasses import dataclass

from qbo_connector.web.widget.limits import KEPT_ADDRESSES, LONG_POLLS, Openings, Patience


@dataclass
class Hand:
    """A clock that moves when it is told to."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at


def test_an_address_waits_until_its_oldest_opening_is_a_minute_old():
    hand = Hand()
    openings = Openings(most=2, clock=hand)
    assert openings.wait_s("a") == 0
    hand.at = 10
    assert openings.wait_s("a") == 0
    hand.at = 15

    assert openings.wait_s("a") == 45
    assert openings.wait_s("b") == 0
    hand.at = 60
    assert openings.wait_s("a") == 0


def test_addresses_are_forgotten_so_that_memory_is_bounded():
    hand = Hand()
    openings = Openings(clock=hand)
    for number in range(KEPT_ADDRESSES):
        openings.wait_s(str(number))
    hand.at = 120
    openings.wait_s("late")

    assert len(openings._seen) == 1


def test_only_so_many_calls_wait_and_the_rest_is_answered_at_once():
    patience = Patience()
    waiting = [patience.place(20) for _ in range(LONG_POLLS)]
    assert [place.__enter__() for place in waiting] == [20] * LONG_POLLS

    with patience.place(20) as seconds:
        assert seconds == 0
    for place in waiting:
        place.__exit__(None, None, None)
    with patience.place(20) as seconds:
        assert seconds == 20


def test_who_does_not_want_to_wait_takes_no_place():
    patience = Patience()
    hurried = [patience.place(0) for _ in range(LONG_POLLS * 2)]

    assert {place.__enter__() for place in hurried} == {0}
    with patience.place(5) as seconds:
        assert seconds == 5
