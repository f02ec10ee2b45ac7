"""Signing in again: the same company goes on where it stopped, another one is refused, nothing is left behind."""

from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from qbo_connector.errors import QboAuthorizationExpired
from qbo_connector.qbo.environment import environment
from qbo_connector.store import bindings, connections, usage
from qbo_connector.store.bindings import Binding
from qbo_connector.store.states import ConnectionState, Origin
from qbo_connector.sync import connect, members
from tests.rig.stage import sign_in_to_quickbooks

TIMEOUT_S = 30


@pytest.fixture
def sign_in(services, organization_id, owner):
    """To Intuit's page and back; what comes back may be changed on the way."""

    def go(realm_id, *, renews=None, forged=None):
        url = connect.begin(
            services, organization_id=organization_id, user_id=owner.user_id, return_to="/", connection_id=renews
        )
        answer = requests.post(
            url,
            data={"decision": "approve", "realm_id": realm_id},
            allow_redirects=False,
            timeout=TIMEOUT_S,
        )
        query = dict(parse_qsl(urlsplit(answer.headers["Location"]).query)) | (forged or {})
        return connect.finish(services, query=query, session_user_id=owner.user_id).connection_id

    return go


@pytest.fixture
def connection_of(services):
    def load(connection_id):
        with services.database.reading() as session:
            return connections.load(session, connection_id)

    return load


def test_a_company_is_known_by_name_as_soon_as_it_is_connected_for_one_read(
    simulator, services, sign_in, connection_of
):
    simulator.forget_requests()

    made = connection_of(sign_in(simulator.credentials().realm_id))

    assert (made.company_name, made.country) != ("", "")
    assert simulator.counts(made.realm_id)["coreplus"] == 1
    with services.database.reading() as session:
        today = services.clock().date()
        assert usage.reads_between(session, today, today, connection_id=made.id) == 1


@pytest.mark.requirement("P-27", "T-18")
def test_the_same_company_keeps_its_connection_and_its_bindings(
    simulator, services, organization_id, sign_in, connection_of
):
    realm_id = simulator.credentials().realm_id
    first = sign_in(realm_id)
    with services.database.writing() as session:
        link = bindings.add(
            session,
            Binding(
                organization_id=organization_id,
                connection_id=first,
                kind="customer",
                external_id="c1",
                qbo_type="Customer",
                qbo_id="1",
                origin=Origin.SOURCE,
            ),
        )
        connections.pause(session, first, reason="connection.expired", state=ConnectionState.EXPIRED)

    again = sign_in(realm_id, renews=first)

    assert again == first
    assert connection_of(first).state is ConnectionState.ACTIVE
    with services.database.reading() as session:
        assert bindings.load(session, link.id).qbo_id == "1"


@pytest.mark.requirement("T-6")
def test_another_company_is_refused_when_one_is_renewed_and_its_tokens_are_given_back(
    simulator, services, organization_id, sign_in, connection_of
):
    first = sign_in(simulator.credentials().realm_id)
    other = simulator.add_company()["realm_id"]
    before = connection_of(first).token_version

    with pytest.raises(connect.ConnectFailed) as refused:
        sign_in(other, renews=first)

    assert refused.value.finding.code == "connection.wrong_company"
    with services.database.reading() as session:
        assert [row.id for row in connections.list_in(session, organization_id)] == [first]
    assert connection_of(first).token_version == before
    assert services.clients.of(connection_of(first)).company_info().entity["Id"]


@pytest.mark.requirement("C-25")
def test_a_company_that_was_not_granted_is_not_connected_whatever_the_browser_says(
    simulator, services, organization_id, sign_in
):
    granted_one, named = simulator.credentials().realm_id, simulator.add_company()["realm_id"]

    with pytest.raises(connect.ConnectFailed) as refused:
        sign_in(granted_one, forged={"realmId": named})

    assert refused.value.finding.code == "connection.permissions_declined"
    with services.database.reading() as session:
        assert connections.list_in(session, organization_id) == []


@pytest.mark.requirement("P-27")
def test_disconnecting_ends_the_grant_at_intuit(simulator, services, organization_id, sign_in, connection_of):
    made = connection_of(sign_in(simulator.credentials().realm_id))
    access = made.tokens["access_token"]
    base = f"{environment(services.settings.environment).api_url}/v3/company/{made.realm_id}"

    def ask():
        headers = {"Authorization": f"Bearer {access}", "Accept": "application/json"}
        return requests.get(f"{base}/companyinfo/{made.realm_id}", headers=headers, timeout=TIMEOUT_S).status_code

    assert ask() == 200
    connect.disconnect(services, made.id, organization_id, asked_by="user:1")

    assert ask() == 401
    assert connection_of(made.id).tokens is None


def test_the_reconnect_button_names_the_connection_it_renews(
    simulator, services, owner, organization_id, sign_in, read
):
    first = sign_in(simulator.credentials().realm_id)
    with services.database.writing() as session:
        connections.pause(session, first, reason="connection.expired", state=ConnectionState.EXPIRED)
    other = simulator.add_company()["realm_id"]

    page = owner.get(f"/o/{organization_id}/quickbooks/{first}")
    begun = owner.post(
        f"/o/{organization_id}/quickbooks/connect",
        page=f"/o/{organization_id}/settings",
        next="/",
        connection=str(first),
    )
    answer = requests.post(
        begun.location, data={"decision": "approve", "realm_id": other}, allow_redirects=False, timeout=TIMEOUT_S
    )
    parts = urlsplit(answer.headers["Location"])
    back = owner.get(f"{parts.path}?{parts.query}")

    assert f'name="connection" value="{first}"' in page.text
    assert back.status_code == 422
    assert "What to do:" in read(back)


@pytest.mark.requirement("P-27")
def test_disconnecting_leaves_another_organization_its_access_and_the_last_one_gives_it_back(
    simulator, services, organization_id, owner, sign_in, connection_of
):
    """Intuit grants once per app and company: to revoke for one would be to revoke for all."""
    realm_id = simulator.credentials().realm_id
    ours = sign_in(realm_id)
    another = members.create_organization(services, name="Second Shop", owner_id=owner.user_id)
    theirs = sign_in_to_quickbooks(services, another, owner.user_id, realm_id)

    connect.disconnect(services, ours, organization_id, asked_by="test")

    assert connection_of(ours).tokens is None
    kept = connection_of(theirs)
    assert services.clients.of(kept).company_info().entity["Id"]
    last = kept.tokens["refresh_token"]

    connect.disconnect(services, theirs, another, asked_by="test")

    with pytest.raises(QboAuthorizationExpired):
        services.oauth.refresh(last)
