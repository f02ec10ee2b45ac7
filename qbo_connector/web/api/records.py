"""Records: how they stand, what a sync would do, and the sync itself."""

from typing import TYPE_CHECKING

from spectree import Response

from qbo_connector.errors import ConfigurationError
from qbo_connector.policy.catalogue import Role
from qbo_connector.store import connections, findings, operations, pairings, record_lists, records
from qbo_connector.store.record_lists import CursorInvalid, RecordFilter
from qbo_connector.store.states import RecordState
from qbo_connector.sync import asks, look
from qbo_connector.sync.links import quickbooks_url
from qbo_connector.sync.targets import RecordTarget, locate
from qbo_connector.sync.views import row_view
from qbo_connector.web import access
from qbo_connector.web.api import admission
from qbo_connector.web.api.admission import caller
from qbo_connector.web.api.asking import asking
from qbo_connector.web.api.document import specification
from qbo_connector.web.api.door import blueprint
from qbo_connector.web.api.values import (
    FieldRow,
    Finding,
    Preview,
    ProblemDocument,
    QuickBooksDocument,
    Reason,
    Record,
    RecordDetail,
    RecordPage,
    RecordQuery,
    RetryHeaders,
    Started,
    SyncRequest,
)
from qbo_connector.web.problems import Problem
from qbo_connector.web.wiring import services

if TYPE_CHECKING:
    from qbo_connector.store.records import Record as RecordRow
    from qbo_connector.sync.look import PreviewView

ONE = "/records/<int:source_account>/<kind>/<path:external_id>"
REFUSALS = {
    "HTTP_401": ProblemDocument,
    "HTTP_403": ProblemDocument,
    "HTTP_404": ProblemDocument,
    "HTTP_422": ProblemDocument,
}
READING = {**REFUSALS, "HTTP_424": (ProblemDocument, "The source does not answer")}


@blueprint.get("/records")
@access.api("read")
@specification.validate(
    resp=Response(HTTP_200=RecordPage, **REFUSALS), tags=["records"], operation_id="listRecords"
)
def list_records(query: RecordQuery) -> RecordPage:
    """Records by last activity, newest first."""
    wanted = RecordFilter(
        pairing_id=query.pairing,
        kinds=(query.kind,) if query.kind else (),
        states=(RecordState(query.state),) if query.state else (),
        reasons=(query.reason,) if query.reason else (),
        search=query.search or "",
    )
    with services().database.reading() as session:
        try:
            found = record_lists.list_after(
                session, caller().organization_id, wanted, cursor=query.cursor, size=query.limit
            )
        except CursorInvalid as err:
            raise Problem(422, "cursor_invalid", detail="This cursor is not one of ours.") from err
    return RecordPage(records=tuple(_record(row) for row in found.rows), next_cursor=found.next_cursor)


@blueprint.get("/records/<int:record_id>")
@access.api("read")
@specification.validate(
    resp=Response(HTTP_200=RecordDetail, **REFUSALS), tags=["records"], operation_id="getRecord"
)
def get_record(record_id: int) -> RecordDetail:
    """One record, with its open findings and the operation under way."""
    return asking(lambda: _detail(record_id))


@blueprint.get(f"{ONE}/preview")
@access.api("read")
@specification.validate(resp=Response(HTTP_200=Preview, **READING), tags=["records"], operation_id="previewRecord")
def preview(source_account: int, kind: str, external_id: str) -> Preview:
    """What a sync would do. Reads the source; nothing is sent to QuickBooks."""
    return asking(lambda: _preview(look.preview(services(), _locate(source_account, kind, external_id))))


@blueprint.post(f"{ONE}/sync")
@access.api("sync")
@specification.validate(
    resp=Response(HTTP_202=Started, HTTP_409=(ProblemDocument, "The preview no longer holds"), **READING),
    tags=["records"],
    operation_id="syncRecord",
)
def sync(
    source_account: int, kind: str, external_id: str, json: SyncRequest, headers: RetryHeaders
) -> tuple[Started, int]:
    """Start a sync, or join the one under way. Repeat a request with its Idempotency-Key: it is done once."""
    operation = asking(
        lambda: asks.request_sync(
            services(),
            _locate(source_account, kind, external_id),
            intent=json.intent,
            asked_by=admission.asked_by(),
            inputs=json.inputs,
            expected_plan=json.plan_fingerprint,
            idempotency_key=admission.own_key(headers.idempotency_key),
        )
    )
    return Started(operation=operation), 202


def _locate(source_account: int, kind: str, external_id: str) -> RecordTarget:
    return locate(
        services(),
        organization_id=caller().organization_id,
        source_account_id=source_account,
        kind=kind,
        external_id=external_id,
    )


def _record(row: "RecordRow", url: str | None = None) -> Record:
    document = QuickBooksDocument(type=row.qbo_type, id=row.qbo_id, url=url) if row.qbo_id else None
    return Record(
        id=row.id,
        pairing=row.pairing_id,
        kind=row.kind,
        external_id=row.external_id,
        number=row.number,
        customer=row.party_name,
        amount=None if row.amount is None else f"{row.amount:f}",
        currency=row.currency,
        source_status=row.source_status,
        source_url=row.source_url,
        document_date=row.document_date,
        state=str(row.state),
        reason=_reason(row) if row.reason else None,
        quickbooks=document,
        last_synced_at=row.last_synced_at,
        last_activity_at=row.last_activity_at,
    )


def _reason(row: "RecordRow") -> Reason:
    try:
        sentence = services().catalogue.fill(row.reason, row.reason_params).sentence
    except ConfigurationError:
        # A reason stored by an older version may lack a value that its sentence needs by now.
        sentence = ""
    return Reason(code=row.reason, sentence=sentence)


def _detail(record_id: int) -> RecordDetail:
    with services().database.reading() as session:
        row = records.load_in(session, caller().organization_id, record_id)
        found = findings.list_of_record(session, record_id)
        open_ones = operations.list_open_of_record(session, record_id)
        pairing = pairings.load(session, row.pairing_id)
        connection = connections.load(session, pairing.connection_id)
    url = quickbooks_url(connection, row.qbo_type, row.qbo_id) if row.qbo_id else None
    views = tuple(Finding.model_validate(row_view(services(), one, Role.END_USER)) for one in found)
    return RecordDetail(
        **dict(_record(row, url)), findings=views, operation=open_ones[0].id if open_ones else None
    )


def _preview(view: "PreviewView") -> Preview:
    rows = [FieldRow(source=source, quickbooks=target, value=value) for source, target, value in view.rows]
    shown = {name: getattr(view, name) for name in Preview.model_fields if name != "rows"}
    return Preview.model_validate({**shown, "rows": rows}, from_attributes=True)
