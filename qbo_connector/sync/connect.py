"""Connecting QuickBooks: to Intuit's sign-in and back, bound to one person, one organization and one company."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from qbo_connector.errors import ConnectorError, QboAuthorizationExpired, QboUnavailable
from qbo_connector.policy.catalogue import Reason, Role
from qbo_connector.policy.policies import ConnectionScope
from qbo_connector.policy.saying import said
from qbo_connector.qbo.answers import Answer
from qbo_connector.qbo.oauth import sign_in_refused
from qbo_connector.qbo.tokens import TokenSet
from qbo_connector.store import activity, connections, findings, operations, pairings, sources, usage
from qbo_connector.store import tokens as stored_tokens
from qbo_connector.store.activity import Activity
from qbo_connector.store.connections import Connection
from qbo_connector.store.states import ConnectionState, FindingScope, Intent, Lane
from qbo_connector.sync import causes
from qbo_connector.sync.entries import entry_of
from qbo_connector.sync.mirror_loading import take_settings
from qbo_connector.sync.proving import GrantTooSmall, prove
from qbo_connector.sync.reviving import wake
from qbo_connector.sync.services import Services
from qbo_connector.sync.token_store import grant_of
from qbo_connector.sync.views import FindingView, error_view, finding_view

SALT = "quickbooks-sign-in"
STATE_LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A connection that was made or renewed, and where the person wanted to go."""

    connection_id: int
    organization_id: int
    return_to: str


class ConnectFailed(Exception):
    """QuickBooks was not connected; nothing was stored, and tokens of the wrong company were given back."""

    def __init__(self, finding: FindingView) -> None:
        super().__init__(finding.code)
        self.finding = finding


def begin(
    services: Services, *, organization_id: int, user_id: int, return_to: str, connection_id: int | None = None
) -> str:
    """Where to send the browser. The state is signed, ends after half an hour, and belongs to this person."""
    state = {
        "organization": organization_id,
        "user": user_id,
        "back": return_to,
        "connection": connection_id,
        "nonce": secrets.token_urlsafe(16),
    }
    return services.oauth.authorize_url(_signer(services).dumps(state))


def finish(services: Services, *, query: Mapping[str, str], session_user_id: int) -> Connected:
    """Take the person back from Intuit.

    Raises:
        ConnectFailed: the state is not this person's, consent was declined, the code is spent, or the company may
            not be connected here (T-6).
    """
    state = _state(services, query.get("state", ""), session_user_id)
    if error := query.get("error"):
        raise ConnectFailed(error_view(sign_in_refused(error), Role.ADMIN, {"missing": "access to accounting"}))
    code, realm_id = query.get("code", ""), query.get("realmId", "")
    if not code or not realm_id.isalnum():
        raise ConnectFailed(_declined())
    _check_scope(services, state["organization"], realm_id)
    tokens = _exchange(services, code)
    try:
        proof = prove(services, realm_id, tokens)
    except GrantTooSmall as err:
        raise ConnectFailed(_declined("access to its books")) from err
    try:
        connection_id = _store(services, state, realm_id, tokens, proof)
    except ConnectFailed:
        _give_back_unless_used(services, realm_id, tokens.refresh_token)
        raise
    for lane in Lane:
        services.bell.ring(lane)
    return Connected(connection_id=connection_id, organization_id=state["organization"], return_to=state["back"])


def disconnect(services: Services, connection_id: int, organization_id: int, *, asked_by: str) -> None:
    """Stop all work of the company and give the tokens back; its history and links stay (P-27).

    Intuit grants once per app and company: while another organization here has the company connected, the tokens
    are only forgotten, since giving them back would cut that one off too. Who disconnects last gives them back.

    Raises:
        NotThere: the organization has no such connection.
    """
    with services.database.writing() as session:
        connection = connections.load_in(session, organization_id, connection_id)
        realm_id, refresh = connection.realm_id, (connection.tokens or {}).get("refresh_token", "")
        for pairing in pairings.list_of_connection(session, connection_id):
            pairings.switch_off(session, pairing.id)
        open_ones = operations.list_open_of_connection(session, connection_id)
        operations.cancel(session, [one.id for one in open_ones])
        connections.disconnect(session, connection_id)
        findings.resolve_scope(session, FindingScope.CONNECTION, connection_id, by=asked_by)
        _note(session, connection, "connection.ended", asked_by)
    if refresh:
        _give_back_unless_used(services, realm_id, refresh)


def _signer(services: Services) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services.settings.secret_key.get_secret_value(), salt=SALT)


