"""The composition root: the only place that knows every part and joins them. A test replaces one argument."""

import os
import secrets
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import redis
from flask import Flask
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from qbo_connector import paths
from qbo_connector.config import Settings
from qbo_connector.extensions import bootstrap, csrf
from qbo_connector.jobs.bell import RedisBell
from qbo_connector.policy.catalogue import load_catalogue
from qbo_connector.qbo.environment import environment
from qbo_connector.qbo.limits import Limits
from qbo_connector.qbo.limits_local import LocalLimitStore
from qbo_connector.qbo.limits_redis import RedisLimitStore
from qbo_connector.qbo.oauth import QboApp, QboOAuth
from qbo_connector.sources.http import SourceHttp
from qbo_connector.sources.registry import Registry
from qbo_connector.store import Database, TransactionOpen, Vault, attach, migrate, open_database
from qbo_connector.sync.client_pool import ClientPool
from qbo_connector.sync.services import Services
from qbo_connector.web import access, callers, errors, jinja, security, wiring
from qbo_connector.web.auth.throttle import RedisCounter, Throttle
from qbo_connector.web.blueprints import PAGES, PROGRAMS
from qbo_connector.web.health.views import PROBES

PRODUCT = "QBO Connector"
CALLBACK = "/quickbooks/callback"
LARGEST_BODY = 2 * 1024 * 1024
SESSION_LIFE = timedelta(hours=12)
STATIC_LIFE = timedelta(hours=1)
REDIS_PATIENCE_S = 1.0


def create_app(settings: Settings, **replacements: Any) -> Flask:
    """The web application.

    Args:
        settings: of the installation.
        replacements: fields of ``Services`` that take another value, for tests.
    """
    app = Flask("qbo_connector.web", template_folder=str(paths.templates()))
    _configure(app, settings)
    vault = vault_of(settings)
    database = attach(app, settings.database_url, vault)
    services = build_services(settings, database=database, vault=vault, **replacements)
    app.extensions[wiring.KEY] = services
    _equip(app, services)
    _register(app)
    access.check_marks(app)
    return app


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


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME="qbo_session",
        SESSION_COOKIE_SECURE=_is_secure(settings),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION_LIFE,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_LIFE,
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=None,
    )


def _equip(app: Flask, services: Services) -> None:
    settings = services.settings
    bootstrap.init_app(app)
    csrf.init_app(app)
    security.init_app(app, secure=_is_secure(settings), form_origins=_form_origins(settings))
    callers.init_app(app, services)
    access.init_app(app, find_caller=lambda organization_id: callers.find_caller(services, organization_id))
    jinja.init_app(app, clock=services.clock, product=PRODUCT, practice=settings.simulator_url is not None)
    errors.init_app(app)
    app.extensions["throttle"] = Throttle(counter=RedisCounter(redis=connect_redis(settings)))
    app.extensions[PROBES] = _probes(services)


def _register(app: Flask) -> None:
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    for blueprint in PROGRAMS:
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)


def _probes(services: Services) -> dict[str, Callable[[], bool]]:
    """What must answer before this process is sent work."""
    client = connect_redis(services.settings)

    def database() -> bool:
        try:
            with services.database.reading() as session:
                return bool(session.scalar(text("SELECT 1")))
        except SQLAlchemyError:
            return False

    def doorbells() -> bool:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False

    def migrations() -> bool:
        try:
            return migrate.is_current(services.database.engine)
        except SQLAlchemyError:
            return False

    return {"database": database, "redis": doorbells, "migrations": migrations}


def _is_secure(settings: Settings) -> bool:
    return urlsplit(settings.base_url).scheme == "https"


def _form_origins(settings: Settings) -> tuple[str, ...]:
    """Where the form that connects QuickBooks leads: Intuit's sign-in."""
    parts = urlsplit(environment(settings.environment).endpoints.authorization)
    return (f"{parts.scheme}://{parts.netloc}",)
