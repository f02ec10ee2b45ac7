"""The document in QuickBooks is not as we left it: somebody changed, voided or deleted it there."""

from dataclasses import dataclass
from typing import assert_never

from qbo_connector.canonical import fingerprint
from qbo_connector.plan.desk import Desk
from qbo_connector.plan.known import Bound
from qbo_connector.policy.catalogue import Finding, Reason, as_list
from qbo_connector.policy.policies import Conflict, QboEditOfSourceDoc
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.saying import said

THEIRS = "theirs"
"""Stands in the place of what was last sent where a person accepted what was done in QuickBooks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """What follows from it: a finding, and whether the version in QuickBooks is to be left as it is."""

    findings: tuple[Finding, ...] = ()
    leaves: bool = False


def divergence(desk: Desk, *, force: bool, chosen: bool = False) -> Divergence:
    """What the other side's change means under this sync's rules; `force` is a person's word for the source.

    `chosen` is a person's word field by field: what is replaced was seen, and what is kept is part of the form.
    """
    bound = desk.known.bound
    if bound is None:
        return Divergence()
    if bound.gone and _is_accepted(bound, desk):
        return Divergence(leaves=True)
    if bound.gone:
        return Divergence(findings=(_gone(bound, desk),))
    if chosen or not bound.changed_in_quickbooks:
        return Divergence()
    return _overwritten(bound, desk) if force else _by_rule(bound, desk)


def _is_accepted(bound: Bound, desk: Desk) -> bool:
    """A person took what became of it for what was agreed on, and the source has not changed since."""
    return bound.sent_fingerprint == THEIRS and bound.source_fingerprint == fingerprint(desk.document)


def _gone(bound: Bound, desk: Desk) -> Finding:
    """Creating it again by itself would undo somebody's decision."""
    if not bound.voided:
        return said(Reason.QBO_DOCUMENT_DELETED, desk.params())
    status = desk.document.status_label or desk.document.status.replace("_", " ")
    return said(Reason.QBO_DOCUMENT_VOIDED, desk.params(status=status.lower()))


def _by_rule(bound: Bound, desk: Desk) -> Divergence:
    rule = desk.rules.policies.qbo_edit_of_source_doc
    match rule:
        case QboEditOfSourceDoc.OVERWRITE:
            return _overwritten(bound, desk)
        case QboEditOfSourceDoc.ERROR:
            return Divergence(findings=(said(Reason.QBO_EDITED_EXTERNALLY, _changes(bound, desk)),))
        case QboEditOfSourceDoc.CONFLICT_RULE if bound.source_fingerprint == fingerprint(desk.document):
            return Divergence(leaves=True)
        case QboEditOfSourceDoc.CONFLICT_RULE:
            return _conflict(bound, desk)
        case other:
            assert_never(other)


def _conflict(bound: Bound, desk: Desk) -> Divergence:
    """Both sides changed (H-34). QuickBooks can only win where its version travels to the source."""
    if desk.rules.policies.conflict is Conflict.SOURCE:
        return _overwritten(bound, desk)
    if _quickbooks_wins(desk.rules):
        return Divergence(leaves=True)
    return Divergence(findings=(said(Reason.QBO_CONFLICT, _changes(bound, desk)),))


def _quickbooks_wins(rules: Rules) -> bool:
    return rules.policies.conflict is Conflict.QBO and rules.policies.brings_documents


def _overwritten(bound: Bound, desk: Desk) -> Divergence:
    return Divergence(findings=(said(Reason.QBO_OVERWRITTEN, _changes(bound, desk)),))


def _changes(bound: Bound, desk: Desk) -> dict[str, str]:
    return desk.params(fields=as_list(bound.changed_fields))
