from contextlib import closing
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Text, select, type_coerce

from qbo_connector.errors import ConfigurationError
from qbo_connector.store import Vault, exchanges, open_database, records, sources, tokens
from qbo_connector.store.exchanges import Exchange
from qbo_connector.store.rotation import ROWS_AT_ONCE, encrypted_columns, rotate_all
from qbo_connector.store.tokens import Grant


def new_key():
    return Fernet.generate_key().decode()


OLD, NEW = new_key(), new_key()
FORMER = {"sesame": "2026-11-22T09:00:00+00:00"}


class TestVault:
    @given(data=some.binary())
    def test_gives_back_what_it_was_given(self, data):
        vault = Vault([NEW])

        assert vault.decrypt(vault.encrypt(data)) == data

    @given(data=some.binary())
    def test_reads_what_an_older_key_wrote_and_rotates_it_to_the_newest(self, data):
        former = Vault([OLD]).encrypt(data)
        vault = Vault([NEW, OLD])
        rotated = vault.rotate(former)

        assert vault.decrypt(former) == data
        assert (vault.is_current(former), vault.is_current(rotated)) == (False, True)
        assert Vault([NEW]).decrypt(rotated) == data

    def test_never_writes_the_same_thing_twice_alike(self):
        assert Vault([NEW]).encrypt(b"same") != Vault([NEW]).encrypt(b"same")

    @pytest.mark.parametrize("keys", [[], ["short"], [NEW, "x" * 44]])
    def test_refuses_what_is_no_key(self, keys):
        with pytest.raises(ConfigurationError, match="QBO_ENCRYPTION_KEYS"):
            Vault(keys)

    def test_says_so_when_a_key_is_missing(self):
        with pytest.raises(ConfigurationError, match="Put the former key back"):
            Vault([NEW]).decrypt(Vault([OLD]).encrypt(b"x"))


@pytest.mark.postgres
class TestRotation:
    @pytest.fixture
    def vault(self):
        return Vault([OLD])

    @pytest.fixture
    def secrets(self, world):
        """Secrets in several tables, more than one batch of them in one, and evidence that is append-only."""
        with world.database.writing() as session:
            sources.load(session, world.source_account.id).former_hook_secrets = FORMER
            tokens.save(session, world.connection.id, 0, Grant(tokens={"access_token": "a"}))
            for number in range(ROWS_AT_ONCE + 20):
                record = records.ensure(
                    session,
                    world.pairing.id,
                    organization_id=world.organization_id,
                    kind="x",
                    external_id=str(number),
                )
                records.note_reading(session, record.id, document=f"document {number}")
            exchange = Exchange(
                organization_id=world.organization_id,
                connection_id=world.connection.id,
                at=datetime.now(UTC),
                method="POST",
                path="/invoice",
                request_body=b"body",
            )
            exchanges.append(session, exchange)

    def test_covers_every_column_that_holds_secrets(self):
        names = {f"{column.table.name}.{column.name}" for column in encrypted_columns()}

        assert {"connections.tokens", "steps.body", "exchanges.response_body", "records.document"} <= names
        assert len(names) >= 15

    def test_after_it_the_old_key_is_not_needed_any_more(self, world, secrets, database_url):
        rotated = rotate_all(world.database, Vault([NEW, OLD]))

        with closing(open_database(database_url, Vault([NEW]))) as database, database.reading() as session:
            assert sources.load(session, world.source_account.id).former_hook_secrets == FORMER
            assert tokens.load(session, world.connection.id).grant.tokens == {"access_token": "a"}
            documents = session.scalars(select(records.Record.document)).all()
            assert set(documents) == {f"document {number}" for number in range(ROWS_AT_ONCE + 20)}
            assert session.scalars(select(Exchange.request_body)).one() == b"body"
        # The account's settings are a secret too, if an empty one.
        assert rotated == ROWS_AT_ONCE + 20 + 4

    def test_a_second_time_there_is_nothing_to_do(self, world, secrets):
        rotate_all(world.database, Vault([NEW, OLD]))

        assert rotate_all(world.database, Vault([NEW, OLD])) == 0

    def test_a_secret_of_an_unknown_key_stops_it_and_stays(self, world, secrets):
        with world.database.reading() as session:
            before = session.scalars(select(type_coerce(records.Record.document, Text()))).all()

        with pytest.raises(ConfigurationError, match="none of the keys"):
            rotate_all(world.database, Vault([NEW]))

        with world.database.reading() as session:
            assert session.scalars(select(type_coerce(records.Record.document, Text()))).all() == before
