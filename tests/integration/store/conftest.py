"""A small world in a real database: one organization, one company, one source, one sync, and more on request."""

import itertools
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from cryptography.fernet import Fernet

from qbo_connector.store import (
    Database,
    Vault,
    connections,
    operations,
    organizations,
    pairings,
    records,
    sources,
)
from qbo_connector.store.connections import Connection
from qbo_connector.store.operations import Operation
from qbo_connector.store.pairings import Pairing
from qbo_connector.store.records import Record
from qbo_connector.store.sources import SourceAccount
from qbo_connector.store.states import Intent, Lane
from tests.rig.engines import opened

LEASE_S = 30.0


class World:
    """Makes rows with as little ado as a test needs; everything is committed at once."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._numbers = itertools.count(1)
        self.organization_id = self.organization()
        self.connection = self.add_connection()
        self.source_account = self.add_source_account()
        self.pairing = self.add_pairing()

    def organization(self) -> int:
        with self.database.writing() as session:
            return organizations.add(session, name="Acme").id

    def add_connection(self, **values: Any) -> Connection:
        row = Connection(
            **{
                "organization_id": self.organization_id,
                "realm_id": f"r{next(self._numbers)}",
                "environment": "sandbox",
            }
            | values
        )
        with self.database.writing() as session:
            return connections.add(session, row)

    def add_source_account(self, **values: Any) -> SourceAccount:
        row = SourceAccount(
            **{"organization_id": self.organization_id, "source_key": "till", "name": "Till"} | values
        )
        with self.database.writing() as session:
            return sources.add(session, row)

    def add_pairing(self, connection: Connection | None = None, account: SourceAccount | None = None) -> Pairing:
        row = Pairing(
            organization_id=self.organization_id,
            source_account_id=(account or self.source_account).id,
            connection_id=(connection or self.connection).id,
            name="Invoices",
            part=f"part {next(self._numbers)}",
        )
        with self.database.writing() as session:
            return pairings.add(session, row)

    def record(self, pairing: Pairing | None = None, **reading: Any) -> Record:
        pairing = pairing or self.pairing
        external_id = f"inv-{next(self._numbers)}"
        with self.database.writing() as session:
            row = records.ensure(
                session,
                pairing.id,
                organization_id=self.organization_id,
                kind="invoice",
                external_id=external_id,
            )
            return records.note_reading(session, row.id, **reading) if reading else row

    def ask(self, record: Record | None = None, pairing: Pairing | None = None, **wish: Any) -> Operation:
        pairing = pairing or self.pairing
        defaults = {
            "organization_id": self.organization_id,
            "connection_id": pairing.connection_id,
            "pairing_id": pairing.id,
            "record_id": record.id if record else None,
            "intent": Intent.PUSH if record else Intent.CHANGES,
            "lane": Lane.BULK,
            "asked_by": "schedule",
        }
        with self.database.writing() as session:
            return operations.request(session, **(defaults | wish))

    def claim(self, *lanes: Lane, owner: str = "w1", lease_s: float = LEASE_S, **more: Any) -> Operation | None:
        with self.database.writing() as session:
            return operations.claim(session, lanes=lanes or tuple(Lane), owner=owner, lease_s=lease_s, **more)

    def reload(self, operation: Operation) -> Operation:
        with self.database.reading() as session:
            return operations.load(session, operation.id)


@pytest.fixture
def encryption_key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def vault(encryption_key: str) -> Vault:
    return Vault([encryption_key])


@pytest.fixture
def database(database_url: str, vault: Vault) -> Iterator[Database]:
    with closing(opened(database_url, vault)) as database:
        yield database


@pytest.fixture
def world(database: Database) -> World:
    return World(database)
