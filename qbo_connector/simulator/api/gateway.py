"""The way every API call takes: script, identity, limits, idempotency, company, log."""

import hashlib
import time

from qbo_connector.simulator.api.authenticate import refusal
from qbo_connector.simulator.api.call import READS, Call
from qbo_connector.simulator.api.execute import execute
from qbo_connector.simulator.api.mishaps import cut_after, instead
from qbo_connector.simulator.api.outcome import Outcome, failure
from qbo_connector.simulator.api.toomany import too_many
from qbo_connector.simulator.faults import IntuitFault, fault, system_failure
from qbo_connector.simulator.faultscript import ScriptedFault, Subject
from qbo_connector.simulator.http.messages import Request, Response
from qbo_connector.simulator.replay import Answered
from qbo_connector.simulator.requestlog import Entry
from qbo_connector.simulator.throttle import Traffic
from qbo_connector.simulator.world import World

_LONGEST_REQUESTID = 50
_TRAFFIC = {"batch": Traffic.BATCH, "reports": Traffic.REPORT}


def answer_api(world: World, request: Request) -> Response:
    """Answer a call to `/v3/…` and note it."""
    began = time.perf_counter()
    number = world.requests.next_number()
    call = Call.of(request)
    outcome = _answer(world, call)
    world.meter.add(outcome.counts.get("coreplus", 0))
    _rest(world, began)
    world.requests.add(_entry(world, call, outcome, number=number, began=began))
    return outcome.response()


def _answer(world: World, call: Call) -> Outcome:
    subject = Subject(method=call.request.method, target=call.request.target, realm_id=call.realm_id)
    struck = world.script.take(subject) or ScriptedFault()
    replaced = instead(world, call, struck.then)
    if replaced is not None:
        time.sleep(struck.after_s)
        return replaced
    refused = refusal(world, call)
    if refused is not None:
        return refused
    if world.meter.is_spent(world.knobs.reads_per_month) and call.asks_for_data:
        return too_many(world, call)
    traffic, concurrent = _TRAFFIC.get(call.head, Traffic.PLAIN), world.knobs.concurrent
    with world.throttle.place(call.realm_id, traffic=traffic, concurrent=concurrent) as admitted:
        if not admitted:
            return too_many(world, call)
        return cut_after(_once(world, call, wait_s=struck.after_s), struck.then)


def _once(world: World, call: Call, *, wait_s: float) -> Outcome:
    """Carry a call out after `wait_s`, or give the answer its requestid had before."""
    requestid = call.requestid
    if not requestid or call.operation in READS:
        time.sleep(wait_s)
        return _carry_out(world, call)
    try:
        if len(requestid) > _LONGEST_REQUESTID:
            raise fault(
                "2130", "Invalid Request Id Format", f"Invalid Request Id Format : {requestid}", "requestid"
            )
        known = world.replays.begin(call.realm_id, requestid, _fingerprint(call))
    except IntuitFault as refused:
        return failure(refused, at=world.clock.now(), as_json=call.wants_json)
    if known is not None:
        return _replayed(known)
    outcome = None
    try:
        time.sleep(wait_s)
        outcome = _carry_out(world, call)
    finally:
        world.replays.finish(call.realm_id, requestid, _remembered(world, call, outcome))
    return outcome


def _carry_out(world: World, call: Call) -> Outcome:
    company = world.companies[call.realm_id]
    try:
        return execute(world, company, call)
    except IntuitFault as refused:
        return failure(refused, at=world.clock.now(), as_json=call.wants_json)
    except RecursionError:
        crashed = system_failure("java.lang.StackOverflowError")
        return failure(crashed, at=world.clock.now(), as_json=call.wants_json)
    finally:
        with company.lock:
            events = company.take_events()
        if events:
            world.changed(events)


def _replayed(known: Answered) -> Outcome:
    return Outcome(
        status=known.status,
        body=known.body,
        content_type=known.content_type,
        fault_code=known.fault_code,
        replayed=True,
        counts={"replays": 1},
    )


def _remembered(world: World, call: Call, outcome: Outcome | None) -> Answered | None:
    if outcome is None:
        return None
    return Answered(
        status=outcome.status,
        body=outcome.body,
        content_type=outcome.content_type,
        fault_code=outcome.fault_code,
        at=world.clock.now(),
        fingerprint=_fingerprint(call),
    )


def _fingerprint(call: Call) -> str:
    return hashlib.sha256(f"{call.request.path}\n".encode() + call.request.body).hexdigest()


def _rest(world: World, began: float) -> None:
    """Take at least as long as the options say."""
    left = world.options.latency_ms / 1000 - (time.perf_counter() - began)
    if left > 0:
        time.sleep(left)


def _entry(world: World, call: Call, outcome: Outcome, *, number: int, began: float) -> Entry:
    kind = call.kind
    return Entry(
        n=number,
        at=world.clock.now(),
        realm_id=call.realm_id,
        method=call.request.method,
        path=call.request.path,
        query=dict(call.request.query),
        operation="void" if call.operation == "void_include" else call.operation,
        entity=kind.name if kind else "",
        requestid=call.requestid,
        request_body=call.request.body,
        replayed=outcome.replayed,
        status=outcome.status,
        fault_code=outcome.fault_code,
        duration_ms=(time.perf_counter() - began) * 1000,
        response_body=outcome.body,
        counts=dict(outcome.counts),
    )
