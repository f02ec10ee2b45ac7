"""The switches of the page: faults by a click, the clock, the state of a company."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from qbo_connector.simulator.faultscript import Match, Mishap, ScriptedFault
from qbo_connector.simulator.http.messages import Request, Response, json_response, redirect
from qbo_connector.simulator.world import World

_HOUR = 3600
_STEPS = {"hour": _HOUR, "day": 24 * _HOUR, "month": 30 * 24 * _HOUR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A fault that can be armed by a button."""

    key: str
    label: str
    fault: ScriptedFault

    @property
    def writes_only(self) -> bool:
        """Whether it waits for a write."""
        return self.fault.match.method == "POST"


def _next(key: str, label: str, then: Mishap, *, writes_only: bool = False) -> Switch:
    match = Match(method="POST") if writes_only else Match()
    return Switch(key=key, label=label, fault=ScriptedFault(match=match, then=then))


SWITCHES = (
    _next("throttle", "Throttle it", Mishap.THROTTLE),
    _next("error", "Fail with 500", Mishap.HTTP_500),
    _next("expired", "Refuse its token", Mishap.EXPIRED_TOKEN),
    _next("html", "Answer 503 in HTML", Mishap.HTTP_503_HTML),
    _next("stale", "Make it stale", Mishap.STALE, writes_only=True),
    _next("cut", "Write, then cut the line", Mishap.RESET_AFTER_COMMIT, writes_only=True),
    _next("hang", "Write, then hang", Mishap.HANG_AFTER_COMMIT, writes_only=True),
)


def flip(world: World, request: Request) -> Response:
    """Do what a button of the page says and go back to the page."""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    value = form.get("value", "")
    match form.get("switch"):
        case "fault":
            for switch in SWITCHES:
                if switch.key == value:
                    world.script.add(switch.fault)
        case "clear":
            world.script.arm([])
        case "clock" if value in _STEPS:
            world.clock.advance(_STEPS[value])
        case "clock":
            world.clock.advance(-world.clock.offset_s)
        case "subscription" if value in world.companies:
            company = world.companies[value]
            company.subscription_ended = not company.subscription_ended
        case "disconnect":
            for grant in world.grants.all():
                grant.revoked = grant.revoked or grant.realm_id == value
        case _:
            return json_response({"error": "no such switch"}, status=400)
    return redirect("/")
