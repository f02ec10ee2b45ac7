"""One client for each company and process, whoever asks for it, and its connections kept between calls."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from qbo_connector.errors import ConfigurationError
from qbo_connector.qbo.clock import utc_now
from qbo_connector.qbo.environment import environment
from qbo_connector.qbo.oauth import QboApp, QboOAuth
from qbo_connector.store import Vault, connections, open_database, organizations, tokens
from qbo_connector.store.connections import Connection
from qbo_connector.store.tokens import Grant
from qbo_connector.sync.client_pool import ClientPool
from tests.integration.qbo.stage import good

COMPANY = good({"CompanyInfo": {"Id": "1"}})


@pytest.fixture
def database(database_url):
    with closing(open_database(database_url, Vault([Fernet.generate_key().decode()]))) as database:
        yield database


@pytest.fixture
def pool(database, server):
    here = environment(server.base_url)
    oauth = QboOAuth(QboApp(client_id="id", client_secret="secret", redirect_uri="http://localhost"), here)
    with closing(oauth):
        pool = ClientPool(
            database=database,
            environment=here,
            oauth=oauth,
            limits=None,
            clock=utc_now,
            reads_per_month=1000,
        )
        with closing(pool):
            yield pool


@pytest.fixture
def connect(database, server):
    """A connection with tokens that are good for an hour."""

    def make(realm_id, made_in=""):
        grant = Grant(
            tokens={"access_token": "token", "refresh_token": "more"},
            access_expires_at=utc_now() + timedelta(hours=1),
            refresh_expires_at=utc_now() + timedelta(days=100),
        )
        with database.writing() as session:
            row = connections.add(
                session,
                Connection(
                    organization_id=organizations.add(session, name="Acme").id,
                    realm_id=realm_id,
                    environment=made_in or server.base_url,
                ),
            )
            assert tokens.save(session, row.id, 0, grant)
        return row

    return make


def test_everybody_gets_the_same_client_of_a_company_and_another_one_of_another(pool, connect):
    first, second = connect("1"), connect("2")

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: pool.of(first), range(40)))

    assert len(found) == 1
    assert pool.of(second) not in found


def test_requests_one_after_another_travel_over_one_connection(pool, connect, server):
    server.says(COMPANY)
    company = connect("1")

    for _ in range(20):
        pool.of(company).company_info()

    assert len(server.heard) == 20
    assert len(server.script.connections) == 1


def test_requests_at_the_same_time_travel_over_no_more_connections_than_may_be_under_way(pool, connect, server):
    server.says(COMPANY)
    company = connect("1")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: pool.of(company).company_info(), range(64)))

    assert len(server.heard) == 64
    assert len(server.script.connections) <= 8


def test_a_company_of_practice_books_never_reaches_real_ones(pool, connect, server):
    with pytest.raises(ConfigurationError):
        pool.of(connect("1", made_in="production"))

    assert server.heard == []
