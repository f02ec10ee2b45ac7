"""The id of an intent: always the same, never somebody else's."""

from hypothesis import given
from hypothesis import strategies as st

from qbo_connector.qbo.requestid import LONGEST, requestid


def test_the_id_of_an_intent_is_pinned_for_ever():
    assert requestid("installation", "connection-1", "invoice:W-1042", "create", 1) == PINNED


PINNED = "67ywi7l6zbzllpvtk7nzz5b5z6yo5lsu"


def test_a_new_series_has_a_new_id():
    first = requestid("i", "c", "b", "update", 1)

    assert first == requestid("i", "c", "b", "update", 1)
    assert first != requestid("i", "c", "b", "update", 2)
    assert first != requestid("i", "c", "b", "void", 1)


def test_parts_cannot_run_into_each_other():
    assert requestid("i", "ab", "c", "create", 1) != requestid("i", "a", "bc", "create", 1)
    assert requestid("i", "a;1:b", "c", "create", 1) != requestid("i", "a", "1:b;c", "create", 1)


@given(st.text(), st.text(), st.text(), st.text(), st.integers(0, 10**9))
def test_every_id_fits_a_single_request_and_a_batch(installation, connection, binding, verb, series):
    made = requestid(
        *(part.encode("utf-8", "replace").decode() for part in (installation, connection, binding, verb)), series
    )

    assert len(made) <= LONGEST
    assert made.isascii()
    assert made.isalnum()
