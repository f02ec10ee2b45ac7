"""A JSON API at one base address: what most plugin clients are made of."""

from collections.abc import Mapping
from typing import Any

from qbo_connector.sources.http import SourceHttp
from qbo_connector.sources.json_codec import encode

JSON = {"Content-Type": "application/json"}


class JsonApi:
    """Sends JSON to paths below a base address, with the same headers each time."""

    def __init__(self, http: SourceHttp, base_url: str, *, headers: Mapping[str, str] | None = None) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._headers = {"Accept": "application/json", **(headers or {})}

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The answer's JSON; errors as `SourceHttp.request`."""
        return self._http.request("GET", self._base_url + path, params=params, headers=self._headers).json()

    def send(self, method: str, path: str, body: Any = None, *, reading: bool | None = None) -> Any:
        """Send JSON, decimals as exact numbers; the answer's JSON, or None if it has no body.

        Errors as `SourceHttp.request`.
        """
        data = None if body is None else encode(body)
        headers = self._headers if data is None else self._headers | JSON
        answer = self._http.request(method, self._base_url + path, data=data, headers=headers, reading=reading)
        return answer.json() if answer.body.strip() else None
