from datetime import date
from decimal import Decimal

import pytest

from qbo_connector.plan.undo import LastSync, Version, plan_undo
from qbo_connector.plan.values import ByQuickBooks, Decision, Verb
from tests.unit.plan.building import US, bound, codes, rules

CREATED = LastSync(title="invoice W-1042", issue_date=date(2026, 10, 2))
EARLIER = Version(
    body={"DocNumber": "W-1042", "CustomerRef": {"value": "58"}},
    number="W-1042",
    total=Decimal("25.00"),
    tax=Decimal("1.00"),
    sent_fingerprint="sent-before",
    source_fingerprint="source-before",
)
UPDATED = LastSync(title="invoice W-1042", issue_date=date(2026, 10, 2), before=EARLIER, link_key="W-1042")


def test_a_created_document_is_deleted_so_that_its_number_is_free_again():
    planned = plan_undo(CREATED, bound(), rules(), US)

    (step,) = planned.steps
    assert (planned.decision, step.verb, step.body) == (Decision.DELETE, Verb.DELETE, {})
    assert (planned.known_ids, planned.expected) == ({"invoice": "145"}, None)


def test_a_created_document_that_quickbooks_numbered_is_voided():
    planned = plan_undo(CREATED, bound(), rules({"number_policy": "qbo"}), US)

    assert (planned.decision, planned.steps[0].verb) == (Decision.VOID, Verb.VOID)
    assert (planned.expected.number, planned.expected.total) == ("W-1042", Decimal(0))
    unnumbered = plan_undo(CREATED, bound(number=""), rules({"number_policy": "qbo"}), US)
    assert unnumbered.expected.number == ByQuickBooks()


def test_an_updated_document_gets_its_earlier_version_back():
    planned = plan_undo(UPDATED, bound(), rules(), US)

    (step,) = planned.steps
    assert (planned.decision, step.verb, step.body) == (Decision.UPDATE, Verb.UPDATE, EARLIER.body)
    assert (planned.expected.total, planned.expected.tax) == (Decimal("25.00"), Decimal("1.00"))
    assert (planned.sent_fingerprint, planned.source_fingerprint) == ("sent-before", "source-before")
    assert planned.link_key == "W-1042"


@pytest.mark.parametrize(
    ("touched", "company", "clause"),
    [
        ({"changed_in_quickbooks": True}, US, "it was changed since"),
        ({"gone": True}, US, "it was changed since"),
        ({"applied": Decimal("0.01")}, US, "a payment was applied to it"),
        ({}, US.but(books_closed_to=date(2026, 10, 2)), "its period was closed"),
    ],
)
def test_undo_is_refused_once_anybody_has_built_on_the_sync(touched, company, clause):
    planned = plan_undo(CREATED, bound(**touched), rules(), company)

    assert (planned.decision, planned.steps, planned.expected) == (Decision.HOLD, (), None)
    assert codes(planned) == ["undo.changed_since"]
    assert clause in planned.refusals[0].text().sentence


def test_undoing_an_undo_makes_the_same_plan_for_the_same_state():
    again = plan_undo(UPDATED, bound(qbo_id="999"), rules(), US)

    assert again.fingerprint == plan_undo(UPDATED, bound(), rules(), US).fingerprint
    assert again.fingerprint != plan_undo(CREATED, bound(), rules(), US).fingerprint
