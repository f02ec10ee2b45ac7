from datetime import date
from decimal import Decimal

import pytest

from qbo_connector.canonical import Origin, Status
from qbo_connector.plan.values import ByQuickBooks, Decision, Verb
from tests.unit.plan.building import US, bound, codes, invoice, plan, rules, standing, warnings

VOIDING = {"void_propagates": "yes", "eligible_statuses": ["open", "paid", "void"]}
VOIDED, DELETED = invoice(status=Status.VOID), invoice(status=Status.DELETED)


@pytest.mark.requirement("C-6", "H-25")
@pytest.mark.parametrize("document", [VOIDED, DELETED])
def test_a_document_withdrawn_in_the_source_is_voided_in_quickbooks(document):
    planned = plan(document, rules(VOIDING), bound=bound())

    assert planned.decision is Decision.VOID
    (step,) = planned.steps
    assert (step.verb, step.body, planned.known_ids) == (Verb.VOID, {}, {"invoice": "145"})
    assert (planned.expected.number, planned.expected.total) == ("W-1042", Decimal(0))
    unnumbered = plan(document, rules(VOIDING), bound=bound(number=""))
    assert unnumbered.expected.number == ByQuickBooks()


def test_a_document_that_is_voided_already_is_left_alone():
    sent = plan(VOIDED, rules(VOIDING), bound=bound()).sent_fingerprint

    for copy in (bound(sent_fingerprint=sent), bound(gone=True, voided=True), bound(gone=True)):
        assert plan(VOIDED, rules(VOIDING), bound=copy).decision is Decision.UNCHANGED


def test_a_voided_document_that_opens_again_is_sent_again():
    sent = plan(VOIDED, rules(VOIDING), bound=bound()).sent_fingerprint

    assert plan(invoice(), rules(VOIDING), bound=bound(sent_fingerprint=sent)).decision is Decision.UPDATE


def test_a_document_withdrawn_before_it_was_ever_sent_is_excluded():
    for document in (VOIDED, DELETED):
        planned = plan(document, rules(VOIDING))
        assert (planned.decision, planned.excluded.code) == (Decision.SKIP, "not_eligible.status")


def test_where_voids_do_not_travel_a_voided_document_is_excluded_and_a_deleted_one_asks():
    voided = plan(VOIDED, rules({"eligible_statuses": ["open", "void"]}), bound=bound())
    deleted = plan(DELETED, rules(), bound=bound())

    assert voided.excluded.code == "not_eligible.status"
    assert codes(deleted) == ["source.deleted_after_sync"]
    assert deleted.steps == ()


@pytest.mark.requirement("C-6", "H-25")
def test_a_document_with_payments_is_not_voided():
    planned = plan(VOIDED, rules(VOIDING), bound=bound(applied=Decimal("4.00")))

    assert codes(planned) == ["payment.void_blocked"]


def test_a_closed_period_a_change_there_or_a_missing_connection_stops_a_void():
    closed = plan(VOIDED, rules(VOIDING), bound=bound(), company=US.but(books_closed_to=date(2026, 12, 31)))
    changed = plan(VOIDED, rules(VOIDING), bound=bound(changed_in_quickbooks=True))
    offline = plan(VOIDED, rules(VOIDING), bound=bound(), stands=standing(connected=False))

    assert codes(closed) == ["date.closed_period"]
    assert codes(changed) == ["qbo.edited_externally"]
    assert codes(offline) == ["connection.missing"]


def test_a_void_over_a_change_says_that_it_is_replaced():
    obeyed = rules({**VOIDING, "qbo_edit_of_source_doc": "overwrite"})

    planned = plan(VOIDED, obeyed, bound=bound(changed_in_quickbooks=True))

    assert planned.decision is Decision.VOID
    assert warnings(planned) == ["qbo.overwritten"]


def test_conditions_of_content_do_not_keep_a_void_back():
    strict = {**VOIDING, "extra_filters": ["number_present"], "finalization": "required"}
    bare = invoice(status=Status.VOID, number="", finalized=False)

    assert plan(bare, rules(strict), bound=bound()).decision is Decision.VOID


def test_imported_history_is_not_voided():
    planned = plan(VOIDED, rules(VOIDING), bound=bound(origin=Origin.IMPORT))

    assert planned.excluded.code == "not_eligible.imported_snapshot"
