"""Turning a scripted fault into what the client gets."""

import json
from dataclasses import replace

from qbo_connector.simulator.api.authenticate import expired, gateway_refusal
from qbo_connector.simulator.api.call import Call
from qbo_connector.simulator.api.outcome import Outcome, canned, failure
from qbo_connector.simulator.api.toomany import too_many
from qbo_connector.simulator.faultcatalogue import by_code, gateway_status
from qbo_connector.simulator.faults import IntuitFault, stale, system_failure, throttled
from qbo_connector.simulator.faultscript import CannedAnswer, CodedFault, Mishap, Then
from qbo_connector.simulator.http.messages import Delivery
from qbo_connector.simulator.world import World

_HTML = b"<html><head><title>503 Service Temporarily Unavailable</title></head><body>nginx</body></html>"
_AFTER = {Mishap.HANG_AFTER_COMMIT: Delivery.HANG, Mishap.RESET_AFTER_COMMIT: Delivery.RESET}
_CUT_BEFORE = {Mishap.HANG_BEFORE_COMMIT: Delivery.HANG, Mishap.RESET_BEFORE_COMMIT: Delivery.RESET}


def instead(world: World, call: Call, mishap: Then) -> Outcome | None:
    """The outcome that takes the real one's place; None lets the call be carried out."""
    if isinstance(mishap, CannedAnswer):
        body = mishap.body if isinstance(mishap.body, str) else json.dumps(mishap.body)
        return canned(status=mishap.status, body=body.encode(), content_type=mishap.content_type)
    if isinstance(mishap, CodedFault):
        return _coded(world, call, mishap)
    if mishap is None or mishap in _AFTER:
        return None
    if mishap in _CUT_BEFORE:
        return replace(canned(status=0, body=b"", content_type="text/plain"), delivery=_CUT_BEFORE[mishap])
    return _refused(world, call, mishap)


def coded(mishap: CodedFault) -> IntuitFault:
    """The catalogue's fault, with what the script says instead."""
    found = by_code(mishap.code)
    changes = {"detail": mishap.detail, "element": mishap.element}
    error = replace(found.errors[0], **{name: text for name, text in changes.items() if text is not None})
    return IntuitFault(error, kind=found.kind, status=found.status, timed=found.timed)


def _coded(world: World, call: Call, mishap: CodedFault) -> Outcome:
    if gateway_status(mishap.code) is not None:
        return gateway_refusal(world, call, mishap.code)
    return failure(coded(mishap), at=world.clock.now(), as_json=call.wants_json)


def cut_after(outcome: Outcome, mishap: Then) -> Outcome:
    """The same outcome, cut off where the script says so."""
    if isinstance(mishap, Mishap) and mishap in _AFTER:
        return replace(outcome, delivery=_AFTER[mishap])
    return outcome


def _refused(world: World, call: Call, mishap: Mishap) -> Outcome:
    now = world.clock.now()
    match mishap:
        case Mishap.THROTTLE_XML:
            return too_many(world, call, shape="xml")
        case Mishap.HTTP_503_HTML:
            return canned(status=503, body=_HTML, content_type="text/html")
        case Mishap.EXPIRED_TOKEN:
            return expired(world, call.request.headers.get("authorization", "").partition(" ")[2])
        case _:
            return failure(_fault(mishap), at=now, as_json=call.wants_json)


def _fault(mishap: Mishap) -> IntuitFault:
    match mishap:
        case Mishap.THROTTLE:
            return throttled()
        case Mishap.STALE:
            return stale("Sandbox User")
        case Mishap.FAULT_IN_200:
            return system_failure("java.lang.NullPointerException", status=200)
        case _:
            return system_failure("java.lang.NullPointerException")
