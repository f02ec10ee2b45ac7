"""QuickBooks clients, one for each company and process, with their evidence and their meter in the tables."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from qbo_connector.errors import ConfigurationError
from qbo_connector.qbo.answers import Exchange
from qbo_connector.qbo.client import QboClient
from qbo_connector.qbo.environment import Environment
from qbo_connector.qbo.limits import Limits
from qbo_connector.qbo.oauth import QboOAuth
from qbo_connector.qbo.tokens import TokenSource
from qbo_connector.qbo.transport import Pool
from qbo_connector.store import connections, exchanges, usage
from qbo_connector.store.connections import Connection
from qbo_connector.store.database import Database
from qbo_connector.store.exchanges import Exchange as ExchangeRow
from qbo_connector.store.usage import Used
from qbo_connector.sync.read_budget import read_budget, read_share
from qbo_connector.sync.token_store import DatabaseTokenStore

current_operation: ContextVar[int | None] = ContextVar("current_operation", default=None)
"""The operation on whose behalf requests leave in this thread; it stands beside the evidence."""


@contextmanager
def on_behalf_of(operation_id: int) -> Iterator[None]:
    """Requests inside the block are evidence of this operation."""
    before = current_operation.set(operation_id)
    try:
        yield
    finally:
        current_operation.reset(before)


class ClientPool:
    """Hands out clients. A client is kept as long as the process lives, and its connections with it.

    ``pool`` is for tests that need shorter time-outs.
    """

    def __init__(
        self,
        *,
        database: Database,
        environment: Environment,
        oauth: QboOAuth,
        limits: Limits | None,
        clock: Callable[[], datetime],
        reads_per_month: int,
        pool: Callable[[], Pool] | None = None,
    ) -> None:
        self._database = database
        self._environment = environment
        self._pool = pool
        self._oauth = oauth
        self._limits = limits
        self._clock = clock
        self._meter = DatabaseMeter(database, reads_per_month=reads_per_month, clock=clock)
        self._clients: dict[int, QboClient] = {}
        self._lock = threading.Lock()

    def of(self, connection: Connection) -> QboClient:
        """The client of a connection.

        Raises:
            ConfigurationError: it was made in another environment; a practice company never reaches real books.
        """
        if connection.environment != self._environment.name:
            raise ConfigurationError(
                f"connection {connection.id} belongs to {connection.environment}, not to {self._environment.name}",
                reason="installation.secrets",
            )
        with self._lock:
            if connection.id not in self._clients:
                self._clients[connection.id] = self._make(connection)
            return self._clients[connection.id]

    def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            client.close()

    def _make(self, connection: Connection) -> QboClient:
        key = str(connection.id)
        return QboClient(
            realm_id=connection.realm_id,
            base_url=self._environment.api_url,
            tokens=TokenSource(key, DatabaseTokenStore(self._database), self._oauth, self._clock),
            limits=self._limits,
            on_exchange=_Recorder(self._database, connection, self._clock),
            clock=self._clock,
            meter=self._meter,
            connection_id=key,
            pool=self._pool() if self._pool else None,
        )


class _Recorder:
    """Keeps the evidence of each request and counts it, unfenced: a late worker's knowledge is knowledge too."""

    def __init__(self, database: Database, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._organization_id = connection.organization_id
        self._connection_id = connection.id
        self._clock = clock

    def __call__(self, exchange: Exchange) -> None:
        row = ExchangeRow(
            organization_id=self._organization_id,
            connection_id=self._connection_id,
            operation_id=current_operation.get(),
            at=exchange.at,
            method=exchange.method,
            path=exchange.path,
            requestid=exchange.requestid,
            status=exchange.status,
            intuit_tid=exchange.intuit_tid,
            duration_ms=exchange.duration_ms,
            metered=exchange.metered,
            request_body=exchange.request_body.encode(),
            response_body=exchange.response_body.encode(),
            error=exchange.error,
        )
        with self._database.writing() as session:
            exchanges.append(session, row)
            used = Used(requests=1, reads=exchange.reads, writes=int(exchange.writes))
            usage.count(session, self._connection_id, self._clock().date(), **used)


class DatabaseMeter:
    """The month's metered reads, for the whole installation, because Intuit counts per app; see `qbo.meter`.

    A connection with a share of its own stays within it, too.
    """

    def __init__(self, database: Database, *, reads_per_month: int, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._budget = reads_per_month
        self._clock = clock

    def allow_read(self, connection_id: str) -> bool:
        """Whether one more read fits the month, for everybody and for this connection."""
        with self._database.reading() as session:
            if not read_budget(session, self._budget, self._clock()).allows_one_more:
                return False
            connection = connections.load(session, int(connection_id))
            own = read_share(session, connection, self._clock())
            return own is None or own.allows_one_more
