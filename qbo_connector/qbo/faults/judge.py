"""A whole answer becomes one error, or none: status first, then code, then words.

* 429 always throttles, and 3001 does so under any status.
* 401 and 403 win over the body, unless the body says more exactly what is wrong with the access.
* 5xx is a disturbance whatever it carries, except the one refusal QuickBooks words as a crash (voiding a bill).
* Everything else is what its faults say; it is retryable only if every one of them is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import TypedDict
from zlib import crc32

from qbo_connector.errors import (
    ConnectorError,
    OutcomeUnknown,
    QboAccessLost,
    QboAuthorizationExpired,
    QboCompanyClosed,
    QboRejected,
    QboThrottled,
    QboUnavailable,
    StaleSyncToken,
)
from qbo_connector.qbo.faults.classify import Classified, classify
from qbo_connector.qbo.faults.context import Context
from qbo_connector.qbo.faults.reasons import precedence
from qbo_connector.qbo.faults.table import Recovery
from qbo_connector.qbo.faults.value import Fault

THROTTLE_PAUSE_S = 60.0
"""Intuit's own advice for a 429 (page "Limits and throttles"); it documents no Retry-After."""
_SPREAD_S = 15

_EXACT_AT_401 = frozenset({"connection.access_lost", "internal.bad_request"})
_EXACT_AT_403 = frozenset({"limit.throttled", "connection.permission_denied", "qbo.feature_off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What else is known of an answer.

    Args:
        intuit_tid: Intuit's id of the call, for support.
        requestid: ours.
        retry_after: seconds, where the answer named them.
    """

    intuit_tid: str = ""
    requestid: str = ""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One answer on trial; the first verdict leads."""

    status: int
    context: Context
    verdicts: tuple[Classified, ...]
    trace: Trace


_NO_TRACE = Trace()


def to_error(
    faults: Sequence[Fault], *, status: int, context: Context, trace: Trace = _NO_TRACE
) -> ConnectorError | None:
    """The error of an answer; None for a good status without faults.

    Args:
        faults: of :func:`~.parsing.parse`; all are kept, one leads.
        status: HTTP status; pass 200 for one item of a batch.
        context: what was asked.
        trace: for Details.
    """
    verdicts = tuple(sorted((classify(fault, context) for fault in faults), key=_first_comes_the_leader))
    case = _Case(status=status, context=context, verdicts=verdicts, trace=trace)
    if _throttled(case):
        return _error(case, Recovery.THROTTLED, "limit.throttled", _led_by(case, "limit.throttled"))
    if status == HTTPStatus.UNAUTHORIZED:
        return _refused_access(case, _EXACT_AT_401, Recovery.SIGN_IN, "connection.expired")
    if status == HTTPStatus.FORBIDDEN:
        return _refused_access(case, _EXACT_AT_403, Recovery.ACCESS, "connection.access_lost")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _disturbed(case)
    return _as_the_faults_say(case)


def _first_comes_the_leader(verdict: Classified) -> tuple[bool, tuple[int, int]]:
    return (verdict.retryable, precedence(verdict.reason))


def _throttled(case: _Case) -> bool:
    """A batch answer is not meant here: its items are judged one by one."""
    return case.status == HTTPStatus.TOO_MANY_REQUESTS or (
        bool(case.verdicts) and all(each.recovery is Recovery.THROTTLED for each in case.verdicts)
    )


def _refused_access(case: _Case, exact: frozenset[str], recovery: Recovery, reason: str) -> ConnectorError:
    for verdict in case.verdicts:
        if verdict.reason in exact:
            return _error(case, verdict.recovery, verdict.reason, verdict)
    return _error(case, recovery, reason, _led_by(case, reason))


def _disturbed(case: _Case) -> ConnectorError:
    verdict = _led_by(case, "bill.cannot_void")
    if verdict:
        return _error(case, verdict.recovery, verdict.reason, verdict)
    return _error(case, Recovery.UNCLEAR, "qbo.unavailable", None)


def _as_the_faults_say(case: _Case) -> ConnectorError | None:
    if not case.verdicts:
        good = HTTPStatus.OK <= case.status < HTTPStatus.MULTIPLE_CHOICES
        return None if good else _error(case, Recovery.UNCLEAR, "outcome.unknown", None)
    leader = case.verdicts[0]
    return _error(case, leader.recovery, leader.reason, leader)


def _led_by(case: _Case, reason: str) -> Classified | None:
    return next((each for each in case.verdicts if each.reason == reason), None)


class _Words(TypedDict):
    """What every error takes."""

    reason: str
    params: dict[str, str]
    details: dict[str, str]


_PLAIN: Mapping[Recovery, type[ConnectorError]] = MappingProxyType(
    {
        Recovery.UNAVAILABLE: QboUnavailable,
        Recovery.STALE: StaleSyncToken,
        Recovery.SIGN_IN: QboAuthorizationExpired,
        Recovery.ACCESS: QboAccessLost,
        Recovery.COMPANY: QboCompanyClosed,
    }
)


def _error(case: _Case, recovery: Recovery, reason: str, leader: Classified | None) -> ConnectorError:
    """The class that the recovery names. Its message holds codes only, never QuickBooks' words."""
    message = f"QuickBooks answered {case.status} to {case.context.operation or 'a request'}: {reason}"
    words = _Words(reason=reason, params=dict(leader.params) if leader else {}, details=_details(case))
    match recovery:
        case Recovery.UNCLEAR:
            return unclear(message, case.context, reason=reason, details=words["details"])
        case Recovery.THROTTLED:
            return QboThrottled(message, retry_after=_pause(case), **words)
        case Recovery.PERSON:
            faults = [each.fault for each in case.verdicts]
            return QboRejected(
                message, faults=faults, status=case.status, intuit_tid=case.trace.intuit_tid, **words
            )
        case _:
            return _PLAIN[recovery](message, **words)


def _pause(case: _Case) -> float:
    """What the answer names, else a minute, spread by the call's own id so that not all return at once."""
    if case.trace.retry_after is not None:
        return case.trace.retry_after
    own = case.trace.requestid or case.trace.intuit_tid
    return THROTTLE_PAUSE_S + crc32(own.encode("utf-8", "replace")) % _SPREAD_S


def unclear(
    message: str, context: Context, *, reason: str = "outcome.unknown", details: Mapping[str, str] | None = None
) -> ConnectorError:
    """No definite answer: the outcome of a write is unknown, a read is just repeated."""
    if context.mutates:
        return OutcomeUnknown(message, reason=reason, details=details)
    return QboUnavailable(message, details=details)


def _details(case: _Case) -> dict[str, str]:
    """What stands under Details: scrubbed, empty values left out."""
    leader = case.verdicts[0].fault if case.verdicts else Fault(code="")
    details = {
        "status": str(case.status),
        "fault_code": leader.code,
        "fault_codes": ", ".join(each.fault.code for each in case.verdicts) if len(case.verdicts) > 1 else "",
        "element": leader.element,
        "fault": leader.scrubbed,
        "intuit_tid": case.trace.intuit_tid,
        "requestid": case.trace.requestid,
    }
    return {name: value for name, value in details.items() if value}
