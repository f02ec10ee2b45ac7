from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy.exc import IntegrityError

from qbo_connector.store import (
    NotThere,
    api_keys,
    entitlements,
    installation,
    installs,
    memberships,
    organizations,
    passwords,
    users,
    widget_keys,
)
from qbo_connector.store.entitlements import Entitlement
from qbo_connector.store.states import Role, WidgetKeyState

pytestmark = pytest.mark.postgres

PASSWORD = "correct horse"
HASH = passwords.hash_password(PASSWORD)


@pytest.fixture
def user(database):
    with database.writing() as session:
        return users.add(session, email=" Ann@Example.COM", name="Ann", password_hash=HASH)


class TestSignIn:
    def test_with_the_right_password(self, database, user):
        with database.writing() as session:
            found = users.authenticate(session, email="ann@example.com ", password=PASSWORD)

        assert found.id == user.id
        assert found.last_signed_in_at is not None

    @pytest.mark.parametrize(
        ("email", "password"),
        [("ann@example.com", "wrong"), ("bob@example.com", PASSWORD), ("ann@example.com", "")],
    )
    def test_fails_otherwise(self, database, user, email, password):
        with database.writing() as session:
            assert users.authenticate(session, email=email, password=password) is None

    def test_fails_without_a_password(self, database):
        with database.writing() as session:
            users.add(session, email="sso@example.com", password_hash="")
        with database.writing() as session:
            assert users.authenticate(session, email="sso@example.com", password="") is None

    def test_works_with_a_new_password_only_after_a_change(self, database, user):
        with database.writing() as session:
            users.set_password(session, user.id, passwords.hash_password("battery staple"))
        with database.writing() as session:
            assert users.authenticate(session, email=user.email, password=PASSWORD) is None
            assert users.authenticate(session, email=user.email, password="battery staple").id == user.id

    def test_renews_a_hash_of_weaker_days(self, database, user):
        with database.writing() as session:
            weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
            users.load(session, user.id).password_hash = weak
        with database.writing() as session:
            users.authenticate(session, email=user.email, password=PASSWORD)
            renewed = users.find(session, user.id).password_hash

        assert passwords.is_outdated(weak)
        assert not passwords.is_outdated(renewed)
        assert renewed.startswith("$argon2id$")

    def test_knows_one_person_per_address_in_whatever_case(self, database, user):
        with pytest.raises(IntegrityError), database.writing() as session:
            users.add(session, email="ANN@example.com", password_hash=HASH)


class TestMembers:
    def test_have_a_role_that_can_change_and_end(self, world, user):
        where = {"organization_id": world.organization_id, "user_id": user.id}
        with world.database.writing() as session:
            assert memberships.find_role(session, **where) is None
            memberships.grant(session, **where, role=Role.VIEWER)
            memberships.grant(session, **where, role=Role.OWNER)
            assert memberships.find_role(session, **where) == Role.OWNER
            assert memberships.count_owners(session, world.organization_id) == 1
            assert memberships.revoke(session, **where)
            assert not memberships.revoke(session, **where)

    def test_and_organizations_know_each_other(self, world, user):
        with world.database.writing() as session:
            aardvark = organizations.add(session, name="Aardvark")
            for organization_id in (world.organization_id, aardvark.id):
                memberships.grant(session, organization_id=organization_id, user_id=user.id, role=Role.ADMIN)

        with world.database.reading() as session:
            theirs = memberships.list_organizations(session, user.id)
            members = memberships.list_members(session, world.organization_id)
        assert [(row.name, role) for row, role in theirs] == [("Aardvark", Role.ADMIN), ("Acme", Role.ADMIN)]
        assert [(row.email, role) for row, role in members] == [("ann@example.com", Role.ADMIN)]


