"""One request to QuickBooks with everything around it: budget, brake, token, evidence.

A refused token is renewed once and the request sent once more; nothing else is ever repeated here. Whether
and when to try again is for those to decide who know what was stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from qbo_connector.errors import ConnectorError, QboUnavailable, ReadBudgetSpent
from qbo_connector.qbo.answers import Exchange
from qbo_connector.qbo.clock import Clock
from qbo_connector.qbo.evidence import exchange_of
from qbo_connector.qbo.faults import Context, Fault, Recovery, classify, parse
from qbo_connector.qbo.faults.judge import THROTTLE_PAUSE_S, unclear
from qbo_connector.qbo.intent import Intent
from qbo_connector.qbo.limits import Limits, Wanted
from qbo_connector.qbo.meter import ReadMeter
from qbo_connector.qbo.outgoing import Outgoing
from qbo_connector.qbo.retry_after import retry_after
from qbo_connector.qbo.transport import Pool, Reply, TransportFailed

_TOKEN_IS_NOT_THE_TROUBLE = frozenset({"120", "3202"})


class AccessTokens(Protocol):
    """What is needed of :class:`~qbo_connector.qbo.tokens.TokenSource`."""

    def access_token(self) -> str:
        """A token that is good now."""
        ...

    def refreshed_after_401(self, bad_token: str) -> str:
        """Another one than this."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """The way to one company; shared by threads.

    Args:
        realm_id: the company.
        tokens: see :class:`AccessTokens`.
        limits: the brake; None in tools that run alone.
        on_exchange: gets every :class:`Exchange`, failures included, before anything is raised.
        clock: the present.
        pool: keep-alive connections.
        meter: the read budget; None for no budget.
        connection_id: the meter's key.
    """

    realm_id: str
    tokens: AccessTokens
    limits: Limits | None
    on_exchange: Callable[[Exchange], None] | None
    clock: Clock
    pool: Pool
    meter: ReadMeter | None = None
    connection_id: str = ""

    def send(self, outgoing: Outgoing, intent: Intent) -> tuple[Reply, tuple[Fault, ...]]:
        """Send once, or twice if the token was refused; the last answer with its faults.

        Raises:
            ReadBudgetSpent, LocallyThrottled: nothing was sent.
            QboUnavailable: nothing was sent, or a read got no answer.
            OutcomeUnknown: a write got no whole answer.
            QboAuthorizationExpired, QboAccessLost: no token could be had.
        """
        if intent.reads and self.meter and not self.meter.allow_read(self.connection_id):
            raise ReadBudgetSpent("no metered read is left for this connection")
        token = self.tokens.access_token()
        reply, faults = self._braked(outgoing, intent, token)
        if _token_refused(reply, faults):
            token = self.tokens.refreshed_after_401(token)
            reply, faults = self._braked(outgoing, intent, token)
        return reply, faults

    def throttled(self, pause_s: float | None = None) -> None:
        """Tell the brake that QuickBooks pulled its own."""
        if self.limits:
            self.limits.throttled(self.realm_id, pause_s or THROTTLE_PAUSE_S)

    def _braked(self, outgoing: Outgoing, intent: Intent, token: str) -> tuple[Reply, tuple[Fault, ...]]:
        if self.limits is None:
            return self._sent(outgoing, intent, token)
        with self.limits.slot(Wanted(realm_id=self.realm_id, lane=intent.lane, batch=intent.batch)):
            return self._sent(outgoing, intent, token)

    def _sent(self, outgoing: Outgoing, intent: Intent, token: str) -> tuple[Reply, tuple[Fault, ...]]:
        at = self.clock()
        try:
            reply = self.pool.send(
                outgoing.method,
                outgoing.url,
                headers={**outgoing.headers, "Authorization": f"Bearer {token}"},
                params=outgoing.params,
                data=outgoing.data,
            )
        except TransportFailed as err:
            nothing = Reply(status_code=0, failure=err.kind)
            self._record(exchange_of(outgoing, intent, nothing, at=at))
            raise _no_answer(err, intent) from err
        faults = parse(reply.status_code, reply.content_type, reply.content)
        if _throttles(reply, faults):
            self.throttled(retry_after(reply.headers))
        self._record(exchange_of(outgoing, intent, reply, at=at, faults=faults))
        return reply, faults

    def _record(self, exchange: Exchange) -> None:
        if self.on_exchange:
            self.on_exchange(exchange)


def _no_answer(err: TransportFailed, intent: Intent) -> ConnectorError:
    details = {name: value for name, value in (("cause", err.kind), ("requestid", intent.requestid)) if value}
    if not err.sent:
        return QboUnavailable(f"QuickBooks cannot be reached: {err.kind}", details=details)
    return unclear(f"no whole answer: {err.kind}", intent.context, details=details)


def _token_refused(reply: Reply, faults: tuple[Fault, ...]) -> bool:
    """401, unless the body says that another token would not help."""
    return reply.status_code == HTTPStatus.UNAUTHORIZED and not any(
        fault.code in _TOKEN_IS_NOT_THE_TROUBLE for fault in faults
    )


def _throttles(reply: Reply, faults: tuple[Fault, ...]) -> bool:
    """Whether the company is asked too fast; also if only some items of a batch say so."""
    return reply.status_code == HTTPStatus.TOO_MANY_REQUESTS or any(
        classify(fault, Context()).recovery is Recovery.THROTTLED for fault in faults
    )
