"""A vendor's fixed texts stand beside ours, word for word."""

import pytest

from qbo_connector.errors import ConfigurationError
from qbo_connector.policy.catalogue import Reason, VendorMessages

TEXT = "Amounts of these invoices cannot be changed from outside."


@pytest.mark.requirement("H-3", "H-68")
def test_a_vendor_message_is_kept_word_for_word_and_found_by_search():
    messages = VendorMessages.from_manifest({"qbo.edited_externally": TEXT})

    assert messages.of(Reason.QBO_EDITED_EXTERNALLY) == TEXT
    assert messages.of(Reason.QBO_CONFLICT) == ""
    assert messages.codes_with("  CHANGED   from outside") == {Reason.QBO_EDITED_EXTERNALLY}
    assert messages.codes_with("no such words") == frozenset()
    assert messages.codes_with(" ") == frozenset()


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"qbo.odd": TEXT}, "“qbo.odd”, which is no code"),
        ({"qbo.conflict": ""}, "has to be a text"),
        ({"qbo.conflict": 7}, "has to be a text"),
        ({"qbo.conflict": "x" * 501}, "longer than 500"),
        ({"qbo.conflict": "two\nlines"}, "one plain line"),
        ({"qbo.conflict": "\u202eturned"}, "one plain line"),
        ({"qbo.conflict": "made of {parts}"}, "without gaps"),
    ],
)
def test_a_vendor_message_that_is_no_fixed_text_is_refused(table, problem):
    with pytest.raises(ConfigurationError, match=problem):
        VendorMessages.from_manifest(table)


def test_a_source_may_have_none():
    assert VendorMessages().of(Reason.QBO_REFUSED) == ""
