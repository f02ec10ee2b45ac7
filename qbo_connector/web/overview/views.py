"""The overview: first run, object view, record view, and the indicator in the bar."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from qbo_connector.errors import ConnectorError
from qbo_connector.store.failures import NotThere
from qbo_connector.sync import asks
from qbo_connector.web import access, flashes
from qbo_connector.web.findings import finding_of_error
from qbo_connector.web.formatting import plural
from qbo_connector.web.overview import columns
from qbo_connector.web.overview.banners import banners_of
from qbo_connector.web.overview.filters import GROUPS, Filters
from qbo_connector.web.overview.forms import AT_ONCE, DISMISS, RETRY, BulkForm, ColumnsForm
from qbo_connector.web.overview.objects import SHOWN, object_rows, set_up_of
from qbo_connector.web.overview.progress import progress_of
from qbo_connector.web.overview.record_list import export, needing_somebody, record_page
from qbo_connector.web.quickbooks.forms import ConnectForm
from qbo_connector.web.wiring import services

blueprint = Blueprint("overview", __name__)
PREFIX = "/o/<int:organization_id>"


@blueprint.get(f"{PREFIX}/")
@access.signed_in()
def objects(organization_id: int) -> str:
    """Three steps until records can sync; from then on a row for each sync and kind."""
    set_up = set_up_of(services(), organization_id)
    if not set_up.is_done:
        return render_template("overview/first_run.html", set_up=set_up, form=ConnectForm())
    return render_template(
        "overview/objects.html",
        rows=object_rows(services(), organization_id),
        shown=SHOWN,
        banners=banners_of(services(), organization_id),
        waiting=needing_somebody(services(), organization_id),
    )


@blueprint.get(f"{PREFIX}/records")
@access.signed_in()
def records(organization_id: int) -> str:
    """All records, as the address filters and sorts them."""
    filters = Filters.of(request.args)
    page = record_page(services(), organization_id, filters)
    return render_template(
        "overview/records.html",
        page=page,
        filters=filters,
        groups=tuple(GROUPS),
        columns=columns.chosen(session),
        all_columns=columns.COLUMNS,
        columns_form=ColumnsForm(next=request.full_path),
        bulk_form=BulkForm(next=request.full_path),
    )


@blueprint.get(f"{PREFIX}/records.csv")
@access.signed_in()
def records_csv(organization_id: int) -> Response:
    """The filtered list as a file, newest activity first."""
    lines = export(services(), organization_id, Filters.of(request.args).record_filter())
    headers = {"Content-Disposition": "attachment; filename=records.csv"}
    return Response(lines, content_type="text/csv; charset=utf-8", headers=headers)


@blueprint.post(f"{PREFIX}/records/columns")
@access.signed_in()
def choose_columns(organization_id: int) -> AnyResponse:
    """Remember which columns this person wants."""
    form = ColumnsForm()
    if form.validate_on_submit():
        columns.choose(session, form.columns.data or ())
    return redirect(_back(form.next.data, organization_id))


@blueprint.post(f"{PREFIX}/records/bulk")
@access.signed_in("bookkeeper")
def bulk(organization_id: int) -> AnyResponse:
    """Sync or set aside the records that were ticked, one by one; what cannot be done is said."""
    form = BulkForm()
    if form.validate_on_submit():
        _act_on(organization_id, form.action.data, form.record.data[:AT_ONCE])
    return redirect(_back(form.next.data, organization_id))


@blueprint.get(f"{PREFIX}/progress.json")
@access.signed_in()
def progress(organization_id: int) -> Response:
    """What the indicator in the bar says: open operations, and whether anybody works on them."""
    return jsonify(progress_of(services(), organization_id))


def _act_on(organization_id: int, action: str, record_ids: list[int]) -> None:
    done = 0
    refusals: list[Exception] = []
    for record_id in record_ids:
        try:
            _act(organization_id, action, record_id, alone=len(record_ids) == 1)
        except (asks.Refused, ConnectorError, NotThere) as err:
            refusals.append(err)
        else:
            done += 1
    if done:
        words = {RETRY: "asked to sync", DISMISS: "set aside"}[action]
        flashes.done(f"{plural(done, 'record')} {words}.")
    if refusals:
        flashes.refused(f"{plural(len(refusals), 'record')} could not: {_first_sentence(refusals)}")


def _act(organization_id: int, action: str, record_id: int, *, alone: bool) -> None:
    actor = access.caller().actor
    match action:
        case "retry":
            ask = asks.retry if alone else asks.retry_among_others
            ask(services(), organization_id, record_id, asked_by=actor)
        case "dismiss":
            asks.dismiss(services(), organization_id, record_id, asked_by=actor)
        case _:
            raise NotThere(f"there is no action {action}")


def _first_sentence(refusals: list[Exception]) -> str:
    first = refusals[0]
    if isinstance(first, asks.Refused):
        return first.finding.sentence
    return finding_of_error(first).sentence if isinstance(first, ConnectorError) else "it is not there any more."


def _back(wanted: str | None, organization_id: int) -> str:
    return access.safe_target(wanted) or url_for("overview.records", organization_id=organization_id)
