from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import Numeric, cast, select, text
from sqlalchemy.exc import StatementError

from qbo_connector.errors import ConfigurationError
from qbo_connector.store import Vault, numbers, records, sources
from qbo_connector.store.database import Database
from qbo_connector.store.numbers import DocumentNumber, Numbered
from qbo_connector.store.sources import SourceAccount

pytestmark = pytest.mark.postgres

# One database serves all examples of a property: each overwrites what the former wrote.
on_one_database = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)

amounts = some.decimals(
    allow_nan=False, allow_infinity=False, min_value=Decimal("-1e15"), max_value=Decimal("1e15")
)
offsets = some.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = some.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2200, 1, 1), timezones=offsets)  # noqa: DTZ001 - the bounds are naive by design
letters = some.characters(exclude_categories=["Cs"], exclude_characters="\x00")


class TestExactAmounts:
    @on_one_database
    @given(amount=amounts)
    def test_come_back_digit_for_digit(self, world, amount):
        save_total(world, amount)

        assert load_total(world) == amount

    @on_one_database
    @given(amount=some.decimals(places=2, min_value=-(10**9), max_value=10**9))
    def test_keep_their_cents(self, world, amount):
        save_total(world, amount)

        assert str(load_total(world)) == str(amount + 0)

    @pytest.mark.parametrize("wrong", [1.5, 3, Decimal("NaN"), Decimal("Infinity"), "1.00"])
    def test_are_nothing_but_finite_decimals(self, world, wrong):
        with pytest.raises(StatementError, match="not a finite Decimal"):
            save_total(world, wrong)

    def test_are_sorted_as_numbers(self, world):
        for number, total in enumerate(["9", "10", "-3", "100.5"]):
            save_total(world, Decimal(total), qbo_id=str(number))

        with world.database.reading() as session:
            ordered = session.scalars(select(DocumentNumber.total).order_by(cast(DocumentNumber.total, Numeric)))
            assert [str(total) for total in ordered] == ["-3", "9", "10", "100.5"]


class TestInstants:
    @on_one_database
    @given(instant=instants)
    def test_come_back_as_the_same_moment_in_utc(self, world, instant):
        with world.database.writing() as session:
            # What is older than what is known would be passed over.
            numbers.forget(session, world.connection.id, "Invoice", "1")
            numbered = Numbered(qbo_id="1", number="1", updated_at=instant)
            numbers.upsert(session, world.connection.id, "Invoice", [numbered])
        with world.database.reading() as session:
            (found,) = numbers.find_by_number(session, world.connection.id, "1")

        assert found.updated_at == instant
        assert found.updated_at.tzinfo is UTC

    def test_without_a_zone_are_refused(self, world):
        with pytest.raises(StatementError, match="no time zone"), world.database.writing() as session:
            session.execute(select(DocumentNumber).where(DocumentNumber.updated_at > datetime(2026, 1, 1)))  # noqa: DTZ001 - that is the point

    def test_are_ordered_by_moment_whatever_their_zone(self, world):
        east = datetime(2026, 1, 1, 5, tzinfo=timezone(timedelta(hours=9)))
        west = datetime(2025, 12, 31, 18, tzinfo=timezone(timedelta(hours=-8)))
        first = world.ask(due_at=east)
        world.ask(due_at=west)

        assert world.claim().id == first.id


class TestSecrets:
    @on_one_database
    @given(secret=some.text(letters))
    def test_come_back_and_are_not_readable_in_the_database(self, world, secret):
        record = world.record(document=secret)
        with world.database.reading() as session:
            assert records.load(session, record.id).document == secret
            stored = session.scalar(text(f"SELECT document FROM records WHERE id = {record.id}"))  # noqa: S608 - our own id

        assert len(secret) < 8 or secret not in stored

    @on_one_database
    @given(
        value=some.dictionaries(
            some.text(letters), some.recursive(some.none() | some.booleans() | some.text(letters), some.lists)
        )
    )
    def test_can_be_json(self, world, value):
        with world.database.writing() as session:
            sources.load(session, world.source_account.id).settings = value
        with world.database.reading() as session:
            assert sources.load(session, world.source_account.id).settings == value

    def test_of_another_installation_cannot_be_read(self, world, database_url):
        with world.database.writing() as session:
            sources.load(session, world.source_account.id).settings = {"key": "sesame"}
        stranger = stranger_to(database_url)

        with pytest.raises(ConfigurationError, match="none of the keys"), stranger.reading() as session:
            sources.load(session, world.source_account.id)
        stranger.close()

    def test_need_a_vault(self, world, database_url):
        from qbo_connector.store import engine  # noqa: PLC0415 - one test opens a database the wrong way

        database = Database(engine.create(database_url))
        with pytest.raises(StatementError, match="without a vault"), database.writing() as session:
            sources.add(session, SourceAccount(organization_id=world.organization_id, source_key="a", name="A"))
        database.close()


def test_a_closed_set_gives_members_and_refuses_strangers(world):
    record = world.record()
    with world.database.reading() as session:
        assert records.load(session, record.id).state.name == "NEW"

    with (
        pytest.raises(StatementError, match="not among the defined enum values"),
        world.database.writing() as session,
    ):
        records.set_standing(session, record.id, state="lost")


def save_total(world, total, qbo_id="1"):
    with world.database.writing() as session:
        numbers.upsert(session, world.connection.id, "Invoice", [Numbered(qbo_id=qbo_id, number="1", total=total)])


def load_total(world):
    with world.database.reading() as session:
        return session.scalars(select(DocumentNumber.total)).one()


def stranger_to(url):
    from cryptography.fernet import Fernet  # noqa: PLC0415

    from qbo_connector.store import open_database  # noqa: PLC0415

    return open_database(url, Vault([Fernet.generate_key().decode()]))
