"""The page where a user lets the app into a company."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from qbo_connector.simulator.control.origin import LOOPBACK
from qbo_connector.simulator.http.messages import Request, Response, redirect
from qbo_connector.simulator.oauth.grants import ACCOUNTING
from qbo_connector.simulator.pages.render import page
from qbo_connector.simulator.world import World

_KNOWN_SCOPES = frozenset(
    {
        ACCOUNTING,
        "com.intuit.quickbooks.payment",
        "openid",
        "profile",
        "email",
        "phone",
        "address",
        "project-management.project",
        "app-foundations.custom-field-definitions",
        "app-foundations.custom-field-definitions.read",
        "payroll.compensation.read",
        "indirect-tax.tax-calculation.quickbooks",
    }
)


def show_consent(world: World, request: Request) -> Response:
    """The form: which company, connect or not."""
    problem = _problem(world, request)
    if problem is not None:
        return problem
    companies = [
        {
            "realm_id": company.realm_id,
            "name": company.table("CompanyInfo")["1"].body["CompanyName"],
            "country": company.region.country,
        }
        for company in world.companies.values()
    ]
    return page("consent.html", companies=companies, action=request.target)


def decide(world: World, request: Request) -> Response:
    """Carry the user's decision back to the app by redirect."""
    problem = _problem(world, request)
    if problem is not None:
        return problem
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    realm_id = form.get("realm_id", "")
    if form.get("decision") != "approve":
        return _back(request, {"error": "access_denied"})
    if realm_id not in world.companies:
        return page("error.html", status=400, title="No such company", text=f"There is no company {realm_id!r}.")
    scope = request.query.get("scope", "")
    code = world.grants.issue_code(
        realm_id=realm_id,
        scope=scope,
        redirect_uri=request.query["redirect_uri"],
        nonce=request.query.get("nonce", ""),
    )
    answer = {"code": code}
    return _back(request, {**answer, "realmId": realm_id} if ACCOUNTING in scope.split() else answer)


def _problem(world: World, request: Request) -> Response | None:
    """What is wrong with the request: shown here while the redirect address is in doubt, else sent there."""
    target = urlsplit(request.query.get("redirect_uri", ""))
    if request.query.get("client_id") != world.app.client_id:
        return page(
            "error.html", status=400, title="Unknown app", text="The client_id is not this simulator's app."
        )
    if target.scheme not in {"http", "https"} or target.hostname not in LOOPBACK:
        text = "The redirect_uri query parameter must be an address of this machine."
        return page("error.html", status=400, title="Wrong redirect address", text=text)
    if request.query.get("response_type") != "code":
        return _back(request, {"error": "unsupported_response_type"})
    scopes = request.query.get("scope", "").split()
    if not scopes or not _KNOWN_SCOPES.issuperset(scopes):
        return _back(request, {"error": "invalid_scope"})
    return None


def _back(request: Request, answer: dict[str, str]) -> Response:
    address = request.query["redirect_uri"]
    if "state" in request.query:
        answer = {**answer, "state": request.query["state"]}
    return redirect(f"{address}{'&' if '?' in address else '?'}{urlencode(answer)}")
