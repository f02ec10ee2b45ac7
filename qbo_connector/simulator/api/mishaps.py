"""Turning a scripted fault into what the client gets."""

import json
from dataclasses import replace

from qbo_connector.simulator.api.authenticate import expired
from qbo_connector.simulator.api.call import Call
from qbo_connector.simulator.api.outcome import Outcome, canned, failure
from qbo_connector.simulator.clock import stamp_millis
from qbo_connector.simulator.faults import IntuitFault, stale, system_failure, throttled
from qbo_connector.simulator.faultscript import CannedAnswer, Mishap
from qbo_connector.simulator.http.messages import Delivery
from qbo_connector.simulator.wire.xml import fault_xml
from qbo_connector.simulator.world import World

_HTML = b"<html><head><title>503 Service Temporarily Unavailable</title></head><body>nginx</body></html>"
_AFTER = {Mishap.HANG_AFTER_COMMIT: Delivery.HANG, Mishap.RESET_AFTER_COMMIT: Delivery.RESET}
_CUT_BEFORE = {Mishap.HANG_BEFORE_COMMIT: Delivery.HANG, Mishap.RESET_BEFORE_COMMIT: Delivery.RESET}


def instead(world: World, call: Call, mishap: Mishap | CannedAnswer | None) -> Outcome | None:
    """The outcome that takes the real one's place; None lets the call be carried out."""
    if isinstance(mishap, CannedAnswer):
        body = mishap.body if isinstance(mishap.body, str) else json.dumps(mishap.body)
        return canned(status=mishap.status, body=body.encode(), content_type=mishap.content_type)
    if mishap is None or mishap in _AFTER:
        return None
    if mishap in _CUT_BEFORE:
        return replace(canned(status=0, body=b"", content_type="text/plain"), delivery=_CUT_BEFORE[mishap])
    return _refused(world, call, mishap)


def cut_after(outcome: Outcome, mishap: Mishap | CannedAnswer | None) -> Outcome:
    """The same outcome, cut off where the script says so."""
    if isinstance(mishap, Mishap) and mishap in _AFTER:
        return replace(outcome, delivery=_AFTER[mishap])
    return outcome


def _refused(world: World, call: Call, mishap: Mishap) -> Outcome:
    now = world.clock.now()
    match mishap:
        case Mishap.THROTTLE_XML:
            body = fault_xml(throttled().on_wire(), time=stamp_millis(now)).encode()
            outcome = canned(status=429, body=body, content_type="application/xml", fault_code="3001")
            return replace(outcome, counts={"throttled": 1})
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
