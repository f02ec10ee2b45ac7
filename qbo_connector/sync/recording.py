"""What is kept of a reading and of a plan, in the shape of the tables."""

import json
from typing import Any

from qbo_connector.canonical import Invoice, fingerprint
from qbo_connector.mapping.encoding import encoded
from qbo_connector.plan.values import FORMAT, Plan
from qbo_connector.policy.eligibility import known_of
from qbo_connector.store.operations import Operation
from qbo_connector.store.records import Reading
from qbo_connector.sync.executing import plain
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation
from qbo_connector.sync.source import record_url


def reading_of(services: Services, situation: Situation, document: Invoice) -> Reading:
    """What lists and pages show of a document that was read."""
    return Reading(
        number=document.number,
        party_name=str(document.customer),
        party_email=document.customer.email,
        amount=document.total,
        currency=document.currency,
        source_status=document.status_label or str(document.status),
        source_url=record_url(services, situation),
        document_date=document.issue_date,
        source_fingerprint=fingerprint(document),
        document=document.model_dump_json(),
    )


def stored_plan(plan: Plan) -> str:
    """The plan as the history keeps it: stable JSON, amounts as text, bodies without ids."""
    kept: dict[str, Any] = {
        "format": FORMAT,
        "decision": str(plan.decision),
        "fingerprint": plan.fingerprint,
        "sent": plan.sent_fingerprint,
        "link_key": plan.link_key,
        "steps": [
            {"symbol": step.symbol, "entity": step.entity, "verb": str(step.verb), "name": step.name}
            for step in plan.steps
        ],
        "codes": [str(finding.code) for finding in (*plan.refusals, *plan.warnings)],
        "expected": plain(plan.expected),
    }
    return encoded(kept).decode()


def has_begun(operation: Operation) -> bool:
    """Whether the operation has begun to carry out the plan that somebody saw (`stored_plan` was kept)."""
    return bool(operation.expected_plan) and _kept(operation).get("fingerprint") == operation.expected_plan


def is_as_shown(operation: Operation, plan: Plan) -> bool:
    """Whether the plan is the one that somebody saw, or what a stop has left of it; or nobody looked.

    List entries that were created before the stop are found now, so that the rest of a plan has another
    fingerprint; what it sends of the document is the same.
    """
    if not operation.expected_plan or plan.fingerprint == operation.expected_plan:
        return True
    return has_begun(operation) and _kept(operation).get("sent") == plan.sent_fingerprint


def _kept(operation: Operation) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(operation.plan) if operation.plan else {}
    return kept


def known_about(situation: Situation, document: Invoice | None = None) -> dict[str, str]:
    """The placeholders that every sentence about the record may use, with or without a fresh reading of it."""
    known = known_of(document, situation.rules, situation.standing)
    if document is None:
        known["document"] = f"{situation.record.kind} {situation.record.number}".strip()
        known["customer"] = situation.record.party_name
    known["company"] = known["company"] or situation.connection.company_name
    return known
