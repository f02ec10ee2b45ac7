"""The OpenAPI document, made from the views themselves, and the checks that go with it."""

import json
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from spectree import SpecTree
from spectree.models import SecureType, SecurityScheme, SecuritySchemeData

from qbo_connector.web.api.values import ProblemDocument
from qbo_connector.web.problems import CONTENT_TYPE, Problem

if TYPE_CHECKING:
    from flask import Flask

VERSION = "1.0.0"
"""Of this interface, not of the product."""

BEARER = "api_key"
FIRST_ERROR = "400"
JSON_TYPE = "application/json"


def _refuse_bad_request(request: Any, response: Any, error: Exception | None, view: Any, adapter: Any) -> None:
    """Before a view: a request of another shape is a problem that names the fields, but repeats no value."""
    del request, response, view, adapter
    if not isinstance(error, ValidationError):
        return
    fields = [{"field": ".".join(map(str, found["loc"])), "message": found["msg"]} for found in error.errors()]
    detail = "The request does not have the documented shape."
    raise Problem(422, "invalid_request", detail=detail, members={"errors": fields}) from error


def _refuse_bad_answer(request: Any, response: Any, error: Exception | None, view: Any, adapter: Any) -> None:
    """After a view: an answer that the document does not describe is our own mistake."""
    del request, response, view, adapter
    if error is not None:
        raise error


specification = SpecTree(
    "flask",
    mode="strict",
    title="qbo-connector",
    version=VERSION,
    description="Start syncs to QuickBooks Online and follow them. Money is text, errors are RFC 9457 problems.",
    security_schemes=[
        SecurityScheme(
            name=BEARER,
            data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer", description="An API key, `qk_…`."),
        )
    ],
    security={BEARER: []},
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    before=_refuse_bad_request,
    after=_refuse_bad_answer,
    validation_error_model=ProblemDocument,
)


def openapi_document(app: "Flask") -> dict[str, Any]:
    """The OpenAPI 3.1 document of the JSON API of this application."""
    with app.app_context():
        document: dict[str, Any] = specification.spec
    for path in document["paths"].values():
        for operation in path.values():
            _say_problem_type(operation["responses"])
    _drop_unused(document)
    return document


def _drop_unused(document: dict[str, Any]) -> None:
    """Query and header models stand in the parameters; nothing refers to their schemas."""
    schemas = document["components"]["schemas"]
    text = json.dumps(document)
    for name in [name for name in schemas if f'"#/components/schemas/{name}"' not in text]:
        del schemas[name]


def _say_problem_type(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        content = response.get("content", {})
        if status >= FIRST_ERROR and JSON_TYPE in content:
            content[CONTENT_TYPE] = content.pop(JSON_TYPE)
