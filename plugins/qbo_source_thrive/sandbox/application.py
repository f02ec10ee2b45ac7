"""The sandbox as one Flask application."""

import secrets
from decimal import Decimal

from flask import Flask, Response, render_template
from flask_wtf import CSRFProtect

from qbo_source_thrive.sandbox.api import api
from qbo_source_thrive.sandbox.control import control
from qbo_source_thrive.sandbox.invoice_pages import pages as invoice_pages
from qbo_source_thrive.sandbox.list_pages import pages as list_pages
from qbo_source_thrive.sandbox.state import NAME, State
from qbo_source_thrive.sandbox.store import NotFound
from qbo_source_thrive.sandbox.widget import WidgetKey
from qbo_source_thrive.sandbox.wire import money


def create_application(state: State) -> Flask:
    """API, control plane and pages over one state."""
    app = Flask(__name__)
    # Cookies do not know ports: each sandbox on localhost needs a name of its own.
    app.config.update(
        SECRET_KEY=secrets.token_hex(32),
        SESSION_COOKIE_NAME=NAME,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.extensions[NAME] = state
    csrf = CSRFProtect(app)
    for open_to_programs in (api, control):
        csrf.exempt(open_to_programs)
    for blueprint in (api, control, invoice_pages, list_pages):
        app.register_blueprint(blueprint)
    app.add_template_filter(_dollars, "dollars")
    app.add_template_filter(_plain, "plain")
    app.add_template_filter(_status, "status")
    app.register_error_handler(NotFound, _missing)
    policy = _content_policy(state.widget)

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return app


def _content_policy(widget: WidgetKey) -> str:
    web = widget.web_base_url.rstrip("/") if widget.is_set else ""
    sources = f"'self' {web}".strip()
    return (
        f"default-src 'self'; script-src {sources}; frame-src {sources}; connect-src 'self'; style-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def _missing(_error: NotFound) -> tuple[str, int]:
    return render_template("missing.html"), 404


def _dollars(amount: Decimal) -> str:
    return f"${Decimal(money(amount)):,}"


def _plain(number: Decimal | str | None) -> str:
    return format(number, "f") if isinstance(number, Decimal) else (number or "")


def _status(status: str) -> str:
    return status.replace("_", " ").title()
