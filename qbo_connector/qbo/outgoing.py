"""A request as it is about to leave, apart from its token."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One HTTP request; the wire adds the Authorization header."""

    method: str
    url: str
    headers: Mapping[str, str]
    params: Mapping[str, Any]
    data: bytes | str | None = field(default=None, repr=False)
