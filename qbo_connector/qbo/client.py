"""The client of one QuickBooks company: every verb the floors above use, and nothing else."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from qbo_connector.qbo.answers import Answer, BatchAnswer, Exchange, WriteRequest
from qbo_connector.qbo.batch import BatchRequest, item_answers
from qbo_connector.qbo.batch_size import BatchSize
from qbo_connector.qbo.changes import ChangeSet, change_set, changed_since, entity_list
from qbo_connector.qbo.clock import Clock, utc_now
from qbo_connector.qbo.entities import operation_params, spelled
from qbo_connector.qbo.faults import Context
from qbo_connector.qbo.intent import Intent
from qbo_connector.qbo.library import AnsweredBody, RealmQuickBooks
from qbo_connector.qbo.limits import Lane, Limits
from qbo_connector.qbo.meter import ReadMeter
from qbo_connector.qbo.paging import Page, every_page
from qbo_connector.qbo.query import PAGE, Direction, Query
from qbo_connector.qbo.transport import Pool
from qbo_connector.qbo.wire import AccessTokens, Wire

_SEGMENT = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ENTITY = re.compile(r"[A-Za-z]{1,40}(?:/[A-Za-z]{1,40})?")


class QboClient:
    """One per company and process; safe to share by threads, keeps its connections.

    Reads are metered by Intuit: each says so. Every method takes a ``lane``, which decides who goes first.

    Args:
        realm_id: the company.
        base_url: of the API, without path: ``environment.api_url``.
        tokens: a :class:`~qbo_connector.qbo.tokens.TokenSource`.
        limits: the brake, shared by the clients of a process; None for none.
        on_exchange: gets the evidence of every request, failures included.
        clock: the present.
        meter: the read budget, with ``connection_id`` as its key; None for none.
        pool: for tests that need shorter time-outs.

    Raises:
        ConnectorError: every method raises what :mod:`qbo_connector.errors` says and nothing else, apart from
            ``ValueError`` for arguments that could never be sent.
    """

    def __init__(
        self,
        *,
        realm_id: str,
        base_url: str,
        tokens: AccessTokens,
        limits: Limits | None = None,
        on_exchange: Callable[[Exchange], None] | None = None,
        clock: Clock = utc_now,
        meter: ReadMeter | None = None,
        connection_id: str = "",
        pool: Pool | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._wire = Wire(
            realm_id=_checked(realm_id, _SEGMENT),
            tokens=tokens,
            limits=limits,
            on_exchange=on_exchange,
            clock=clock,
            pool=pool or Pool(size=limits.rules.in_flight if limits else 8),
            meter=meter,
            connection_id=connection_id,
        )
        self._batch_size = BatchSize()

    @property
    def realm_id(self) -> str:
        """The company."""
        return self._wire.realm_id

    def library(self, lane: Lane | str = Lane.MAINTENANCE) -> RealmQuickBooks:
        """python-quickbooks' own client, to read with its object classes: ``Invoice.get("1", qb=…)``."""
        return self._on(Intent(context=Context(operation="query"), lane=Lane(lane), reads=1))

    def read(
        self, entity: str, qbo_id: str, *, params: Mapping[str, str] | None = None, lane: Lane | str = Lane.BULK
    ) -> Answer:
        """One entity by id, inactive ones included. A metered read.

        A document that is gone is ``QboRejected`` with reason ``qbo.document_deleted``.
        """
        intent = self._read("read", entity, expects=_expected(entity), lane=lane)
        path, pk = _checked(entity, _ENTITY), _checked(qbo_id, _SEGMENT)
        return _answer(self._on(intent).get_single_object(path, pk, params=dict(params or {})))

    def query(self, statement: Query | str, *, lane: Lane | str = Lane.BULK) -> Answer:
        """One statement, in the body of a POST so that no name lands in an address. A metered read."""
        intent = self._read("query", "", expects="QueryResponse", lane=lane)
        return _answer(self._on(intent).query(str(statement).encode()))

    def query_pages(
        self,
        query: Query,
        *,
        size: int = PAGE,
        direction: Direction = Direction.ASC,
        window: datetime | None = None,
        reached: datetime | None = None,
        lane: Lane | str = Lane.BULK,
    ) -> Iterator[Page]:
        """The rows up to now, in pages of ``size``; see :func:`~qbo_connector.qbo.paging.every_page`.

        One metered read per page. What changes meanwhile is left to the change feed.
        """
        return every_page(
            query,
            lambda each: self.query(each, lane=lane),
            size=size,
            direction=direction,
            window=window,
            reached=reached,
        )

    def preferences(self, *, lane: Lane | str = Lane.BULK) -> Answer:
        """The company's settings. A metered read."""
        intent = self._read("read", "preferences", expects="Preferences", lane=lane)
        return _answer(self._get(intent, "preferences"))

    def company_info(self, *, lane: Lane | str = Lane.BULK) -> Answer:
        """Name, country, subscription; also the cheapest probe. A metered read."""
        intent = self._read("read", "companyinfo", expects="CompanyInfo", lane=lane)
        return _answer(self._get(intent, f"companyinfo/{self.realm_id}"))

    def changes(
        self, entities: Sequence[str], since: datetime, *, lane: Lane | str = Lane.MAINTENANCE
    ) -> ChangeSet:
        """What changed since, in one metered read for any number of entities.

        QuickBooks looks back 30 days. It has no feed for TaxCode, TaxRate, TaxAgency, TimeActivity, JournalCode.
        """
        intent = self._read("changes", "", expects="CDCResponse", lane=lane)
        names, moment = entity_list(entities), changed_since(since)
        return change_set(_answer(self._on(intent).change_data_capture(names, moment)))

    def write(self, request: WriteRequest, *, lane: Lane | str = Lane.BULK) -> Answer:
        """Send exactly the stored bytes under the stored requestid; sending them again does nothing twice.

        Raises:
            OutcomeUnknown: the request may have been carried out: send the same again, or look.
            StaleSyncToken, QboRejected, QboThrottled, QboUnavailable …: it certainly was not.
        """
        entity = _checked(request.entity, _ENTITY)
        context = Context(
            operation=request.operation,
            entity=entity.lower(),
            linked_payments=request.linked_payments,
            references_good=request.references_good,
        )
        intent = Intent(context=context, lane=Lane(lane), expects=_expected(entity), requestid=request.requestid)
        api = self._on(intent)
        params = {**request.params, **operation_params(entity, request.operation)}
        send = api.create_object if request.operation == "create" else api.update_object
        return _answer(send(spelled(entity), request.body, request_id=request.requestid, params=params))

    def batch(self, request: BatchRequest, *, lane: Lane | str = Lane.BULK) -> BatchAnswer:
        """Up to 30 operations; each has its own outcome in the answer, and none is raised.

        Raises:
            OutcomeUnknown: for the batch as a whole, if no definite answer came.
            ConnectorError: a fault of the whole counts for every item.
        """
        queries = [context.operation == "query" for context in request.contexts().values()]
        intent = Intent(
            context=Context(operation="batch"),
            lane=Lane(lane),
            expects="BatchItemResponse",
            reads=sum(queries),
            requestid=request.requestid,
            batch=True,
            reads_only=all(queries),
        )
        api = self._on(intent)
        url = f"{api.api_url}/company/{self.realm_id}/batch"
        with self._batch_size.watching():
            body = api.post(url, request.body, request_id=request.requestid)
        return item_answers(request, _answer(body))

    @property
    def batch_size(self) -> int:
        """Most items for the next batch; see :class:`~qbo_connector.qbo.batch_size.BatchSize`."""
        return self._batch_size.most

    def pdf(self, entity: str, qbo_id: str, *, lane: Lane | str = Lane.BULK) -> bytes:
        """The document as QuickBooks prints it. A metered read."""
        intent = self._read("pdf", entity, expects="", lane=lane)
        return bytes(self._on(intent).download_pdf(_checked(entity, _ENTITY), _checked(qbo_id, _SEGMENT)))

    def send(self, entity: str, qbo_id: str, send_to: str = "", *, lane: Lane | str = Lane.BULK) -> Answer:
        """Let QuickBooks e-mail the document. It has no requestid: look at EmailStatus before repeating it."""
        intent = Intent(
            context=Context(operation="send", entity=entity.lower()), lane=Lane(lane), expects=_expected(entity)
        )
        path = f"{_checked(entity, _ENTITY).lower()}/{_checked(qbo_id, _SEGMENT)}/send"
        target = f"{path}?sendTo={quote(send_to, safe='')}" if send_to else path
        return _answer(self._on(intent).misc_operation(target, None, "application/octet-stream"))

    def upload(
        self, metadata: bytes, content: bytes, *, requestid: str = "", lane: Lane | str = Lane.BULK
    ) -> Answer:
        """Attach a file; ``metadata`` is the JSON of the attachable, and so is ``entity`` of the answer."""
        intent = Intent(
            context=Context(operation="upload", entity="attachable"),
            lane=Lane(lane),
            expects="Attachable",
            requestid=requestid,
        )
        return _answer(
            self._on(intent).create_object(
                "Attachable", metadata, _file_bytes=content, request_id=requestid or None
            )
        )

    def close(self) -> None:
        """Close all connections."""
        self._wire.pool.close()

    def _on(self, intent: Intent) -> RealmQuickBooks:
        return RealmQuickBooks.on(self._wire, self._base_url, intent)

    def _read(self, operation: str, entity: str, *, expects: str, lane: Lane | str) -> Intent:
        context = Context(operation=operation, entity=entity.lower())
        return Intent(context=context, lane=Lane(lane), expects=expects, reads=1)

    def _get(self, intent: Intent, path: str) -> AnsweredBody:
        api = self._on(intent)
        body: AnsweredBody = api.get(f"{api.api_url}/company/{self.realm_id}/{path}")
        return body


def _answer(body: AnsweredBody) -> Answer:
    return body.answer


def _expected(entity: str) -> str:
    """The tax service answers without an envelope."""
    return "TaxCodeId" if entity.lower() == "taxservice/taxcode" else spelled(entity)


def _checked(text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"cannot stand in an address: {text!r}")
    return text