def _state(services: Services, text: str, user_id: int) -> dict[str, Any]:
    try:
        state: dict[str, Any] = _signer(services).loads(text, max_age=int(STATE_LIFE.total_seconds()))
    except BadSignature as err:
        raise ConnectFailed(_declined()) from err
    if state.get("user") != user_id:
        raise ConnectFailed(_declined())
    return state


def _declined(missing: str = "the sign-in") -> FindingView:
    return finding_view(said(Reason.CONNECTION_PERMISSIONS_DECLINED, {"missing": missing}), Role.ADMIN)


def _check_scope(services: Services, organization_id: int, realm_id: str) -> None:
    """A source that allows one company only refuses a second one before any token is fetched (T-6)."""
    with services.database.reading() as session:
        live = [row for row in connections.list_in(session, organization_id) if _is_live(row)]
        accounts = sources.list_in(session, organization_id)
    others = [row for row in live if row.realm_id != realm_id]
    for account in accounts:
        manifest = entry_of(services, account.source_key).manifest
        if others and manifest.policies.connection_scope is ConnectionScope.ORGANIZATION:
            known = {"other_company": others[0].company_name, "source": manifest.name}
            raise ConnectFailed(finding_view(said(Reason.CONNECTION_ALREADY_CONNECTED, known), Role.ADMIN))


def _is_live(row: Connection) -> bool:
    return row.state is not ConnectionState.DISCONNECTED


def _exchange(services: Services, code: str) -> TokenSet:
    try:
        return services.oauth.exchange(code)
    except (QboAuthorizationExpired, QboUnavailable) as err:
        raise ConnectFailed(error_view(err, Role.ADMIN, {"company": "", "document": "the sign-in"})) from err
    except ConnectorError as err:
        raise ConnectFailed(error_view(err, Role.ADMIN, {})) from err


def _store(
    services: Services, state: Mapping[str, Any], realm_id: str, tokens: TokenSet, proof: Answer | None
) -> int:
    """A new connection, or the same company once more: then its bindings stay, and what waited goes on."""
    environment, organization_id = services.settings.environment, state["organization"]
    wanted = state.get("connection")
    with services.database.writing() as session:
        connection = connections.find_live(session, organization_id, environment=environment, realm_id=realm_id)
        if wanted and (connection is None or connection.id != wanted):
            other = connections.load_in(session, organization_id, wanted)
            known = {"other_company": f"company {realm_id}", "company": other.company_name}
            raise ConnectFailed(finding_view(said(Reason.CONNECTION_WRONG_COMPANY, known), Role.ADMIN))
        if connection is None:
            connection = connections.add(
                session,
                Connection(
                    organization_id=organization_id,
                    realm_id=realm_id,
                    environment=environment,
                    connected_by=state["user"],
                ),
            )
        _take_tokens(session, connection, tokens)
        _take_proof(services, session, connection, proof)
        connections.resume(session, connection.id)
        findings.resolve_scope(session, FindingScope.CONNECTION, connection.id, by=f"user:{state['user']}")
        operations.request(
            session,
            organization_id=organization_id,
            connection_id=connection.id,
            intent=Intent.LOAD_MIRROR,
            lane=Lane.MAINTENANCE,
            asked_by=f"user:{state['user']}",
        )
        wake(session, organization_id, connection.id, {causes.sign_in(connection.id)})
        _note(session, connection, "connection.made", f"user:{state['user']}")
        return connection.id


def _take_tokens(session: Any, connection: Connection, tokens: TokenSet) -> None:
    if not stored_tokens.save(session, connection.id, connection.token_version, grant_of(tokens)):
        raise QboUnavailable("the tokens were renewed at the same moment; try again")


def _take_proof(services: Services, session: Session, connection: Connection, proof: Answer | None) -> None:
    """What the proof told of the company need not be read again."""
    if proof is None:
        return
    now = services.clock()
    take_settings(session, connection, "CompanyInfo", proof, began=now)
    usage.count(session, connection.id, now.date(), requests=1, reads=1)


def _give_back_unless_used(services: Services, realm_id: str, token: str) -> None:
    """A token that nobody will use; but revoking ends the whole grant, and another connection may live on it."""
    environment = services.settings.environment
    with services.database.reading() as session:
        if connections.list_by_realm(session, environment=environment, realm_id=realm_id):
            return
    _give_back(services, token)


def _give_back(services: Services, token: str) -> None:
    """Tell Intuit; if it cannot be told now, the tokens are forgotten here all the same."""
    try:
        services.oauth.revoke(token)
    except ConnectorError:
        return


def _note(session: Any, connection: Connection, event: str, actor: str) -> None:
    activity.append(
        session,
        Activity(
            organization_id=connection.organization_id, event=event, actor=actor, connection_id=connection.id
        ),
    )
