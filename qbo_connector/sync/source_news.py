"""What changed at a source, where its sync starts by events: each record that changed is asked to be pushed.

Hooks tell of it within moments; asking the source what changed finds what hooks lost (H-56, C-3). Whether a record
is eligible is no question here: its push looks at it as it stands by then, and says why not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from qbo_connector.errors import ConfigurationError
from qbo_connector.policy.policies import Trigger
from qbo_connector.sources.capability import Capability
from qbo_connector.sources.values import Change, HookDelivery, Ref
from qbo_connector.store import operations, pairings, records, sources
from qbo_connector.store.operations import Operation
from qbo_connector.store.pairings import Pairing
from qbo_connector.store.sources import SourceAccount
from qbo_connector.store.states import Intent, Lane
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import rules_of
from qbo_connector.sync.source import open_plugin

ASKED_EVERY = timedelta(minutes=5)
"""How often a source is asked what changed; its hooks are faster."""

SOURCE = "source"
"""Who asked, in the history of a record."""

KIND = "invoice"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One record of a source that changed, or is gone."""

    ref: Ref
    at: datetime | None = None
    deleted: bool = False

    @classmethod
    def of(cls, told: Change | HookDelivery) -> "News":
        """From either channel."""
        at = told.changed_at if isinstance(told, Change) else told.occurred_at
        return cls(ref=told.ref, at=at, deleted=told.deleted)


def listening(services: Services, session: Session, account: SourceAccount) -> Sequence[Pairing]:
    """The account's syncs that are switched on and start by events."""
    return [
        pairing
        for pairing in pairings.list_of_source_account(session, account.id)
        if _starts_by_events(services, pairing, account)
    ]


def _starts_by_events(services: Services, pairing: Pairing, account: SourceAccount) -> bool:
    """A sync whose plugin is not installed starts by nothing."""
    try:
        policies = rules_of(services, pairing, account).policies
    except ConfigurationError:
        return False
    return policies.trigger is Trigger.EVENT and policies.sends_documents


def ask_for_pushes(services: Services, session: Session, account: SourceAccount, news: Iterable[News]) -> int:
    """Ask for a push of everything that changed since its sync was started; how many were asked for."""
    told = [one for one in news if one.ref.kind == KIND]
    return sum(
        _ask(session, pairing, one)
        for pairing in listening(services, session, account)
        for one in told
        if _concerns(session, pairing, one)
    )


def _concerns(session: Session, pairing: Pairing, news: News) -> bool:
    """What happened before the first start is history (H-24); what is gone and was never sent stays unknown."""
    if news.at is not None and pairing.started_at is not None and news.at < pairing.started_at:
        return False
    if not news.deleted:
        return True
    known = records.find(session, pairing.id, kind=news.ref.kind, external_id=news.ref.external_id)
    return known is not None and bool(known.qbo_id)


def _ask(session: Session, pairing: Pairing, news: News) -> bool:
    record = records.ensure(
        session,
        pairing.id,
        organization_id=pairing.organization_id,
        kind=news.ref.kind,
        external_id=news.ref.external_id,
    )
    operations.request(
        session,
        organization_id=pairing.organization_id,
        connection_id=pairing.connection_id,
        pairing_id=pairing.id,
        record_id=record.id,
        intent=Intent.PUSH,
        lane=Lane.EVENT,
        asked_by=SOURCE,
    )
    return True


def ask_for_source_changes(services: Services, session: Session, account: SourceAccount) -> bool:
    """Have a worker ask the source what changed, if somebody listens and it was not asked a moment ago."""
    if account.polled_at is not None and services.clock() - account.polled_at < ASKED_EVERY:
        return False
    pairing = next(iter(listening(services, session, account)), None)
    if pairing is None or not entry_of(services, account.source_key).manifest.has(Capability.CHANGED_SINCE):
        return False
    open_ones = operations.list_open_of_connection(session, pairing.connection_id)
    if any(one.intent is Intent.CHANGES and one.pairing_id == pairing.id for one in open_ones):
        return False
    operations.request(
        session,
        organization_id=account.organization_id,
        connection_id=pairing.connection_id,
        pairing_id=pairing.id,
        intent=Intent.CHANGES,
        lane=Lane.MAINTENANCE,
        asked_by="schedule",
    )
    return True


def take_source_changes(services: Services, operation: Operation) -> None:
    """Read what changed at the source of a pairing, page by page; each page is kept with its pushes.

    Raises:
        ConnectorError: the source could not be read; what was taken stays taken.
    """
    with services.database.reading() as session:
        pairing = pairings.load(session, operation.pairing_id or 0)
        account = sources.load(session, pairing.source_account_id)
    plugin, cursor, more = open_plugin(services, account), account.cursor, True
    while more:
        page = plugin.changed_since(cursor or None)
        with services.database.writing() as session:
            operations.guard(session, operation.id, operation.fence)
            asked = ask_for_pushes(services, session, account, map(News.of, page.changes))
            sources.move_cursor(session, account.id, page.cursor)
        if asked:
            services.bell.ring(Lane.EVENT)
        cursor, more = page.cursor, page.more and page.cursor != cursor
