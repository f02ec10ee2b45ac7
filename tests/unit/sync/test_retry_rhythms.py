"""When something is tried again: by the kind of error, spread, never before the time that an answer names."""

import pytest

from qbo_connector import errors
from qbo_connector.errors import (
    LocallyThrottled,
    OutcomeUnknown,
    QboThrottled,
    QboUnavailable,
    ReadBudgetSpent,
    RecordBusy,
    Retryable,
    SourceThrottled,
)
from qbo_connector.sync.retrying import RHYTHMS, USUAL, pause_s, rhythm_of


def leaves(base):
    below = base.__subclasses__()
    return {base} if not below else {leaf for one in below for leaf in leaves(one)}


def test_every_error_that_time_mends_has_a_rhythm_of_its_own():
    own = {cls for cls in leaves(Retryable) if cls.__module__ == errors.__name__}

    assert own == set(RHYTHMS)
    assert len(own) > 7


@pytest.mark.parametrize("cls", sorted(RHYTHMS, key=lambda cls: cls.__name__))
def test_pauses_grow_and_the_last_one_stays(cls):
    pauses = [pause_s(cls(), attempt, named=None, share=0.5) for attempt in range(1, 40)]

    assert pauses == sorted(pauses)
    assert pauses[-1] == pauses[-2] == pytest.approx(RHYTHMS[cls].pauses_s[-1])


@pytest.mark.parametrize("cls", sorted(RHYTHMS, key=lambda cls: cls.__name__))
def test_two_that_failed_together_do_not_come_back_together(cls):
    soonest, latest = (pause_s(cls(), 3, named=None, share=share) for share in (0.0, 1.0))

    assert 0 < soonest < latest


def test_a_named_time_is_waited_for_and_a_little_longer():
    assert pause_s(QboThrottled(), 1, named=40, share=0.0) == 40
    assert pause_s(QboThrottled(), 1, named=40, share=1.0) == pytest.approx(44)
    assert pause_s(RecordBusy(), 5, named=0, share=1.0) == 0


def test_throttling_without_a_named_time_waits_about_a_minute():
    assert 45 <= pause_s(QboThrottled(), 1, named=None, share=0.0) <= 75
    assert pause_s(LocallyThrottled(), 1, named=None, share=0.5) < 5
    assert pause_s(SourceThrottled(), 9, named=None, share=0.5) == 3600


def test_a_passing_disturbance_is_tried_from_a_second_to_three_hours():
    assert rhythm_of(QboUnavailable()) is rhythm_of(OutcomeUnknown()) is USUAL
    assert pause_s(QboUnavailable(), 1, named=None, share=0.5) == pytest.approx(1)
    assert pause_s(QboUnavailable(), 99, named=None, share=0.5) == pytest.approx(3 * 3600)


def test_reads_that_are_used_up_wait_for_the_next_month():
    assert rhythm_of(ReadBudgetSpent()).longest.days > 31


def test_an_error_of_a_plugin_goes_by_the_kind_it_is_one_of():
    class Busy(SourceThrottled):
        pass

    class Odd(Retryable):
        pass

    assert rhythm_of(Busy()) is RHYTHMS[SourceThrottled]
    assert rhythm_of(Odd()) is USUAL
