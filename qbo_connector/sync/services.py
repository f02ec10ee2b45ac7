"""What every use case needs, joined once by `app.py`. A test replaces one argument, never a branch."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from qbo_connector.policy.catalogue import Catalogue
from qbo_connector.qbo.client import QboClient
from qbo_connector.qbo.oauth import QboOAuth
from qbo_connector.sources.http import SourceHttp
from qbo_connector.sources.registry import Registry
from qbo_connector.store.connections import Connection
from qbo_connector.store.database import Database
from qbo_connector.store.states import Lane
from qbo_connector.store.vault import Vault

if TYPE_CHECKING:
    from qbo_connector.config import Settings


class Bell(Protocol):
    """Wakes a worker of a lane. It may be lost: SQL is the truth, and the sweep rings again."""

    def ring(self, lane: Lane) -> None:
        """Wake a worker; never raises because the queue is away."""


class Clients(Protocol):
    """One QuickBooks client per company and process."""

    def of(self, connection: Connection) -> QboClient:
        """The client of this connection, kept alive between calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The product's parts, wired."""

    settings: "Settings"
    database: Database
    registry: Registry
    clients: Clients
    oauth: QboOAuth
    bell: Bell
    vault: Vault
    catalogue: Catalogue
    source_http: Callable[[], SourceHttp]
    """A guarded HTTP for one plugin; it refuses to leave while a transaction is open."""
    clock: Callable[[], datetime]
    owner: str
    """Who this process is when it takes leases: host, process id and a random part."""
