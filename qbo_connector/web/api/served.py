"""The document of the API, and an answer for every address it does not have."""

from flask import Response, current_app, json

from qbo_connector.web import access
from qbo_connector.web.api.document import openapi_document
from qbo_connector.web.api.door import blueprint
from qbo_connector.web.problems import Problem

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@blueprint.get("/openapi.json")
@access.public
def openapi() -> Response:
    """The OpenAPI 3.1 document of this interface."""
    document = json.dumps(openapi_document(current_app), sort_keys=False)
    return Response(document, content_type="application/json", headers={"Cache-Control": "public, max-age=300"})


@blueprint.route("/<path:rest>", methods=METHODS)
@access.public
def unknown(rest: str) -> Response:
    """Whatever else is asked for under this prefix is answered with a problem document, not a page."""
    raise Problem(404, "not_found", detail=f"There is no /api/v1/{rest[:100]}.")
