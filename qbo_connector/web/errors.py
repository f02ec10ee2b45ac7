"""What a person sees when something goes wrong: a calm page with one way on, never a traceback."""

import secrets
from http import HTTPStatus

from flask import Flask, Response, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from qbo_connector.errors import ConnectorError
from qbo_connector.logs import Event, get
from qbo_connector.store.failures import NotThere
from qbo_connector.web.findings import finding_of_error

logger = get(__name__)

PAGES = {
    HTTPStatus.FORBIDDEN: (
        "This needs another role",
        "Your role in this organization does not reach this far. Ask one of its admins.",
    ),
    HTTPStatus.NOT_FOUND: (
        "There is nothing here",
        "The address leads nowhere, or to something you have no part in.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "This address works another way",
        "Go back and use the button on the page.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("This is too large", "Send less at once."),
}
USUAL = ("This did not work", "Go back, look at what you typed, and try again.")
STALE_FORM = ("This page was open for too long", "Nothing was changed. Go back, reload the page and try again.")
INCIDENT = ("Something went wrong on our side", "Nothing of yours is lost. Try again in a moment.")


def init_app(app: Flask) -> None:
    """Answer every failure of a page."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotThere, _not_there)
    app.register_error_handler(ConnectorError, _connector)
    app.register_error_handler(HTTPStatus.INTERNAL_SERVER_ERROR, _incident)


def _stale_form(_error: Exception) -> tuple[str, int] | Response:
    return _answer(HTTPStatus.BAD_REQUEST, *STALE_FORM)


def _http(error: HTTPException) -> tuple[str, int] | Response | HTTPException:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    return _answer(error.code, *PAGES.get(HTTPStatus(error.code), USUAL))


def _not_there(_error: Exception) -> tuple[str, int] | Response:
    return _answer(HTTPStatus.NOT_FOUND, *PAGES[HTTPStatus.NOT_FOUND])


def _connector(error: ConnectorError) -> tuple[str, int] | Response:
    """A use case that could not be carried out: the catalogue has the words."""
    finding = finding_of_error(error)
    logger.info(Event.REQUEST_FAILED, reason=error.reason, path=request.path)
    return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, finding.sentence, finding.remedy)


def _incident(error: Exception) -> tuple[str, int] | Response:
    incident = secrets.token_hex(4)
    cause = getattr(error, "original_exception", None) or error
    logger.error(Event.UNEXPECTED, incident=incident, path=request.path, exc_info=cause)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, *INCIDENT, incident=incident)


def _answer(status: int, title: str, text: str, *, incident: str = "") -> tuple[str, int] | Response:
    if request.accept_mimetypes.best == "application/json":
        answer = jsonify(title=title, detail=text, incident=incident)
        answer.status_code = status
        return answer
    return render_template("errors/person.html", title=title, text=text, incident=incident), status
