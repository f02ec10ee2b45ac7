"""Sixteen real processes, one grant in the product's own tables, a simulator that rotates at every use."""

import json
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from qbo_connector.store import Vault, connections, open_database, organizations
from qbo_connector.store.connections import Connection
from qbo_connector.sync.token_store import DatabaseTokenStore
from tests.integration.qbo.play import CONNECTION

CHECKOUT = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("refresh_together.py")


@pytest.fixture
def key():
    return Fernet.generate_key().decode()


@pytest.fixture
def database(database_url, key):
    with closing(open_database(database_url, Vault([key]))) as database:
        yield database


@pytest.fixture
def connection(database, play):
    """A connection with the tokens that the simulator hands out."""
    with database.writing() as session:
        row = Connection(
            organization_id=organizations.add(session, name="Acme").id,
            realm_id=play.realm,
            environment=play.base_url,
        )
        found = str(connections.add(session, row).id)
    assert DatabaseTokenStore(database).save(found, 0, play.store.load(CONNECTION).tokens)
    return found


@pytest.mark.postgres
def test_sixteen_processes_that_were_refused_together_refresh_once_and_nobody_is_cut_off(
    play, database, database_url, key, connection
):
    play.control("knobs", {"rotate_after_s": 0, "old_token_grace_s": 0})
    asked = {
        "base_url": play.base_url,
        "database_url": database_url,
        "key": key,
        "connection": connection,
        **play.credentials,
    }

    run = subprocess.run(  # noqa: S603  our own script
        [sys.executable, str(SCRIPT), json.dumps(asked)],
        cwd=CHECKOUT,
        env={"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        timeout=120,
        check=False,
    )

    assert run.returncode == 0, run.stderr.decode()
    results = json.loads(run.stdout)
    assert [result for result in results if result[1] == "error"] == []
    assert sorted(Counter(token for _, _, token in results).values()) == [16, 16, 16]
    assert DatabaseTokenStore(database).load(connection).version == 4, "one refresh in each of three rounds"