class TestApiKeys:
    def test_open_until_they_are_revoked(self, world, user):
        with world.database.writing() as session:
            key, secret = api_keys.issue(
                session, world.organization_id, name="ERP", scopes=["records:read"], created_by=user.id
            )
        with world.database.writing() as session:
            assert api_keys.find(session, secret).scopes == ["records:read"]
            assert api_keys.find(session, secret + "x") is None
            api_keys.note_use(session, key.id)
            api_keys.revoke(session, world.organization_id, key.id)
            assert api_keys.find(session, secret) is None
            (listed,) = api_keys.list_in(session, world.organization_id)

        assert secret.startswith(listed.prefix)
        assert secret not in listed.hash
        assert listed.last_used_at is not None

    def test_of_another_organization_cannot_be_revoked(self, world):
        another = world.organization()
        with world.database.writing() as session:
            key, _ = api_keys.issue(session, world.organization_id, name="ERP", scopes=[])

        with pytest.raises(NotThere), world.database.writing() as session:
            api_keys.revoke(session, another, key.id)


class TestWidgetKeys:
    @pytest.fixture
    def key(self, world):
        with world.database.writing() as session:
            return widget_keys.add(
                session,
                world.organization_id,
                world.source_account.id,
                name="Shop",
                origins=["https://shop.example"],
            )

    def test_are_found_while_they_are_active(self, world, key):
        with world.database.writing() as session:
            assert widget_keys.find(session, key.id).origins == ["https://shop.example"]
            widget_keys.load_in(session, world.organization_id, key.id).state = WidgetKeyState.RETIRED
        with world.database.reading() as session:
            assert widget_keys.find(session, key.id) is None
            assert [row.id for row in widget_keys.list_in(session, world.organization_id)] == [key.id]
        assert key.id.startswith("wk_")

    def test_let_each_token_in_once(self, world, key):
        soon = datetime.now(UTC) + timedelta(seconds=60)
        with world.database.writing() as session:
            assert widget_keys.use_token(session, key, jti="1", expires_at=soon)
            assert not widget_keys.use_token(session, key, jti="1", expires_at=soon)
            assert widget_keys.use_token(session, key, jti="2", expires_at=soon)
        with world.database.reading() as session:
            assert widget_keys.find(session, key.id).last_used_at is not None

    def test_forget_tokens_that_have_expired(self, world, key):
        with world.database.writing() as session:
            now = datetime.now(UTC)
            widget_keys.use_token(session, key, jti="old", expires_at=now - timedelta(seconds=1))
            widget_keys.use_token(session, key, jti="new", expires_at=now + timedelta(seconds=60))
            assert widget_keys.forget_expired_tokens(session) == 1


def test_entitlements_hold_until_their_end(world):
    def grant(name, until=None, value=""):
        with world.database.writing() as session:
            terms = Entitlement(
                organization_id=world.organization_id,
                source_key="till",
                entitlement=name,
                until=until,
                value=value,
            )
            entitlements.grant(session, terms)

    grant("beta")
    grant("beta", value="wave 2")
    grant("plan", until=datetime.now(UTC) - timedelta(seconds=1))

    with world.database.reading() as session:
        current = entitlements.list_current(session, world.organization_id, "till")
        assert [(row.entitlement, row.value) for row in current] == [("beta", "wave 2")]
        assert entitlements.list_current(session, world.organization_id, "other") == []


def test_plugins_are_installed_and_uninstalled_per_organization(world):
    where = {"organization_id": world.organization_id, "source_key": "till"}

    def installed():
        with world.database.reading() as session:
            rows = installs.list_installed(session, world.organization_id)
            return [(row.source_key, row.version) for row in rows]

    with world.database.writing() as session:
        installs.install(session, **where, version="1.0.0")
    with world.database.writing() as session:
        installs.uninstall(session, **where)
    assert installed() == []

    with world.database.writing() as session:
        installs.install(session, **where, version="1.1.0")
    assert installed() == [("till", "1.1.0")]


def test_an_installation_draws_its_key_once(database):
    with database.writing() as session:
        first = installation.key(session)
    with database.reading() as session:
        assert installation.key(session) == first
    assert len(first) == 16
