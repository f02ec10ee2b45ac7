import subprocess
import sys
from types import SimpleNamespace

import pytest
from sqlalchemy import inspect

from qbo_connector import paths
from qbo_connector.store import engine as engines
from qbo_connector.store import migrate, tables

pytestmark = pytest.mark.postgres


@pytest.fixture
def located(unmigrated_database_url):
    return SimpleNamespace(database_url=unmigrated_database_url)


@pytest.fixture
def engine(located):
    engine = engines.create(located.database_url)
    yield engine
    engine.dispose()


def condition_of(index):
    options = index.get("dialect_options", {})
    return {name: str(condition) for name, condition in options.items() if name.endswith("_where")}


def constraints(engine, table):
    """Everything Alembic's comparison leaves out, as the database reports it."""
    seen = inspect(engine)
    checks = {check["name"]: check["sqltext"] for check in seen.get_check_constraints(table)}
    indexes = {
        index["name"]: (index["column_names"], index["unique"], condition_of(index))
        for index in seen.get_indexes(table)
    }
    foreign = {
        (tuple(key["constrained_columns"]), key["referred_table"], tuple(key["referred_columns"]))
        for key in seen.get_foreign_keys(table)
    }
    unique = {tuple(key["column_names"]) for key in seen.get_unique_constraints(table)}
    return checks, indexes, foreign, unique


def test_an_empty_database_is_brought_to_the_newest_schema(located, engine):
    assert migrate.present(engine) is None
    assert not migrate.is_current(engine)

    migrate.upgrade(located)

    assert migrate.is_current(engine)


def test_migrating_twice_changes_nothing(located, engine):
    migrate.upgrade(located)
    migrate.upgrade(located)

    assert migrate.present(engine) == migrate.newest()


def test_migrations_build_exactly_the_declared_tables(located, engine):
    migrate.upgrade(located)

    assert migrate.differences(engine) == []


def test_constraints_and_partial_indexes_are_the_declared_ones(located, engine, request):
    migrate.upgrade(located)
    migrated = {name: constraints(engine, name) for name in tables.METADATA.tables}
    migrate.downgrade(located, "base")

    tables.METADATA.create_all(engine)

    assert {name: constraints(engine, name) for name in tables.METADATA.tables} == migrated


def test_all_of_it_can_be_taken_back(located, engine):
    migrate.upgrade(located)
    migrate.downgrade(located, "base")

    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_processes_that_start_together_do_not_disturb_each_other(located, engine):
    program = (
        "import sys, types; from qbo_connector.store import migrate;"
        "migrate.upgrade(types.SimpleNamespace(database_url=sys.argv[1]))"
    )
    command = [sys.executable, "-W", "error", "-c", program, located.database_url]
    started = [subprocess.Popen(command) for _ in range(3)]  # noqa: S603 - our own program

    assert [process.wait(60) for process in started] == [0, 0, 0]
    assert migrate.differences(engine) == []


def test_there_is_one_line_of_migrations():
    names = sorted(file.stem for file in (paths.migrations() / "versions").glob("*.py"))

    assert migrate.newest() == names[-1][: len("20261122_0030")]
    assert all(name[:8].isdigit() and name[9:13].isdigit() for name in names)
