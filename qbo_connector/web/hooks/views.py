"""Where QuickBooks and the sources ring: the signature is checked over the raw bytes, the news is stored, no more.

Intuit expects an answer within 3 seconds and repeats what it does not get (developer.intuit.com, Webhooks), so
nothing is worked out here.
"""

from flask import Blueprint, Response, request

from qbo_connector.sync import inbox
from qbo_connector.web import access
from qbo_connector.web.problems import LARGEST_ID, Problem, answer_with_problems
from qbo_connector.web.wiring import services

LARGEST_BODY = 1024 * 1024
"""Far above a full delivery of either side, far below what could hurt."""

blueprint = Blueprint("hooks", __name__, url_prefix="/hooks")
answer_with_problems(blueprint)


@blueprint.before_request
def _limit() -> None:
    request.max_content_length = LARGEST_BODY


@blueprint.post("/qbo")
@access.hook
def from_quickbooks() -> Response:
    """A delivery of QuickBooks, in either of its two shapes."""
    return _answer(good=inbox.receive_qbo(services(), request.get_data(), dict(request.headers)))


@blueprint.post("/<source_key>/<int:source_account_id>")
@access.hook
def from_source(source_key: str, source_account_id: int) -> Response:
    """A hook of a source. An unknown account answers like a wrong signature: nobody learns which exist."""
    raw, headers = request.get_data(), dict(request.headers)
    known = source_account_id <= LARGEST_ID
    return _answer(good=known and inbox.receive_source(services(), source_key, source_account_id, raw, headers))


def _answer(*, good: bool) -> Response:
    if not good:
        raise Problem(401, "signature_invalid", detail="The signature does not belong to this message.")
    return Response(status=200)
