"""Refusals by the limits, in each of the shapes that were seen (reference §3.2)."""

from collections.abc import Mapping
from dataclasses import replace

from qbo_connector.simulator.api.authenticate import lower_case
from qbo_connector.simulator.api.call import Call
from qbo_connector.simulator.api.outcome import Outcome, canned, failure
from qbo_connector.simulator.clock import stamp_millis
from qbo_connector.simulator.faults import throttled
from qbo_connector.simulator.wire.xml import fault_xml
from qbo_connector.simulator.world import World

_COUNTED = {"throttled": 1}


def too_many(world: World, call: Call, *, shape: str | None = None) -> Outcome:
    """429, in `shape` or in the one the knobs ask for."""
    now = world.clock.now()
    match shape or world.knobs.throttle_shape:
        case "xml":
            body = fault_xml(throttled().on_wire(), time=stamp_millis(now)).encode()
            outcome = canned(status=429, body=body, content_type="application/xml", fault_code="3001")
        case "lower":
            error = throttled().errors[0]
            body = lower_case(now, code=error.code, message=error.message, detail=error.detail, kind="SERVICE")
            outcome = canned(status=429, body=body, content_type="application/json", fault_code="3001")
        case _:
            outcome = failure(throttled(), at=now, as_json=call.wants_json)
    return replace(outcome, counts=_COUNTED, headers=_retry_after(world))


def _retry_after(world: World) -> Mapping[str, str]:
    seconds = world.knobs.retry_after_s
    return {} if seconds is None else {"Retry-After": str(seconds)}
