"""What people corrected of a document counts as long as the source says what it was corrected from."""

from datetime import date

import pytest

from qbo_connector.errors import DocumentInvalid
from qbo_connector.sync.corrections import corrected, correction, with_overrides
from tests.unit.plan.building import invoice

DUE = date(2026, 11, 1)


@pytest.mark.requirement("H-9", "C-9")
@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("issue_date", "2026-10-20", lambda document: document.issue_date),
        ("due_date", "2026-12-24", lambda document: document.due_date),
        ("customer name", "Acme Shop", lambda document: document.customer.name),
        ("billing e-mail", "books@acme.example", lambda document: document.customer.email),
    ],
)
def test_a_correction_stands_in_the_place_of_what_the_source_says(name, value, shown):
    corrected = with_overrides(invoice(), correction(invoice(), name, value))

    assert str(shown(corrected)) == value


@pytest.mark.parametrize(
    ("name", "value", "changed"),
    [
        ("issue_date", "2026-10-20", {"issue_date": date(2026, 10, 9)}),
        ("due_date", "2026-12-24", {"due_date": None}),
        ("billing e-mail", "b@acme.example", {"customer": invoice().customer.but(email="new@acme.example")}),
    ],
)
def test_what_the_source_changed_since_counts_again(name, value, changed):
    later = invoice(**changed)

    assert with_overrides(later, correction(invoice(), name, value)) == later


def test_what_the_source_says_again_is_corrected_again():
    told = correction(invoice(), "due_date", "2026-12-24")

    assert with_overrides(invoice(due_date=date(2026, 11, 9)), told).due_date == date(2026, 11, 9)
    assert with_overrides(invoice(due_date=DUE), told).due_date == date(2026, 12, 24)


def test_a_date_that_the_source_does_not_state_can_be_given():
    undated = invoice(due_date=None)

    assert with_overrides(undated, correction(undated, "due_date", "2026-12-24")).due_date == date(2026, 12, 24)


def test_a_number_and_what_an_earlier_version_stored_stay():
    answers = {"number": "W-7", "issue_date": "2026-10-20", "taxes": {"VAT": "TAX"}}

    corrected = with_overrides(invoice(issue_date=date(2026, 10, 9)), answers)

    assert (corrected.number, corrected.issue_date) == ("W-7", date(2026, 10, 20))
    assert with_overrides(invoice(), {}) == invoice()


def test_a_date_that_no_longer_goes_with_the_others_gives_way_and_texts_stay():
    told = correction(invoice(), "due_date", "2026-10-20") | correction(invoice(), "customer name", "Acme Shop")

    later = with_overrides(invoice(issue_date=date(2026, 10, 25)), told)

    assert (later.due_date, later.customer.name) == (DUE, "Acme Shop")


def test_dates_that_cannot_be_right_together_are_refused_when_they_are_given():
    with pytest.raises(DocumentInvalid):
        corrected(invoice(), correction(invoice(), "due_date", "2026-01-01"))
    with pytest.raises(DocumentInvalid):
        with_overrides(invoice(), {"due_date": "2026-01-01"})
