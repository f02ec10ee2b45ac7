"""Turns a request and its answer into an :class:`Exchange` that may be stored."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from qbo_connector.qbo.answers import Exchange
from qbo_connector.qbo.faults import Fault
from qbo_connector.qbo.intent import Intent
from qbo_connector.qbo.outgoing import Outgoing
from qbo_connector.qbo.scrub import without_secrets
from qbo_connector.qbo.transport import Reply

LONGEST_READ_KEPT = 64 * 1024
"""Answers of reads can be had again; answers of writes are kept whole, since settling reads them."""
_TEXTUAL = ("json", "xml", "text", "html")


def exchange_of(
    outgoing: Outgoing,
    intent: Intent,
    reply: Reply,
    *,
    at: datetime,
    faults: Sequence[Fault] = (),
) -> Exchange:
    """The evidence of one request, without tokens and without files.

    Args:
        outgoing: what was sent.
        intent: what for.
        reply: what came back; status 0 for nothing.
        at: when it left.
        faults: of the answer.
    """
    address = urlsplit(outgoing.url)
    good = reply.status_code == HTTPStatus.OK and not faults
    return Exchange(
        at=at,
        method=outgoing.method,
        path=address.path,
        query=without_secrets("&".join(filter(None, (address.query, urlencode(outgoing.params))))),
        requestid=intent.requestid,
        status=reply.status_code,
        intuit_tid=reply.intuit_tid,
        duration_ms=reply.duration_ms,
        request_body=_body_sent(outgoing),
        response_body=_body_received(reply, whole=intent.context.mutates),
        error=reply.failure or ", ".join(fault.code for fault in faults),
        reads=intent.reads if good else 0,
        writes=intent.context.mutates and not intent.reads_only,
    )


def _body_sent(outgoing: Outgoing) -> str:
    content_type = outgoing.headers.get("Content-Type", "")
    data = outgoing.data or b""
    if "multipart" in content_type:
        return f"[{len(data)} bytes]"
    return without_secrets(data if isinstance(data, str) else data.decode("utf-8", "replace"))


def _body_received(reply: Reply, *, whole: bool) -> str:
    content_type = reply.content_type.lower()
    if content_type and not any(kind in content_type for kind in _TEXTUAL):
        return f"[{len(reply.content)} bytes of {content_type}]"
    if whole or len(reply.content) <= LONGEST_READ_KEPT:
        return without_secrets(reply.text)
    return f"{without_secrets(reply.text[:LONGEST_READ_KEPT])}… [{len(reply.content)} bytes]"
