"""HTTP as this floor wants it: time-outs, a ceiling on size and time, no redirects, and honest failures.

Neither of the two libraries sets a time-out, and both leave it open whether a failed request had left. Both
send through here instead.
"""

import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from qbo_connector.qbo.decoding import decoded, text_of

CONNECT_S = 10.0
READ_S = 130.0
"""QuickBooks works on a request for up to 120 s; whoever hangs up earlier never learns the outcome."""
WHOLE_S = 150.0
LONGEST_BODY = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_BEFORE_SENDING = (
    NewConnectionError,
    ConnectTimeoutError,
    requests.ConnectTimeout,
    ssl.SSLCertVerificationError,
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
)


class TransportFailed(Exception):
    """No whole answer came.

    Its text holds only the kind of failure: what the HTTP library says contains the address, and an address
    can contain an e-mail.

    Args:
        kind: name of the underlying failure, for instance ``ReadTimeout``.
        sent: False only if the request certainly never left.
    """

    def __init__(self, kind: str, *, sent: bool) -> None:
        super().__init__(kind)
        self.kind = kind
        self.sent = sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer; it has what both libraries ask of a ``requests`` response.

    For the evidence there is one with status 0, whose ``failure`` says why nothing came.
    """

    status_code: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)
    duration_ms: int = 0
    failure: str = ""

    @property
    def text(self) -> str:
        """The decoded body."""
        return text_of(self.content, self.content_type)

    @property
    def content_type(self) -> str:
        """As the answer claims."""
        return self.headers.get("Content-Type", "")

    @property
    def intuit_tid(self) -> str:
        """Intuit's id of the call; what its support asks for first."""
        return self.headers.get("intuit_tid", "")

    def json(self) -> Any:
        """The body as JSON with exact numbers.

        Raises:
            ValueError: if it is none.
        """
        return decoded(self.text)


class Pool:
    """Keep-alive connections to one host; may be shared by threads.

    Args:
        size: connections kept open, as many as requests may be under way.
        read_s: longest silence before and within an answer, in seconds.
        whole_s: longest answer from first to last byte, in seconds.
        longest: largest answer, unpacked, in bytes.
    """

    def __init__(
        self,
        *,
        size: int = 8,
        connect_s: float = CONNECT_S,
        read_s: float = READ_S,
        whole_s: float = WHOLE_S,
        longest: int = LONGEST_BODY,
    ) -> None:
        self._timeouts = (connect_s, read_s)
        self._whole_s = whole_s
        self._longest = longest
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=size, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, Any] | None = None,
        data: bytes | str | None = None,
    ) -> Reply:
        """One request, one whole answer. A redirect is an answer, not an invitation.

        Raises:
            TransportFailed: if no whole answer came.
        """
        started = time.monotonic()
        try:
            response = self._session.request(
                method,
                url,
                headers={"User-Agent": "qbo-connector", **headers},
                params=params,
                data=data.encode() if isinstance(data, str) else data,
                timeout=self._timeouts,
                allow_redirects=False,
                stream=True,
                auth=_own_header,
            )
            with closing(response):
                content = _read(response, until=started + self._whole_s, longest=self._longest)
        except (requests.RequestException, HTTPError) as err:
            # not chained: the library's text holds the address with its parameters
            raise TransportFailed(type(err).__name__, sent=not _never_left(err)) from None
        return Reply(
            status_code=response.status_code,
            headers=response.headers,
            content=content,
            duration_ms=round((time.monotonic() - started) * 1000),
        )

    def close(self) -> None:
        """Close all connections."""
        self._session.close()


def _own_header(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps our Authorization header; without any ``auth`` a .netrc of the machine would replace it."""
    return request


def _read(response: requests.Response, *, until: float, longest: int) -> bytes:
    """Piece by piece as it arrives: ``iter_content`` waits for a full piece, and a dripping answer never ends."""
    body = bytearray()
    while piece := response.raw.read1(_CHUNK, decode_content=True):
        body += piece
        if len(body) > longest:
            raise requests.exceptions.ContentDecodingError("too long")
        if time.monotonic() > until:
            raise requests.ReadTimeout("too slow")
    return bytes(body)


def _never_left(error: BaseException) -> bool:
    """Whether the connection was never made; anything doubtful counts as sent."""
    seen: list[Any] = [error]
    for each in seen:
        if isinstance(each, _BEFORE_SENDING):
            return True
        causes = (each.__cause__, getattr(each, "reason", None), *each.args)
        seen.extend(cause for cause in causes if isinstance(cause, BaseException) and cause not in seen)
    return False
