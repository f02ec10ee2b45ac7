"""Faults a test asks for: the n-th matching request goes wrong in a chosen way."""

import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from qbo_connector.simulator.faultcatalogue import CODES


class Mishap(StrEnum):
    """What can happen to a request."""

    THROTTLE = "throttle"
    THROTTLE_XML = "throttle_xml"
    HTTP_500 = "http_500"
    HTTP_503_HTML = "http_503_html"
    HANG_BEFORE_COMMIT = "hang_before_commit"
    HANG_AFTER_COMMIT = "hang_after_commit"
    RESET_BEFORE_COMMIT = "reset_before_commit"
    RESET_AFTER_COMMIT = "reset_after_commit"
    STALE = "stale"
    EXPIRED_TOKEN = "expired_token"  # noqa: S105  # a kind of fault, not a token
    FAULT_IN_200 = "fault_in_200"


class CannedAnswer(BaseModel):
    """An answer given word for word instead of the real one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: int = Field(ge=100, le=599)
    body: Any = ""
    content_type: str = "application/json"


class CodedFault(BaseModel):
    """A fault of Intuit's list, by its code; `detail` and `element` replace the catalogue's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    detail: str | None = None
    element: str | None = None

    @field_validator("code")
    @classmethod
    def _is_listed(cls, code: str) -> str:
        if code not in CODES:
            raise ValueError(f"Intuit's list has no fault {code}")
        return code


Then = Mishap | CannedAnswer | CodedFault | None


class Match(BaseModel):
    """Which requests are meant; what is left out matches everything. `path` is a part of path and query."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: str | None = None
    path: str | None = None
    realm_id: str | None = None
    item: int | None = Field(default=None, ge=1)


class ScriptedFault(BaseModel):
    """One line of the script. `times` None goes on for ever; `then` None only waits `after_s`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    match: Match = Match()
    nth: int = Field(default=1, ge=1)
    times: int | None = Field(default=1, ge=1)
    then: Then = None
    after_s: float = Field(default=0, ge=0, le=600)


@dataclass(slots=True, kw_only=True)
class _Armed:
    fault: ScriptedFault
    seen: int = 0
    fired: int = 0

    def shown(self) -> dict[str, Any]:
        """As the control plane shows it; `spent` means that it will not fire again."""
        counts = {"seen": self.seen, "fired": self.fired, "spent": _spent(self)}
        return {**self.fault.model_dump(mode="json"), **counts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a request looks like to the script; `item` counts a batch's items from 1."""

    method: str
    target: str
    realm_id: str
    item: int | None = None


class FaultScript:
    """The armed faults, each with how often it was seen and fired."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._armed: list[_Armed] = []

    def arm(self, faults: list[ScriptedFault]) -> None:
        """Let these faults take the place of all others; none clears the script."""
        with self._guard:
            self._armed = [_Armed(fault=fault) for fault in faults]

    def add(self, fault: ScriptedFault) -> None:
        """Arm one more."""
        with self._guard:
            self._armed = [*self._armed, _Armed(fault=fault)]

    def shown(self) -> list[dict[str, Any]]:
        """What is armed and how often it fired."""
        with self._guard:
            return [armed.shown() for armed in self._armed]

    def take(self, subject: Subject) -> ScriptedFault | None:
        """The fault that strikes this request, if one does; counts it as seen and fired."""
        if not self._armed:
            return None
        struck = None
        with self._guard:
            for armed in self._armed:
                if not _matches(armed.fault.match, subject):
                    continue
                armed.seen += 1
                if struck is None and _due(armed):
                    armed.fired += 1
                    struck = armed.fault
        return struck


def _due(armed: _Armed) -> bool:
    return armed.seen >= armed.fault.nth and not _spent(armed)


def _spent(armed: _Armed) -> bool:
    return armed.fault.times is not None and armed.fired >= armed.fault.times


def _matches(match: Match, subject: Subject) -> bool:
    return (
        match.item == subject.item
        and match.method in {None, subject.method}
        and match.realm_id in {None, subject.realm_id}
        and (match.path is None or match.path.lower() in subject.target.lower())
    )
