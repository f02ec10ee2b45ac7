"""The card's JSON calls: one session, one record, what can be done with it."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, jsonify, request

from qbo_connector.errors import ConnectorError
from qbo_connector.policy.catalogue import Fix, Role
from qbo_connector.store.failures import NotThere
from qbo_connector.sync import asks, fixes, look
from qbo_connector.sync.widget import TokenRefused, key_origins, open_session
from qbo_connector.web import access
from qbo_connector.web.problems import Problem, answer_with_problems, check_ids
from qbo_connector.web.widget import admission, limits, unreadable
from qbo_connector.web.widget.admission import caller
from qbo_connector.web.widget.answers import operation_json, preview_json, record_json
from qbo_connector.web.widget.asking import asking, check_own, target
from qbo_connector.web.widget.bodies import Inputs, Nothing, OpenSession, Sync, body_as, idempotency_key
from qbo_connector.web.widget.choices import choices
from qbo_connector.web.widget.pages import pages
from qbo_connector.web.wiring import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.blueprints import BlueprintSetupState

LONGEST_WAIT_S = 25.0
SESSION_ENDPOINT = "widget.session"

blueprint = Blueprint("widget", __name__, url_prefix="/widget/v1")
answer_with_problems(blueprint)
blueprint.register_blueprint(pages(lambda kid: key_origins(services(), kid)))


@blueprint.record_once
def _prepare(state: "BlueprintSetupState") -> None:
    limits.init_app(state.app)


@blueprint.before_request
def _admit() -> None:
    mark = access.mark_of(current_app.view_functions[request.endpoint or ""])
    is_call = mark is not None and mark.door is access.Door.WIDGET
    if is_call and request.endpoint != SESSION_ENDPOINT:
        admission.admit(services())
        check_ids(request.view_args)


@blueprint.after_request
def _keep_private(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@blueprint.post("/session")
@access.widget
def session() -> tuple[Response, int]:
    """Use a token up and open the session of its record."""
    if (wait_s := limits.openings().wait_s(request.remote_addr or "")) > 0:
        raise Problem(429, "too_many_sessions", headers={"Retry-After": str(int(wait_s) + 1)})
    try:
        opened = open_session(services(), body_as(OpenSession).token)
    except TokenRefused as err:
        raise admission.unauthorized(err.code) from err
    return jsonify({"session": opened.session, "expires_in": opened.expires_in}), 201


@blueprint.get("/record")
@access.widget
def record() -> Response:
    """Where the record stands, why it can or cannot sync, what can be done."""
    who = caller()
    try:
        view = look.record_view(services(), target())
    except NotThere:
        return jsonify(unreadable.not_paired(services(), who))
    except ConnectorError as err:
        return jsonify(unreadable.not_read(services(), who, err))
    return jsonify(record_json(who.kind, view))


@blueprint.post("/preview")
@access.widget
def preview() -> Response:
    """What a sync would do; nothing is sent to QuickBooks."""
    body = body_as(Inputs)
    return jsonify(preview_json(asking(lambda target: look.preview(services(), target, body.inputs))))


@blueprint.post("/sync")
@access.widget
def sync() -> tuple[Response, int]:
    """Start a sync, or join the one under way."""
    body, key = body_as(Sync), admission.key_of_press(idempotency_key())
    operation = asking(
        lambda target: asks.request_sync(
            services(),
            target,
            intent=body.intent,
            asked_by=admission.asked_by(),
            inputs=body.inputs,
            expected_plan=body.plan_fingerprint,
            idempotency_key=key,
        )
    )
    return jsonify({"operation": operation}), 202


@blueprint.get("/operations/<int:operation_id>")
@access.widget
def operation(operation_id: int) -> Response:
    """How far an operation of this record is; with ``wait``, as soon as it is newer than ``after``."""
    check_own(operation_id)
    after = request.args.get("after", 0, type=int)
    wanted = min(max(request.args.get("wait", 0.0, type=float), 0.0), LONGEST_WAIT_S)
    with limits.patience().place(wanted) as seconds:
        view = asks.wait_for(services(), caller().organization_id, operation_id, after=after, seconds=seconds)
    return jsonify(operation_json(view))


@blueprint.get("/choices/<which>")
@access.widget
def pick(which: str) -> Response:
    """Entries of a QuickBooks list for a picker."""
    try:
        found = asking(lambda target: choices(services(), target, which, request.args.get("q", "")))
    except KeyError as err:
        raise Problem(404, "not_found", detail="There is no such list.") from err
    return jsonify({"choices": found})


@blueprint.post("/fixes/<action>")
@access.widget
def fix(action: str) -> tuple[Response, int]:
    """Carry out a repair that a finding offers to people of the source."""
    return _repair(action, body_as(Inputs).inputs)


@blueprint.post("/undo")
@access.widget
def undo() -> tuple[Response, int]:
    """Take the last sync back, if nobody has built on it."""
    body_as(Nothing)
    return _repair(str(Fix.UNDO), {})


def _repair(action: str, inputs: "Mapping[str, Any]") -> tuple[Response, int]:
    """202 with the operation that looks at the record again; 200 where there is nothing to wait for."""
    key = admission.key_of_press(idempotency_key())
    started = asking(
        lambda own: fixes.apply_fix(
            services(),
            own,
            action,
            inputs,
            asked_by=admission.asked_by(),
            role=Role.END_USER,
            idempotency_key=key,
        )
    )
    return jsonify({"operation": started}), 200 if started is None else 202


@blueprint.route("/<path:rest>", methods=("GET", "POST"))
@access.public
def unknown(rest: str) -> Response:
    """Whatever else is asked for under this prefix is answered with a problem document, not a page."""
    raise Problem(404, "not_found", detail=f"There is no /widget/v1/{rest[:100]}.")
