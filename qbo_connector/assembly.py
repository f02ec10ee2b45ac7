"""The product's parts, joined: for the web, for workers, for commands. A test replaces one argument.

Pages stand apart (`qbo_connector.app`): a worker or a command starts without loading them.
"""

import os
import secrets
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from qbo_connector.config import Settings
from qbo_connector.jobs.bell import RedisBell
from qbo_connector.policy.catalogue import load_catalogue
from qbo_connector.qbo.environment import environment
from qbo_connector.qbo.limits import Limits
from qbo_connector.qbo.limits_local import LocalLimitStore
from qbo_connector.qbo.limits_redis import RedisLimitStore
from qbo_connector.qbo.oauth import QboApp, QboOAuth
from qbo_connector.sources.http import SourceHttp
from qbo_connector.sources.registry import Registry
from qbo_connector.store import Database, TransactionOpen, Vault, open_database
from qbo_connector.sync.client_pool import ClientPool
from qbo_connector.sync.services import Services

CALLBACK = "/quickbooks/callback"
REDIS_PATIENCE_S = 1.0


def build_services(
    settings: Settings, *, database: Database | None = None, vault: Vault | None = None, **replacements: Any
) -> Services:
    """The product's parts, wired; for the web, for workers, for commands.

    Args:
        settings: of the installation.
        database: if it is open already.
        vault: of the encrypted columns, if there is one already.
        replacements: fields of ``Services`` that take another value, for tests.
    """
    safe = vault or vault_of(settings)
    opened = database or open_database(settings.database_url, safe)
    clock: Callable[[], datetime] = replacements.get("clock", utc_now)
    oauth: QboOAuth = replacements.get("oauth") or _oauth(settings, clock)
    parts: dict[str, Any] = {
        "settings": settings,
        "database": opened,
        "vault": safe,
        "clock": clock,
        "oauth": oauth,
        "registry": Registry.load(settings.addons_path),
        "catalogue": load_catalogue(),
        "clients": _clients(settings, opened, oauth, clock),
        "bell": RedisBell(connect_redis(settings)),
        "source_http": _source_http(settings, opened, clock),
        "owner": f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
    }
    return Services(**{**parts, **replacements})


def vault_of(settings: Settings) -> Vault:
    """Encrypts with the newest of the keys."""
    return Vault([key.get_secret_value() for key in settings.encryption_keys])


def utc_now() -> datetime:
    """The present, aware."""
    return datetime.now(UTC)


def connect_redis(settings: Settings) -> redis.Redis:
    """A client that gives up soon: whatever stands in Redis can be done without."""
    return redis.Redis.from_url(
        settings.redis_url,
        socket_timeout=REDIS_PATIENCE_S,
        socket_connect_timeout=REDIS_PATIENCE_S,
        retry=Retry(NoBackoff(), 0),
    )


def _oauth(settings: Settings, clock: Callable[[], datetime]) -> QboOAuth:
    app = QboApp(
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        redirect_uri=f"{settings.base_url}{CALLBACK}",
    )
    return QboOAuth(app, environment(settings.environment), clock=clock)


def _clients(settings: Settings, database: Database, oauth: QboOAuth, clock: Callable[[], datetime]) -> ClientPool:
    limits = Limits(
        store=RedisLimitStore(connect_redis(settings)), alone=LocalLimitStore(clock=clock), clock=clock
    )
    return ClientPool(
        database=database,
        environment=environment(settings.environment),
        oauth=oauth,
        limits=limits,
        clock=clock,
        reads_per_month=settings.reads_per_month,
    )


def _source_http(
    settings: Settings, database: Database, clock: Callable[[], datetime]
) -> Callable[[], SourceHttp]:
    def refuse_while_open() -> None:
        if database.in_transaction:
            raise TransactionOpen("a source was about to be asked while a transaction was open")

    def make() -> SourceHttp:
        return SourceHttp(
            allow_private=settings.allow_private_sources, before_request=refuse_while_open, now=clock
        )

    return make
