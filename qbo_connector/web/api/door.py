"""The API's one blueprint under ``/api/v1``: the key is checked first, every error leaves as a problem."""

from flask import Blueprint, Response, request

from qbo_connector.web.api import admission
from qbo_connector.web.problems import answer_with_problems, check_ids

LARGEST_BODY = 256 * 1024

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
answer_with_problems(blueprint)


@blueprint.before_request
def _admit() -> None:
    request.max_content_length = LARGEST_BODY
    admission.admit()
    check_ids(request.view_args)
    if request.method == "POST" and request.get_data(cache=True):
        # Said here, since a body that is no JSON would count as an empty one later on.
        request.get_json()


@blueprint.after_request
def _keep_private(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response
