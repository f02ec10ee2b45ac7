"""What an answer of a source means: a value, or one of the errors that say what mends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from qbo_connector.errors import (
    ConnectorError,
    DocumentInvalid,
    SourceCredentialsRejected,
    SourceRecordGone,
    SourceRefused,
    SourceThrottled,
    SourceUnavailable,
)
from qbo_connector.sources.json_codec import decode

LONGEST_WAIT_S = 86_400.0
EXCERPT = 300
PASSING = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT})
PLAIN: Mapping[int, type[SourceCredentialsRejected | SourceRecordGone]] = {
    HTTPStatus.UNAUTHORIZED: SourceCredentialsRejected,
    HTTPStatus.FORBIDDEN: SourceCredentialsRejected,
    HTTPStatus.NOT_FOUND: SourceRecordGone,
    HTTPStatus.GONE: SourceRecordGone,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAnswer:
    """An answer. `where` names the request without query and secrets: ``GET api.example/v1/invoices``."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    where: str

    def json(self) -> Any:
        """The body as JSON; numbers with a fraction are exact decimals.

        Raises:
            DocumentInvalid: it is no JSON; names "the answer".
        """
        try:
            return decode(self.body)
        except (ValueError, RecursionError) as err:
            raise unreadable(self.where, "it is not JSON") from err


def unreadable(where: str, value: str) -> DocumentInvalid:
    """The error for an answer of another shape than documented."""
    return DocumentInvalid(f"{where}: {value}", field="the answer", value=value, details={"request": where})


def refusal(answer: SourceAnswer, *, reading: bool, now: datetime, hidden: tuple[str, ...]) -> ConnectorError:
    """The error that a status of 400 or more stands for.

    Args:
        answer: status, headers and body as they arrived.
        reading: whether the request only read; other 4xx then are an answer that cannot be used.
        now: for a Retry-After that is a date.
        hidden: values sent in headers; scrubbed from the excerpt.
    """
    details = {"request": answer.where, "status": str(answer.status), "answer": _excerpt(answer.body, hidden)}
    said = f"{answer.where} answered {answer.status}"
    if plain := PLAIN.get(answer.status):
        return plain(said, details=details)
    if answer.status in PASSING or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        kind = SourceThrottled if answer.status == HTTPStatus.TOO_MANY_REQUESTS else SourceUnavailable
        return kind(said, retry_after=retry_after(answer.headers, now), details=details)
    if reading:
        return DocumentInvalid(said, field="the answer", value=f"status {answer.status}", details=details)
    return SourceRefused(said, details=details)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait by the Retry-After header (RFC 9110: seconds or a date), at most a day; None without one."""
    text = headers.get("Retry-After", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT_S)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), LONGEST_WAIT_S)


def _excerpt(body: bytes, hidden: tuple[str, ...]) -> str:
    text = body[: EXCERPT * 4].decode("utf-8", "replace")
    for value in hidden:
        text = text.replace(value, "…")
    return text[:EXCERPT]
