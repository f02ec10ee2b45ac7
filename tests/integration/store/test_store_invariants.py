"""What the database itself refuses, whatever the code above it does."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from qbo_connector.store import activity, bindings, connections, exchanges
from qbo_connector.store.activity import Activity
from qbo_connector.store.bindings import Binding
from qbo_connector.store.connections import Connection
from qbo_connector.store.exchanges import Exchange
from qbo_connector.store.pairings import Pairing
from qbo_connector.store.states import BindingState, Origin
from qbo_connector.store.steps import Step

pytestmark = pytest.mark.postgres


def bind(world, **values):
    defaults = {
        "organization_id": world.organization_id,
        "connection_id": world.connection.id,
        "pairing_id": world.pairing.id,
        "kind": "invoice",
        "external_id": "inv-1",
        "qbo_type": "Invoice",
        "qbo_id": "145",
        "origin": Origin.SOURCE,
    }
    with world.database.writing() as session:
        return bindings.add(session, Binding(**(defaults | values)))


class TestBindings:
    def test_one_quickbooks_document_is_bound_at_most_once(self, world):
        bind(world)

        with pytest.raises(IntegrityError):
            bind(world, external_id="inv-2")

    def test_one_source_document_has_one_active_link_per_key(self, world):
        bind(world)

        with pytest.raises(IntegrityError):
            bind(world, qbo_id="146")

    def test_another_link_key_is_another_link(self, world):
        bind(world)
        bind(world, qbo_id="146", link_key="2", copy_ordinal=2)

        with world.database.reading() as session:
            found = bindings.list_document(session, world.pairing.id, kind="invoice", external_id="inv-1")
            assert [binding.qbo_id for binding in found] == ["146", "145"]
            first = bindings.find_document(session, world.pairing.id, kind="invoice", external_id="inv-1")
            assert first.qbo_id == "145"

    def test_an_ended_link_makes_room_for_a_new_one(self, world):
        first = bind(world)
        with world.database.writing() as session:
            bindings.end(session, first.id, reason="deleted")

        assert bind(world).id != first.id
        with world.database.reading() as session:
            assert bindings.load(session, first.id).state == BindingState.ENDED

    def test_a_party_has_one_link_per_company(self, world):
        party = {"pairing_id": None, "kind": "customer", "external_id": "acme", "qbo_type": "Customer"}
        bind(world, **party, qbo_id="1")

        with pytest.raises(IntegrityError):
            bind(world, **party, qbo_id="2")

    def test_several_match_keys_may_lead_to_one_customer(self, world):
        party = {"pairing_id": None, "kind": "customer", "qbo_type": "Customer", "qbo_id": "1"}
        bind(world, **party, external_id="acme")
        bind(world, **party, external_id="mail@acme.example")

        with world.database.reading() as session:
            assert len(bindings.list_by_qbo(session, world.connection.id, qbo_type="Customer", qbo_id="1")) == 2
            keys = ["acme", "nobody"]
            found = bindings.list_shared(session, world.connection.id, kind="customer", external_ids=keys)
            assert [binding.external_id for binding in found] == ["acme"]

    def test_a_link_to_nothing_is_refused(self, world):
        with pytest.raises(IntegrityError):
            bind(world, qbo_id="")


class TestOrganizations:
    def test_nothing_can_point_into_another_organization(self, world):
        another = world.organization()

        with pytest.raises(IntegrityError):
            bind(world, organization_id=another)

    def test_a_sync_cannot_join_the_source_of_one_with_the_company_of_another(self, world):
        another = world.organization()
        theirs = world.add_connection(organization_id=another)
        smuggled = Pairing(
            organization_id=world.organization_id,
            source_account_id=world.source_account.id,
            connection_id=theirs.id,
            name="x",
        )

        with pytest.raises(IntegrityError), world.database.writing() as session:
            session.add(smuggled)


class TestConnections:
    def test_a_company_is_connected_once_per_organization(self, world):
        with pytest.raises(IntegrityError):
            world.add_connection(realm_id=world.connection.realm_id)

    def test_it_can_be_connected_again_after_it_was_disconnected(self, world):
        with world.database.writing() as session:
            connections.disconnect(session, world.connection.id)

        again = world.add_connection(realm_id=world.connection.realm_id)

        with world.database.reading() as session:
            found = connections.find_live(
                session, world.organization_id, environment="sandbox", realm_id=again.realm_id
            )
            assert found.id == again.id
            assert connections.load(session, world.connection.id).tokens is None

    def test_an_unknown_state_is_refused_by_the_database_too(self, world):
        with pytest.raises(IntegrityError), world.database.writing() as session:
            session.execute(text("UPDATE connections SET state = 'odd'"))

    def test_other_organizations_may_connect_the_same_company(self, world):
        world.add_connection(organization_id=world.organization(), realm_id=world.connection.realm_id)

        with world.database.reading() as session:
            found = connections.list_by_realm(session, environment="sandbox", realm_id=world.connection.realm_id)
            assert len(found) == 2


def test_a_request_id_is_used_once_per_company(world):
    operation = world.ask()

    def step(ordinal):
        return Step(
            organization_id=world.organization_id,
            operation_id=operation.id,
            connection_id=operation.connection_id,
            ordinal=ordinal,
            verb="create",
            entity="invoice",
            requestid="abc",
        )

    with pytest.raises(IntegrityError), world.database.writing() as session:
        session.add_all([step(1), step(2)])


class TestEvidence:
    @pytest.fixture
    def exchange(self, world):
        row = Exchange(
            organization_id=world.organization_id,
            connection_id=world.connection.id,
            at=datetime.now(UTC),
            method="POST",
            path="/invoice",
            status=200,
        )
        with world.database.writing() as session:
            return exchanges.append(session, row)

    @pytest.mark.parametrize("change", [{"status": 500}, {"path": "/bill"}, {"error": "x"}, {"requestid": "y"}])
    def test_of_an_exchange_cannot_be_changed(self, world, exchange, change):
        with pytest.raises(DBAPIError, match="append-only"), world.database.writing() as session:
            session.execute(update(Exchange).values(**change))

    def test_of_the_history_cannot_be_changed(self, world):
        with world.database.writing() as session:
            entry = Activity(organization_id=world.organization_id, event="record.synced", actor="user:1")
            activity.append(session, entry)

        with pytest.raises(DBAPIError, match="append-only"), world.database.writing() as session:
            session.execute(update(Activity).values(actor="user:2"))

    def test_can_be_forgotten_when_it_is_old(self, world, exchange):
        with world.database.writing() as session:
            assert exchanges.forget_before(session, exchange.at) == 0
            assert exchanges.forget_before(session, datetime.now(UTC)) == 1


def test_every_column_of_an_exchange_but_its_bodies_is_under_the_trigger(world):
    unguarded = {"request_body", "response_body"}
    values = {"id": 99, "metered": True, "at": datetime.now(UTC), "duration_ms": 1}
    for column in Exchange.__table__.columns:
        if column.name in unguarded:
            continue
        exchange_of(world)
        value = values.get(column.name, 7 if column.name.endswith(("_id", "status")) else "x")
        with pytest.raises(DBAPIError, match="append-only"), world.database.writing() as session:
            session.execute(update(Exchange).values({column.name: value}))


def exchange_of(world):
    row = Exchange(
        organization_id=world.organization_id,
        connection_id=world.connection.id,
        at=datetime.now(UTC),
        method="GET",
        path="/",
    )
    with world.database.writing() as session:
        exchanges.append(session, row)


def test_the_database_refuses_a_connection_that_nobody_owns(world):
    with pytest.raises(IntegrityError), world.database.writing() as session:
        connections.add(session, Connection(organization_id=999, realm_id="1", environment="sandbox"))
