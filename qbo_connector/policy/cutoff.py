"""From when on documents count (H-23, C-15)."""

from datetime import UTC, datetime, time

from qbo_connector.canonical import Invoice
from qbo_connector.canonical.days import day_in_words
from qbo_connector.policy.catalogue import Reason
from qbo_connector.policy.check import Check
from qbo_connector.policy.policies import Cutoff
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.saying import said
from qbo_connector.policy.standing import Standing


def cutoff(document: Invoice, rules: Rules, standing: Standing) -> Check | None:
    """The check of the start date; None where none counts, or an admin let the record in."""
    since = standing.started_at
    stamp = _stamp(document, rules.policies.cutoff)
    if since is None or stamp is None or standing.include_anyway:
        return None
    day = day_in_words(since.date())
    finding = (
        None if stamp >= since else said(Reason.NOT_ELIGIBLE_CUTOFF, {"document": document.title}, start_date=day)
    )
    return Check(name="cutoff", passes=f"It is not older than {day}", finding=finding)


def _stamp(document: Invoice, policy: Cutoff) -> datetime | None:
    """What is compared with the start. History that must be unpaid concerns only what comes in (B-3)."""
    match policy:
        case Cutoff.CREATED_SINCE_CONNECT:
            return document.created_at or _end_of_issue_date(document)
        case Cutoff.CREATED_OR_MODIFIED_SINCE_START:
            stamps = [stamp for stamp in (document.created_at, document.updated_at) if stamp]
            return max(stamps, default=_end_of_issue_date(document))
        case _:
            return None


def _end_of_issue_date(document: Invoice) -> datetime:
    """Stands in for a source without stamps: an invoice of the first day belongs to the sync."""
    return datetime.combine(document.issue_date, time.max, UTC)
