"""How an operation ends in shadow mode: what would have been done is recorded, and nothing is sent."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from qbo_connector.canonical import Money
from qbo_connector.plan.values import ByQuickBooks, Plan
from qbo_connector.policy.catalogue import as_list
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.store import findings, operations, records
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Intent, Outcome, RecordState
from qbo_connector.sync.outcomes import named, note, raise_findings, still_true
from qbo_connector.sync.recording import stored_plan
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation, load_situation

EVENT = "record.shadowed"
WRITING_FIX = Fix.REACTIVATE_ITEM
"""The one repair by a worker that writes to QuickBooks; the others read."""

IN_SHADOW = "Shadow mode is on: a sync is planned and recorded, and nothing is sent."

WOULD = {
    "create": "Would create the invoice in QuickBooks",
    "update": "Would update the invoice in QuickBooks",
    "void": "Would void the invoice in QuickBooks",
    "delete": "Would delete the invoice in QuickBooks",
    "undo": "Would undo the last sync",
    "fix": "Would make the entry active again in QuickBooks",
}


def end_in_shadow(session: Session, situation: Situation, operation: Operation, plan: Plan) -> Operation:
    """The record could be synced, and would have been: say how, and keep the plan."""
    raised = raise_findings(session, situation, operation, plan.warnings)
    still = [row.id for row in (*raised, *still_true(session, situation, raised))]
    findings.resolve_for_record(session, situation.record.id, by=named(operation), keep=still)
    would = _would(situation, plan)
    records.set_standing(session, situation.record.id, state=RecordState.SHADOWED, params=would)
    note(session, situation.record, operation, EVENT, would)
    return operations.finish(session, operation, Outcome.SHADOWED, plan=stored_plan(plan))


def keep_back(services: Services, operation: Operation) -> bool:
    """End what writes beside a sync, if shadow mode is on; False if it is not, or nothing would be written."""
    if operation.record_id is None or not _writes(operation):
        return False
    with services.database.reading() as session:
        situation = load_situation(services, session, operation.record_id)
    if not situation.in_shadow:
        return False
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        note(session, situation.record, operation, EVENT, {"decision": str(operation.intent)})
        operations.finish(session, operation, Outcome.SHADOWED)
    return True


def _writes(operation: Operation) -> bool:
    """Whether it would be worth nothing if it were only planned."""
    return operation.intent is Intent.UNDO or (
        operation.intent is Intent.FIX and operation.inputs.get("action") == WRITING_FIX
    )


def would_sentence(would: Mapping[str, str], *, on: bool = True) -> str:
    """What would have been done, for people; `on`: whether shadow mode still is."""
    done = WOULD.get(would.get("decision", ""), "Would sync")
    total = f" for {would['total']}" if would.get("total") else ""
    before = f"; before it {would['creates']}" if would.get("creates") else ""
    return f"{done}{total}{before}. Nothing was sent: shadow mode {'is' if on else 'was'} on."


def _would(situation: Situation, plan: Plan) -> dict[str, str]:
    expected = plan.expected.total if plan.expected else None
    known = expected is not None and not isinstance(expected, ByQuickBooks)
    kinds = {"department": "location"}
    created = [f"{kinds.get(step.entity, step.entity)} {step.name}" for step in plan.creates]
    would = {
        "decision": str(plan.decision),
        "total": str(Money(amount=expected, currency=situation.record.currency)) if known else "",
        "creates": as_list(created) if created else "",
    }
    return {name: value for name, value in would.items() if value}
