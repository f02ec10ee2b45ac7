"""Webhooks come in: verified, stored, answered. What they mean is worked out later, by a worker."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from qbo_connector.errors import DocumentInvalid, HookSignatureBad
from qbo_connector.qbo import webhooks
from qbo_connector.sources.capability import Capability
from qbo_connector.sources.values import HookRequest
from qbo_connector.store import connections, deliveries, hook_refusals, operations, records, sources
from qbo_connector.store.clock import utc_now
from qbo_connector.store.connections import Connection
from qbo_connector.store.operations import Operation
from qbo_connector.store.states import Channel, DeliveryState, Intent, Lane
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.hook_secrets import parse_hook
from qbo_connector.sync.hook_warning import count_believed, count_refused
from qbo_connector.sync.services import Services
from qbo_connector.sync.source_news import News, ask_for_pushes

SIGNATURE = "intuit-signature"
GATHERING = timedelta(milliseconds=500)
"""How long a delivery waits for others, so that a burst of them is one read."""

SWALLOWED = "swallowed"
"""Kept beside a merge: the id of the entry that went into the other."""


def receive_qbo(services: Services, raw: bytes, headers: Mapping[str, str]) -> bool:
    """Take a delivery of QuickBooks; False if its signature is wrong, and then nothing of it is used."""
    signature = next((value for name, value in headers.items() if name.casefold() == SIGNATURE), "")
    if not webhooks.verify(raw, signature, services.settings.verifier_token.get_secret_value()):
        return False
    try:
        notifications = webhooks.parse(raw)
    except webhooks.DeliveryUnreadable as err:
        _set_aside(services, Channel.QBO, raw, str(err))
        return True
    rang = False
    with services.database.writing() as session:
        for told in notifications:
            for connection in connections.list_by_realm(
                session, environment=services.settings.environment, realm_id=told.realm_id
            ):
                rang |= _store(session, connection, told)
    if rang:
        services.bell.ring(Lane.EVENT)
    return True


def _set_aside(services: Services, channel: Channel, raw: bytes, why: str) -> None:
    """Keep what nobody can read, and answer that it came: repeating it would only hold up what comes behind."""
    key = f"{channel}:unreadable:{hashlib.sha256(raw).hexdigest()}"
    with services.database.writing() as session:
        dead = deliveries.receive(session, channel=channel, dedupe_key=key, raw=raw)
        if dead:
            deliveries.mark(session, [dead.id], DeliveryState.DEAD, note=why)


def _store(session: object, connection: Connection, told: webhooks.Notification) -> bool:
    parts = (told.realm_id, told.entity, told.qbo_id, told.operation, str(told.at))
    own = told.event_id or hashlib.sha256("|".join(parts).encode()).hexdigest()
    fresh = deliveries.receive(
        session,  # type: ignore[arg-type]  # the caller's session
        channel=Channel.QBO,
        dedupe_key=f"qbo:{connection.id}:{own}:{told.qbo_id}:{told.operation}",
        organization_id=connection.organization_id,
        connection_id=connection.id,
        entity=told.entity,
        qbo_id=told.qbo_id,
        operation=told.operation,
        headers={SWALLOWED: told.deleted_id} if told.deleted_id else {},
        happened_at=told.at,
    )
    if fresh is None:
        return False
    ask_for_changes(session, connection, lane=Lane.EVENT)
    return True


def ask_for_changes(session: object, connection: Connection, *, lane: Lane, feed: bool = False) -> None:
    """One operation takes all deliveries that are waiting; a second one is not needed while it is open.

    Deliveries wait a moment for those that come right behind them: together they cost one read.
    """
    open_ones = operations.list_open_of_connection(session, connection.id)  # type: ignore[arg-type]
    if any(_asks_quickbooks(one) and _covers(one, feed=feed) for one in open_ones):
        return
    operations.request(
        session,  # type: ignore[arg-type]  # the caller's session
        organization_id=connection.organization_id,
        connection_id=connection.id,
        intent=Intent.CHANGES,
        lane=lane,
        asked_by="webhook" if not feed else "schedule",
        inputs={"feed": feed},
        due_at=None if feed else utc_now() + GATHERING,
    )


def _asks_quickbooks(operation: Operation) -> bool:
    """The changes of a pairing are those of its source."""
    return operation.intent is Intent.CHANGES and operation.pairing_id is None


def _covers(operation: Operation, *, feed: bool) -> bool:
    """Whether it does what is asked: one that asks the feed, even under way; of others only one to be claimed."""
    asks_feed = bool(operation.inputs.get("feed"))
    return asks_feed if feed else operation.lease_until is None


def receive_source(
    services: Services, source_key: str, source_account_id: int, raw: bytes, headers: Mapping[str, str]
) -> bool:
    """Take a hook of a source; False if the signature is wrong, which is counted, or the account unknown.

    Where a sync starts by events, what changed is asked to be pushed. A source that syncs on demand only (T-8) is
    never pushed from here: its record is noted as changed, no more.
    """
    with services.database.reading() as session:
        account = sources.find(session, source_account_id, source_key=source_key)
        refused = hook_refusals.find(session, source_account_id) if account else None
    if account is None or not entry_of(services, source_key).manifest.has(Capability.HOOKS):
        return False
    try:
        told = parse_hook(services, account, HookRequest(headers=dict(headers), body=raw))
    except HookSignatureBad:
        count_refused(services, account, refused)
        return False
    except DocumentInvalid as err:
        _set_aside(services, Channel.SOURCE, raw, str(err))
        return True
    if refused:
        count_believed(services, account, refused)
    news = []
    with services.database.writing() as session:
        for one in told:
            fresh = deliveries.receive(
                session,
                channel=Channel.SOURCE,
                dedupe_key=f"source:{account.id}:{one.dedupe_key}",
                organization_id=account.organization_id,
                source_account_id=account.id,
                entity=one.ref.kind,
                qbo_id=one.ref.external_id,
                operation=one.event,
                happened_at=one.occurred_at,
            )
            if fresh:
                deliveries.mark(session, [fresh.id], DeliveryState.HANDLED, note="noted")
                news.append(News.of(one))
            for record in records.list_by_external_id(
                session, account.organization_id, kind=one.ref.kind, external_id=one.ref.external_id
            ):
                record.last_activity_at = services.clock()
        asked = ask_for_pushes(services, session, account, news)
    if asked:
        services.bell.ring(Lane.EVENT)
    return True
