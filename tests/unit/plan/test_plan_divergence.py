import pytest

from qbo_connector.canonical import Status, fingerprint
from qbo_connector.plan.push import Intent
from qbo_connector.plan.values import Decision
from tests.unit.plan.building import bound, codes, invoice, plan, rules, warnings

CHANGED = {"changed_in_quickbooks": True, "changed_fields": ("price", "quantity")}
SAME_SOURCE = {"source_fingerprint": fingerprint(invoice())}


@pytest.mark.requirement("T-23", "C-4", "P-20")
def test_where_the_source_has_the_last_word_a_change_in_quickbooks_is_replaced_and_said():
    planned = plan(invoice(), rules({"qbo_edit_of_source_doc": "overwrite"}), bound=bound(**CHANGED))

    assert planned.decision is Decision.UPDATE
    assert warnings(planned) == ["qbo.overwritten"]
    assert "(price, quantity)" in planned.warnings[0].text().sentence


@pytest.mark.requirement("H-3", "H-19", "H-68")
def test_where_documents_may_only_change_in_the_source_a_change_in_quickbooks_stops_the_sync():
    guarded = rules({"qbo_edit_of_source_doc": "error"})

    planned = plan(invoice(), guarded, bound=bound(**CHANGED))

    assert codes(planned) == ["qbo.edited_externally"]
    assert plan(invoice(), guarded, bound=bound()).decision is Decision.UPDATE


def test_a_person_may_restore_the_version_of_the_source():
    guarded = rules({"qbo_edit_of_source_doc": "error"})

    planned = plan(invoice(), guarded, bound=bound(**CHANGED), intent=Intent(force=True))

    assert planned.decision is Decision.UPDATE
    assert warnings(planned) == ["qbo.overwritten"]


@pytest.mark.requirement("H-34")
def test_a_person_who_chose_field_by_field_is_not_told_what_was_replaced():
    asked = rules({"qbo_edit_of_source_doc": "conflict_rule", "conflict": "ask"})

    planned = plan(invoice(), asked, bound=bound(**CHANGED), intent=Intent(force=True, chosen=True))

    assert planned.decision is Decision.UPDATE
    assert warnings(planned) == []


@pytest.mark.parametrize(
    ("conflict", "direction", "decision", "codes_said"),
    [
        ("ask", "both", Decision.HOLD, ["qbo.conflict"]),
        ("source", "both", Decision.UPDATE, []),
        ("qbo", "both", Decision.UNCHANGED, []),
        ("qbo", "out", Decision.HOLD, ["qbo.conflict"]),
    ],
)
@pytest.mark.requirement("H-34", "B-9")
def test_when_both_sides_changed_the_conflict_rule_names_the_winner(conflict, direction, decision, codes_said):
    obeyed = rules({"qbo_edit_of_source_doc": "conflict_rule", "conflict": conflict, "direction": direction})

    planned = plan(invoice(), obeyed, bound=bound(**CHANGED))

    assert planned.decision is decision
    assert codes(planned) == codes_said


@pytest.mark.requirement("B-9")
def test_when_only_quickbooks_changed_there_is_no_conflict_and_nothing_to_send():
    obeyed = rules({"qbo_edit_of_source_doc": "conflict_rule", "conflict": "source", "direction": "both"})

    planned = plan(invoice(), obeyed, bound=bound(**CHANGED, **SAME_SOURCE))

    assert planned.decision is Decision.UNCHANGED
    assert planned.warnings == ()


def test_a_document_deleted_in_quickbooks_waits_for_a_person():
    planned = plan(invoice(), bound=bound(gone=True), intent=Intent(force=True))

    assert codes(planned) == ["qbo.document_deleted"]


@pytest.mark.requirement("C-6")
def test_a_document_voided_in_quickbooks_waits_for_a_person_and_names_the_sources_status():
    planned = plan(
        invoice(status=Status.PARTIALLY_PAID), bound=bound(gone=True, voided=True), intent=Intent(force=True)
    )

    assert codes(planned) == ["qbo.document_voided"]
    assert planned.refusals[0].params["status"] == "partially paid"
