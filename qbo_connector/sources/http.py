"""HTTP for plugins: bounded in time and size, kept out of private networks, failing by the one error tree."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import DecodeError, HTTPError

from qbo_connector.errors import ConfigurationError, SourceCredentialsRejected, SourceUnavailable
from qbo_connector.sources.addresses import require_web_address
from qbo_connector.sources.answers import SourceAnswer, refusal, unreadable
from qbo_connector.sources.guard import guarded_session

CONNECT_S = 5.0
READ_S = 30.0
WHOLE_ANSWER_S = 60.0
LONGEST_ANSWER = 16 * 1024 * 1024
CHUNK = 64 * 1024
MOST_REDIRECTS = 3
READING = frozenset({"GET", "HEAD", "OPTIONS"})
SHORTEST_SECRET = 6


class SourceHttp:
    """Sends a plugin's requests. Use it as a context manager, or close it.

    Keys belong in headers, never in an address: addresses stand in logs.

    Args:
        allow_private: `QBO_ALLOW_PRIVATE_SOURCES`; lets sources live on this machine or in its network.
        before_request: called before every request; the host asserts there that no transaction is open.
        connect_s: seconds to wait for a connection.
        read_s: seconds to wait for the next bytes.
        whole_s: seconds for a whole answer.
        longest_answer: bytes of a body beyond which an answer is refused.
        now: the clock, for Retry-After dates.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        before_request: Callable[[], None] = lambda: None,
        connect_s: float = CONNECT_S,
        read_s: float = READ_S,
        whole_s: float = WHOLE_ANSWER_S,
        longest_answer: int = LONGEST_ANSWER,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._allow_private = allow_private
        self._before_request = before_request
        self._timeout = (connect_s, read_s)
        self._whole_s = whole_s
        self._longest_answer = longest_answer
        self._now = now
        self._session = guarded_session(allow_private=allow_private)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | bytes | None = None,
        reading: bool | None = None,
    ) -> SourceAnswer:
        """Send one request and return its 2xx answer.

        Args:
            method: GET, POST …
            url: absolute address.
            params: query.
            headers: sent as they are; their values never appear in an error.
            data: body as a form or as bytes; for JSON see `JsonApi`.
            reading: whether it changes nothing at the source; None tells by the method (a search by POST reads).

        Raises:
            SourceCredentialsRejected: 401, 403.
            SourceRecordGone: 404, 410.
            SourceThrottled: 429.
            SourceUnavailable: no connection, time-out, 5xx.
            DocumentInvalid: an answer that cannot be used; names "the answer".
            SourceRefused: any other 4xx to a request that would have changed something.
            ConfigurationError: an address that must not be called.
        """
        sent = _sendable(headers or {})
        require_web_address(url, allow_private=self._allow_private)
        request = requests.Request(method, url, params=params, headers=sent, data=data)
        answer = self._send(request)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            reads = method in READING if reading is None else reading
            raise refusal(answer, reading=reads, now=self._now(), hidden=_secrets(sent))
        return answer

    def _send(self, request: requests.Request) -> SourceAnswer:
        """Send, and follow redirects within the same origin: credentials go to no other."""
        for _hop in range(MOST_REDIRECTS + 1):
            self._before_request()
            answer = self._exchange(request)
            if answer.status not in requests.models.REDIRECT_STATI:
                return answer
            request = self._redirected(request, answer)
        raise unreadable(answer.where, "too many redirects")

    def _redirected(self, request: requests.Request, answer: SourceAnswer) -> requests.Request:
        target = urljoin(request.url, answer.headers.get("Location", ""))
        if request.method not in READING:
            raise unreadable(answer.where, "a redirect of a change")
        if _origin(target) != _origin(request.url):
            raise unreadable(answer.where, "a redirect to another host")
        return requests.Request(request.method, target, headers=request.headers)

    def _exchange(self, request: requests.Request) -> SourceAnswer:
        where = f"{request.method} {urlsplit(request.url).netloc}{urlsplit(request.url).path}"
        try:
            prepared = self._session.prepare_request(request)
            with self._session.send(
                prepared, timeout=self._timeout, allow_redirects=False, stream=True
            ) as response:
                body = self._body(response, where)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as err:
            raise ConfigurationError(f"{where} cannot be addressed") from err
        except DecodeError as err:
            raise unreadable(where, "its compression is broken") from err
        except (requests.RequestException, HTTPError) as err:
            raise SourceUnavailable(f"{where}: {type(err).__name__}", details={"request": where}) from err
        return SourceAnswer(status=response.status_code, headers=response.headers, body=body, where=where)

    def _body(self, response: requests.Response, where: str) -> bytes:
        """Read as bytes arrive: reading whole chunks would wait for a source that sends a byte a minute."""
        body = bytearray()
        end = time.monotonic() + self._whole_s
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            body += chunk
            if len(body) > self._longest_answer:
                raise unreadable(where, f"more than {self._longest_answer} bytes")
            if time.monotonic() > end:
                raise SourceUnavailable(f"{where}: the answer never ends", details={"request": where})
        return bytes(body)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.casefold()


def _sendable(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers, once it is sure that they can be sent: HTTP libraries quote a bad value in their error."""
    for name, value in headers.items():
        if not value.isascii() or not value.isprintable() or value != value.strip():
            raise SourceCredentialsRejected(f"the header {name} holds a character that cannot be sent")
    return dict(headers)


def _secrets(headers: Mapping[str, str]) -> tuple[str, ...]:
    words = {word for value in headers.values() for word in (value, *value.split())}
    return tuple(sorted((word for word in words if len(word) >= SHORTEST_SECRET), key=len, reverse=True))
