"""python-quickbooks, made safe: the library builds addresses and knows the operations, we send and judge.

Every request of the library goes through two methods, ``make_request`` and ``process_request``; overriding
them closes its gaps (no time-outs, faults told apart by number ranges and only the first one kept, status and
``intuit_tid`` lost, 429 and lower-case faults unread, faults inside a good answer unseen). Its object classes
stay usable for reading: an answer is still a ``dict``.
"""

from typing import Any

from quickbooks import QuickBooks

from qbo_connector.errors import ConnectorError
from qbo_connector.qbo.answers import Answer
from qbo_connector.qbo.clock import instant
from qbo_connector.qbo.entities import spelled
from qbo_connector.qbo.expectation import ENVELOPES, proof_in
from qbo_connector.qbo.faults import Fault, Trace, faults_in, to_error
from qbo_connector.qbo.faults.judge import unclear
from qbo_connector.qbo.intent import Intent
from qbo_connector.qbo.outgoing import Outgoing
from qbo_connector.qbo.retry_after import retry_after
from qbo_connector.qbo.transport import Pool, Reply
from qbo_connector.qbo.upload import multipart
from qbo_connector.qbo.wire import Wire

MINOR_VERSION = 75
"""Since August 2025 every lower version is served as 75, and there is none above."""


class AnsweredBody(dict[str, Any]):
    """The JSON the library expects, with the envelope it throws away."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body)
        self.answer = answer


class RealmQuickBooks(QuickBooks):  # type: ignore[misc]  # the library has no types
    """One call's view of the library's client: made per call, so that threads share nothing but the wire.

    Args:
        wire: the way to the company.
        base_url: of the API, without path.
        company_id: the realm.
        minorversion: 75; the library warns without it.
        intent: what the call is for.
    """

    def __init__(self, *, wire: Wire, base_url: str, company_id: str, minorversion: int, intent: Intent) -> None:
        self._wire = wire
        self._intent = intent
        self.company_id = company_id
        self.minorversion = minorversion
        self.api_url_v3 = self.sandbox_api_url_v3 = f"{base_url}/v3"
        self._start_session()

    @classmethod
    def on(cls, wire: Wire, base_url: str, intent: Intent) -> "RealmQuickBooks":
        """For one call to the wire's company."""
        return cls(
            wire=wire, base_url=base_url, company_id=wire.realm_id, minorversion=MINOR_VERSION, intent=intent
        )

    def _start_session(self) -> None:
        """The shared pool; no OAuth2Session, and above all no refresh just because an object was made."""
        self.session: Pool = self._wire.pool

    def isvalid_object_name(self, object_name: str) -> bool:
        """In any case of letters; the library raises a bare ``Exception``.

        Raises:
            ValueError: for an entity QuickBooks does not have.
        """
        if spelled(object_name) not in self._BUSINESS_OBJECTS:
            raise ValueError(f"QuickBooks has no entity {object_name!r}")
        return True

    def make_request(  # noqa: PLR0917  the library's own signature
        self,
        request_type: str,
        url: str,
        request_body: bytes | str | None = None,
        content_type: str = "application/json",
        params: dict[str, Any] | None = None,
        file_path: str | None = None,
        file_bytes: bytes | None = None,
        request_id: str | None = None,
    ) -> AnsweredBody:
        """Send and judge. Bytes go out as they are; a GET has no body and no content type.

        Raises:
            ConnectorError: of :mod:`qbo_connector.errors`, whatever QuickBooks said.
            ValueError: for ``file_path``: hand over the bytes.
        """
        if file_path:
            raise ValueError("hand over the bytes of a file, not its path")
        headers = {"Accept": "application/json"}
        data = request_body or None
        if file_bytes:
            url = url.replace("/attachable", "/upload")
            data, headers["Content-Type"] = multipart(data or b"{}", file_bytes)
        elif request_type != "GET":
            headers["Content-Type"] = content_type
        asked = {**(params or {}), "minorversion": self.minorversion}
        if request_id:
            asked["requestid"] = request_id
        reply, faults = self.process_request(request_type, url, headers=headers, params=asked, data=data)
        return AnsweredBody(self._judged(reply, faults))

    def process_request(
        self,
        request_type: str,
        url: str,
        headers: dict[str, str] | None = None,
        params: dict[str, Any] | None = None,
        data: bytes | str | None = None,
    ) -> tuple[Reply, tuple[Fault, ...]]:
        """Through the wire: time-outs, token, brake, meter and evidence."""
        outgoing = Outgoing(method=request_type, url=url, headers=headers or {}, params=params or {}, data=data)
        return self._wire.send(outgoing, self._intent)

    def download_pdf(self, qbbo: str, item_id: str) -> bytes:
        """The PDF of a document; the library leaves the minor version out and knows no fault here.

        Raises:
            ConnectorError: whatever QuickBooks said instead.
        """
        url = f"{self.api_url}/company/{self.company_id}/{qbbo.lower()}/{item_id}/pdf"
        reply, faults = self.process_request(
            "GET",
            url,
            headers={"Accept": "application/pdf, application/json"},
            params={"minorversion": self.minorversion},
        )
        self._raise_for(reply, faults)
        if not reply.content.startswith(b"%PDF"):
            raise self._unclear("an answer that is no PDF", reply)
        return reply.content

    def _judged(self, reply: Reply, faults: tuple[Fault, ...]) -> Answer:
        self._raise_for(reply, faults)
        body = _json_object(reply)
        if body is None:
            raise self._unclear("a good status without a JSON object", reply)
        proof = proof_in(body, self._intent.expects)
        if proof is None:
            raise self._unclear(f"an answer without {self._intent.expects}", reply)
        return Answer(
            status=reply.status_code,
            body=body,
            entity=None if self._intent.expects in ENVELOPES else proof,
            intuit_tid=reply.intuit_tid,
            time=instant(body.get("time")),
            raw=reply.content,
            duration_ms=reply.duration_ms,
        )

    def _raise_for(self, reply: Reply, faults: tuple[Fault, ...]) -> None:
        trace = Trace(
            intuit_tid=reply.intuit_tid, requestid=self._intent.requestid, retry_after=retry_after(reply.headers)
        )
        error = to_error(
            self._of_the_whole(reply, faults),
            status=reply.status_code,
            context=self._intent.context,
            trace=trace,
        )
        if error:
            raise error

    def _of_the_whole(self, reply: Reply, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
        """The faults of items of a batch are judged item by item, not here."""
        if not (self._intent.batch and faults):
            return faults
        body = _json_object(reply)
        if body is None:
            return faults
        return faults_in({name: value for name, value in body.items() if name != "BatchItemResponse"})

    def _unclear(self, message: str, reply: Reply) -> ConnectorError:
        details = {
            "intuit_tid": reply.intuit_tid,
            "requestid": self._intent.requestid,
            "status": str(reply.status_code),
        }
        return unclear(
            message, self._intent.context, details={name: value for name, value in details.items() if value}
        )


def _json_object(reply: Reply) -> dict[str, Any] | None:
    try:
        body = reply.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
