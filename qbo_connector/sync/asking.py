"""From a document to a plan: ask the mirror, prove what must be proved, take leases on what will be created."""

from dataclasses import dataclass
from datetime import datetime

from qbo_connector.canonical import Invoice
from qbo_connector.errors import RecordBusy
from qbo_connector.plan.asking import questions
from qbo_connector.plan.known import Known
from qbo_connector.plan.push import Intent, link_key, plan_push
from qbo_connector.plan.questions import Questions
from qbo_connector.plan.values import Plan
from qbo_connector.store import leases, operations
from qbo_connector.store.operations import Operation
from qbo_connector.sync.answering import answer
from qbo_connector.sync.looking_up import look_up_loose_keys, unproved
from qbo_connector.sync.services import Services
from qbo_connector.sync.settling import settle_shared
from qbo_connector.sync.situation import Situation

BUSY_FOR_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """A plan with the questions and answers that it stands on."""

    asked: Questions
    known: Known
    plan: Plan


def think(
    services: Services,
    situation: Situation,
    document: Invoice,
    intent: Intent,
    *,
    asked_at: datetime | None = None,
) -> Thought:
    """Ask the mirror and plan. Costs no request, changes nothing: the same for preview and push."""
    asked = questions(document, situation.rules, situation.company)
    key = link_key(document, situation.rules, intent)
    with services.database.reading() as session:
        known = answer(session, situation, asked, link_key=key, asked_at=asked_at or services.clock())
    plan = plan_push(document, known, situation.rules, situation.standing, intent)
    return Thought(asked=asked, known=known, plan=plan)


def think_to_act(
    services: Services, situation: Situation, operation: Operation, document: Invoice, intent: Intent
) -> Thought:
    """A plan that may be carried out: loose keys are proved absent, and the entries it writes are ours to write.

    Raises:
        RecordBusy: somebody else is writing one of its customers, items or locations just now.
        ConnectorError: a look into QuickBooks did not succeed.
    """
    thought = think(services, situation, document, intent, asked_at=operation.asked_at)
    if not thought.plan.entries:
        return thought
    _take_leases(services, situation, operation, thought.plan)
    symbols = [step.symbol for step in thought.plan.entries]
    settle_shared(services, situation, operation, symbols)
    loose = [question for question in unproved(thought.asked, thought.known) if question.symbol in symbols]
    look_up_loose_keys(services, situation.connection, loose, operation)
    return think(services, situation, document, intent, asked_at=operation.asked_at)


def _take_leases(services: Services, situation: Situation, operation: Operation, plan: Plan) -> None:
    """All or nothing, in sorted order, so that nobody holds one and waits for another."""
    keys = frozenset().union(*(step.resources for step in plan.entries))
    with services.database.writing() as session:
        operations.guard(session, operation.id, operation.fence)
        taken = leases.take_all(
            session,
            situation.connection.id,
            keys,
            operation_id=operation.id,
            fence=operation.fence,
            lease_s=services.settings.lease_s,
        )
    if not taken:
        raise RecordBusy(
            "another worker is writing one of its customers, items or locations", retry_after=BUSY_FOR_S
        )
