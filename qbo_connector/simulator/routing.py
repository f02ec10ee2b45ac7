"""Which part of the simulator answers an address."""

from collections.abc import Callable

from qbo_connector.simulator.api.gateway import answer_api
from qbo_connector.simulator.control.origin import is_foreign
from qbo_connector.simulator.control.plane import PREFIX, answer_control
from qbo_connector.simulator.http.messages import Request, Response, json_response
from qbo_connector.simulator.oauth.authorize import decide, show_consent
from qbo_connector.simulator.oauth.endpoints import discovery, exchange, jwks, revoke, userinfo
from qbo_connector.simulator.pages.people import answer_page
from qbo_connector.simulator.world import World

Handler = Callable[[World, Request], Response]


def answer(world: World, request: Request) -> Response:
    """The answer to any request."""
    path = request.path.rstrip("/")
    if path.lower().startswith("/v3/"):
        return answer_api(world, request)
    handler = _ROUTES.get((request.method, path))
    if handler is not None:
        return handler(world, request)
    if is_foreign(request):
        return json_response({"error": "this page is for this machine alone"}, status=403)
    page = answer_page(world, request)
    if page is not None:
        return page
    if request.path.startswith(PREFIX):
        return answer_control(world, request)
    return json_response({"error": f"nothing at {request.path}"}, status=404)


_ROUTES: dict[tuple[str, str], Handler] = {
    ("GET", "/.well-known/openid_configuration"): lambda world, _request: discovery(world),
    ("GET", "/.well-known/openid_sandbox_configuration"): lambda world, _request: discovery(world),
    ("GET", "/connect/oauth2"): show_consent,
    ("POST", "/connect/oauth2"): decide,
    ("POST", "/oauth2/v1/tokens/bearer"): exchange,
    ("POST", "/v2/oauth2/tokens/revoke"): revoke,
    ("GET", "/v1/openid_connect/userinfo"): userinfo,
    ("GET", "/op/v1/jwks"): lambda world, _request: jwks(world),
}
