"""Hooks that nobody can vouch for: counted by source account, and told of when five come within an hour (H-56).

Whoever sends them decides how many come, so what is kept is bounded, and while the warning stands we write once a
minute at most. Nothing of the message is used: what counts is that one came.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from qbo_connector.logs import Event
from qbo_connector.policy.catalogue import Reason
from qbo_connector.policy.saying import said
from qbo_connector.store import findings, hook_refusals, sources
from qbo_connector.store.hook_refusals import HookRefusals
from qbo_connector.store.sources import SourceAccount
from qbo_connector.store.states import FindingClass, FindingScope
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.history import tell
from qbo_connector.sync.services import Services

logger = structlog.get_logger(__name__)

ENOUGH = 5
WINDOW = timedelta(hours=1)
PAUSE = timedelta(minutes=1)
CODE = str(Reason.SOURCE_SIGNATURE_BAD)


def count_refused(services: Services, account: SourceAccount, known: HookRefusals | None) -> None:
    """A hook of this account was refused; `known` is what was remembered of others when it came."""
    now = services.clock()
    if known is None or not _told_just_now(known, now):
        services.database.write(lambda session: _count(services, session, account, now))


def count_believed(services: Services, account: SourceAccount, known: HookRefusals) -> None:
    """A good hook came where others were refused; an hour after the last of these it ends them."""
    now = services.clock()
    if known.believed_at is not None and now - known.last_at < WINDOW:
        return
    with services.database.writing() as session:
        row = hook_refusals.open_(session, account.id, now)
        if now - row.last_at < WINDOW:
            row.believed_at = now
        else:
            end(session, account.id, by="hook")


def end(session: Session, source_account_id: int, *, by: str) -> None:
    """The cause is gone: counting starts anew, and the warning goes. In this order, as whoever counts locks."""
    hook_refusals.forget(session, source_account_id)
    findings.resolve_scope(session, FindingScope.SOURCE_ACCOUNT, source_account_id, by=by, codes=[CODE])


def end_quiet(services: Services) -> None:
    """End those of which an hour went by without a bad one.

    A warning that stands waits for a good one as well: silence alone does not say that the secret fits again.
    """
    quiet_since = services.clock() - WINDOW
    with services.database.reading() as session:
        over = [row for row in hook_refusals.list_quiet(session, since=quiet_since) if _is_over(session, row)]
    for row in over:
        with services.database.writing() as session:
            if hook_refusals.open_(session, row.source_account_id, row.last_at).last_at <= quiet_since:
                end(session, row.source_account_id, by="schedule")


def set_aside(services: Services, organization_id: int, source_account_id: int, *, asked_by: str) -> None:
    """Do not tell of these any more, until they have been over for an hour and begin anew.

    Raises:
        NotThere: the organization has no such account.
    """
    with services.database.writing() as session:
        account = sources.load_in(session, organization_id, source_account_id)
        hook_refusals.open_(session, account.id, services.clock()).is_aside = True
        for row in _standing(session, account.id):
            findings.dismiss(session, row.id, by=asked_by)
        tell(session, organization_id, "source.hook_warning_aside", asked_by, name=account.name)


def show_again(services: Services, organization_id: int, source_account_id: int, *, asked_by: str) -> None:
    """Tell of them again, at once if there are still enough of them.

    Raises:
        NotThere: the organization has no such account.
    """
    now = services.clock()
    with services.database.writing() as session:
        account = sources.load_in(session, organization_id, source_account_id)
        row = hook_refusals.open_(session, account.id, now)
        row.is_aside = False
        if _are_enough(row, now):
            _raise(services, session, account)
        tell(session, organization_id, "source.hook_warning_shown", asked_by, name=account.name)


def _count(services: Services, session: Session, account: SourceAccount, now: datetime) -> None:
    row = hook_refusals.open_(session, account.id, now)
    if _told_just_now(row, now):
        return
    if now - row.last_at >= WINDOW:
        row.is_aside = False
    row.add(now, most=ENOUGH)
    if _are_enough(row, now) and not row.is_aside:
        _raise(services, session, account)


def _raise(services: Services, session: Session, account: SourceAccount) -> None:
    warning = said(Reason.SOURCE_SIGNATURE_BAD, {"source": entry_of(services, account.source_key).manifest.name})
    findings.raise_(
        session,
        scope=FindingScope.SOURCE_ACCOUNT,
        code=CODE,
        category=FindingClass.WARNING,
        organization_id=account.organization_id,
        source_account_id=account.id,
        params=dict(warning.params),
    )
    logger.warning(Event.DELIVERY_REFUSED, source_account_id=account.id, reason=CODE)


def _are_enough(row: HookRefusals, now: datetime) -> bool:
    return row.count_since(now - WINDOW) >= ENOUGH


def _told_just_now(row: HookRefusals, now: datetime) -> bool:
    """Whether there are enough of them already, and the latest was written down a moment ago."""
    return _are_enough(row, now) and now - row.last_at < PAUSE


def _is_over(session: Session, row: HookRefusals) -> bool:
    return row.believed_at is not None or not _standing(session, row.source_account_id)


def _standing(session: Session, source_account_id: int) -> list[findings.Finding]:
    found = findings.list_open(session, FindingScope.SOURCE_ACCOUNT, source_account_id)
    return [row for row in found if row.code == CODE]
