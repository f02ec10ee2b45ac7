"""The record page: what needs a person, the preview, the history, and the buttons."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from qbo_connector.errors import ConnectorError
from qbo_connector.sync import asks, fixes, look
from qbo_connector.web import access, flashes
from qbo_connector.web.findings import finding_of_error
from qbo_connector.web.pairings.rules import reader_of
from qbo_connector.web.records.buttons import buttons_of
from qbo_connector.web.records.evidence import evidence_of
from qbo_connector.web.records.forms import ActForm, SyncForm, answers_of
from qbo_connector.web.records.targets import Aim, aim_at, history_of
from qbo_connector.web.wiring import services

blueprint = Blueprint("records", __name__)
PREFIX = "/o/<int:organization_id>/records/<int:record_id>"
LONG_POLL_S = 8


@blueprint.get(PREFIX)
@access.signed_in()
def record(organization_id: int, record_id: int) -> str:
    """One record. The source is read now; where it does not answer, the page says so and shows what is known."""
    aim = aim_at(services(), organization_id, record_id)
    view, trouble = None, None
    try:
        view = look.record_view(services(), aim.target, role=reader_of(access.caller()))
    except ConnectorError as err:
        trouble = finding_of_error(err)
    return render_template(
        "records/record.html",
        aim=aim,
        view=view,
        trouble=trouble,
        lines=history_of(services(), organization_id, record_id),
        sync_form=SyncForm(),
        buttons=buttons_of(services(), aim, view.finding, view.compare) if view else (),
    )


@blueprint.get(f"{PREFIX}/preview")
@access.signed_in()
def preview(organization_id: int, record_id: int) -> str:
    """What a sync would do, to the cent; nothing is sent."""
    aim = aim_at(services(), organization_id, record_id)
    seen, trouble = None, None
    try:
        seen = look.preview(services(), aim.target, role=reader_of(access.caller()))
    except ConnectorError as err:
        trouble = finding_of_error(err)
    form = SyncForm(plan=seen.plan_fingerprint if seen else "")
    leading = seen.refusals[0] if seen and seen.refusals else None
    return render_template(
        "records/preview.html",
        aim=aim,
        preview=seen,
        trouble=trouble,
        form=form,
        buttons=buttons_of(services(), aim, leading),
    )


@blueprint.get(f"{PREFIX}/activity")
@access.signed_in()
def activity(organization_id: int, record_id: int) -> str:
    """The history alone, for unfolding a row in place."""
    lines = history_of(services(), organization_id, record_id)
    return render_template("records/_activity.html", lines=lines, record_id=record_id)


@blueprint.get(f"{PREFIX}/operations/<int:operation_id>")
@access.signed_in("admin")
def evidence(organization_id: int, record_id: int, operation_id: int) -> str:
    """What was sent for one operation, and what came back."""
    aim = aim_at(services(), organization_id, record_id)
    found = evidence_of(services(), organization_id, operation_id)
    return render_template("records/evidence.html", aim=aim, evidence=found)


@blueprint.get("/o/<int:organization_id>/operations/<int:operation_id>.json")
@access.signed_in()
def operation(organization_id: int, operation_id: int) -> Response:
    """Where an operation stands; waits a moment for news (``after`` is the version that is known)."""
    after = request.args.get("after", default=-1, type=int)
    seen = asks.wait_for(services(), organization_id, operation_id, after=after, seconds=LONG_POLL_S)
    return jsonify(id=seen.id, version=seen.version, state=str(seen.state), words=seen.phase)


@blueprint.post(f"{PREFIX}/sync")
@access.signed_in("bookkeeper")
def sync(organization_id: int, record_id: int) -> AnyResponse:
    """Ask for a sync; with the preview's fingerprint only this very plan is carried out."""
    aim = aim_at(services(), organization_id, record_id)
    form = SyncForm()
    if not form.validate_on_submit():
        return redirect(_page(aim))
    try:
        asks.request_sync(
            services(),
            aim.target,
            intent=form.intent.data,
            asked_by=access.caller().actor,
            expected_plan=form.plan.data or None,
            idempotency_key=f"page:{form.press.data}",
            role=reader_of(access.caller()),
        )
    except asks.Refused as refused:
        flashes.refused(f"{refused.finding.sentence} {refused.finding.remedy}")
        return redirect(_preview(aim) if refused.status == HTTPStatus.CONFLICT else _page(aim))
    return redirect(_page(aim))


@blueprint.post(f"{PREFIX}/retry")
@access.signed_in("bookkeeper")
def retry(organization_id: int, record_id: int) -> AnyResponse:
    """Try again now."""
    return _act(organization_id, record_id, asks.retry, "")


@blueprint.post(f"{PREFIX}/dismiss")
@access.signed_in("bookkeeper")
def dismiss(organization_id: int, record_id: int) -> AnyResponse:
    """Set the record aside: it is excluded until somebody takes it back in."""
    return _act(organization_id, record_id, asks.dismiss, "The record is set aside.")


@blueprint.post(f"{PREFIX}/undismiss")
@access.signed_in("bookkeeper")
def undismiss(organization_id: int, record_id: int) -> AnyResponse:
    """Take the record back in."""
    return _act(organization_id, record_id, asks.undismiss, "The record is taken back in.")


@blueprint.post(f"{PREFIX}/cancel")
@access.signed_in("bookkeeper")
def cancel(organization_id: int, record_id: int) -> AnyResponse:
    """Give up what has not begun."""
    aim = aim_at(services(), organization_id, record_id)
    if ActForm().validate_on_submit() and aim.running:
        if asks.cancel(services(), organization_id, record_id, asked_by=access.caller().actor):
            flashes.done("Cancelled; nothing was sent.")
        else:
            flashes.told("It is already under way, so it could not be cancelled.")
    return redirect(_page(aim))


@blueprint.post(f"{PREFIX}/fixes/<action>")
@access.signed_in("bookkeeper")
def fix(organization_id: int, record_id: int, action: str) -> AnyResponse:
    """Press a button of a finding. Whether this role may is decided by the catalogue, in the use case."""
    aim = aim_at(services(), organization_id, record_id)
    inputs = answers_of(request.form)
    person = access.caller()
    role = reader_of(person)
    return _try(
        aim,
        lambda: fixes.apply_fix(services(), aim.target, action, inputs, asked_by=person.actor, role=role),
        "Done. The record is tried again at once.",
    )


def _act(organization_id: int, record_id: int, use_case: Any, sentence: str) -> AnyResponse:
    aim = aim_at(services(), organization_id, record_id)
    actor = access.caller().actor
    return _try(aim, lambda: use_case(services(), organization_id, record_id, asked_by=actor), sentence)


def _try(aim: Aim, act: Any, sentence: str) -> AnyResponse:
    if not ActForm().validate_on_submit():
        return redirect(_page(aim))
    try:
        act()
    except asks.Refused as refused:
        flashes.refused(f"{refused.finding.sentence} {refused.finding.remedy}")
    except ConnectorError as err:
        said = finding_of_error(err)
        flashes.refused(f"{said.sentence} {said.remedy}")
    else:
        if sentence:
            flashes.done(sentence)
    return redirect(_page(aim))


def _page(aim: Aim) -> str:
    return url_for("records.record", record_id=aim.record.id)


def _preview(aim: Aim) -> str:
    return url_for("records.preview", record_id=aim.record.id)
