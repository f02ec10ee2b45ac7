"""The composition root: the web application over the product's parts. A test replaces one argument."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import redis
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from qbo_connector import paths
from qbo_connector.assembly import build_services, connect_redis, vault_of
from qbo_connector.config import Settings
from qbo_connector.extensions import bootstrap, csrf
from qbo_connector.qbo.environment import environment
from qbo_connector.store import migrate
from qbo_connector.store.attached import attach
from qbo_connector.sync.services import Services
from qbo_connector.web import access, callers, errors, jinja, security, wiring
from qbo_connector.web.auth.throttle import RedisCounter, Throttle
from qbo_connector.web.blueprints import PAGES, PROGRAMS
from qbo_connector.web.health.views import PROBES

PRODUCT = "QBO Connector"
LARGEST_BODY = 2 * 1024 * 1024
SESSION_LIFE = timedelta(hours=12)
STATIC_LIFE = timedelta(hours=1)


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
