"""Connecting QuickBooks through the pages, with the simulator as Intuit."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from qbo_connector.store import connections, sources
from qbo_connector.store.sources import SourceAccount
from qbo_connector.sync import accounts

TIMEOUT_S = 30


@pytest.fixture
def company_ids(services, organization_id):
    """The realms that are connected now."""

    def read():
        with services.database.reading() as session:
            rows = connections.list_in(session, organization_id)
        return [row.realm_id for row in rows if str(row.state) != "disconnected"]

    return read


@pytest.fixture
def connect(owner, organization_id):
    """Press the button, decide at Intuit's page, and come back."""

    def go(realm_id="", decision="approve", person=owner, change=lambda address: address):
        begun = owner.post(
            f"/o/{organization_id}/quickbooks/connect",
            page=f"/o/{organization_id}/settings",
            next=f"/o/{organization_id}/",
        )
        fields = {"decision": decision, "realm_id": realm_id}
        answer = requests.post(begun.location, data=fields, allow_redirects=False, timeout=TIMEOUT_S)
        assert answer.status_code == 302, answer.text[:300]
        parts = urlsplit(answer.headers["Location"])
        assert parts.path == "/quickbooks/callback"
        return person.get(change(f"{parts.path}?{parts.query}"))

    return go


@pytest.mark.requirement("T-5", "C-23")
def test_a_new_organization_is_led_to_its_company_and_back(
    simulator, connect, owner, organization_id, company_ids, read
):
    realm_id = simulator.credentials().realm_id
    first = owner.get(f"/o/{organization_id}/")

    back = connect(realm_id)

    assert "Three steps" in read(first)
    assert first.text.count("btn-primary") == 1
    assert back.location == f"/o/{organization_id}/"
    assert company_ids() == [realm_id]
    assert "Choose a source" in read(owner.get(back.location))


def test_the_button_leads_to_intuit_with_a_state_of_its_own_each_time(simulator, owner, organization_id):
    def press():
        return owner.post(
            f"/o/{organization_id}/quickbooks/connect", page=f"/o/{organization_id}/settings"
        ).location

    first, second = press(), press()

    assert first.startswith(f"{simulator.base_url}/connect/oauth2?")
    assert parse_qs(urlsplit(first).query)["state"] != parse_qs(urlsplit(second).query)["state"]


@pytest.mark.parametrize("state", ["&state=forged", "&state=", ""])
def test_a_forged_state_connects_nothing(simulator, connect, company_ids, state):
    def forge(address):
        query = parse_qs(urlsplit(address).query)
        return f"/quickbooks/callback?code={query['code'][0]}&realmId={query['realmId'][0]}{state}"

    answer = connect(simulator.credentials().realm_id, change=forge)

    assert answer.status_code == 422
    assert company_ids() == []


def test_the_state_of_somebody_else_connects_nothing(
    simulator, connect, make_person, organization_id, company_ids
):
    other = make_person("eve@example.com", role="admin", organization_id=organization_id)

    answer = connect(simulator.credentials().realm_id, person=other)

    assert answer.status_code == 422
    assert company_ids() == []


@pytest.mark.requirement("C-25")
def test_a_person_who_says_no_at_intuit_reads_what_to_do(simulator, connect, company_ids, read):
    answer = connect(simulator.credentials().realm_id, decision="deny")

    assert answer.status_code == 422
    assert "What to do:" in read(answer)
    assert company_ids() == []


def test_a_code_works_once(simulator, connect, owner, company_ids):
    seen = []
    connect(simulator.credentials().realm_id, change=lambda address: seen.append(address) or address)

    again = owner.get(seen[0])

    assert again.status_code == 422
    assert len(company_ids()) == 1


@pytest.mark.requirement("T-6")
def test_a_second_company_is_refused_where_the_source_allows_one(
    simulator, connect, services, organization_id, company_ids, read
):
    first = simulator.credentials().realm_id
    second = simulator.add_company()["realm_id"]
    accounts.install(services, organization_id, "thrive")
    _add_account(services, organization_id)
    connect(first)

    answer = connect(second)

    assert answer.status_code == 422
    assert "What to do:" in read(answer)
    assert company_ids() == [first]


@pytest.mark.requirement("P-27", "T-6")
def test_disconnecting_says_what_it_means_and_then_does_it(
    simulator, connect, owner, organization_id, company_ids, read
):
    connect(simulator.credentials().realm_id)
    path = owner.get(f"/o/{organization_id}/quickbooks").location + "/disconnect"

    asked = owner.get(path)
    hasty = owner.post(path)
    owner.post(path, confirmed="y")

    assert "every sync with this company stops" in read(asked)
    assert "Tick this first" in read(hasty)
    assert company_ids() == []


def test_signing_in_once_more_keeps_the_same_connection(simulator, connect, company_ids):
    realm_id = simulator.credentials().realm_id

    connect(realm_id)
    connect(realm_id)

    assert company_ids() == [realm_id]


def test_the_page_of_a_company_shows_no_token(simulator, connect, owner, organization_id, services):
    connect(simulator.credentials().realm_id)
    with services.database.reading() as session:
        connection = connections.list_in(session, organization_id)[0]

    page = owner.get(f"/o/{organization_id}/quickbooks/{connection.id}")

    assert page.status_code == 200
    assert connection.tokens["refresh_token"] not in page.text
    assert connection.tokens["access_token"] not in page.text


def _add_account(services, organization_id):
    services.database.write(
        lambda session: sources.add(
            session, SourceAccount(organization_id=organization_id, source_key="thrive", name="Shop")
        )
    )
