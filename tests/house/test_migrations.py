"""One line of migrations that leads to exactly the tables the code declares, on both databases."""

import re
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from qbo_connector import config, paths
from qbo_connector.store import engine as engines
from qbo_connector.store import migrate

DATED = r"^\d{8}_\d{4}_[a-z0-9_]+\.py$"


@pytest.fixture
def unmigrated(unmigrated_database_url, tmp_path):
    """Settings of a database without a table."""
    return config.load(data_dir=tmp_path, database_url=unmigrated_database_url)


@pytest.fixture
def engine(unmigrated):
    engine = engines.create(unmigrated.database_url)
    yield engine
    engine.dispose()


def test_there_is_one_head():
    assert len(ScriptDirectory(str(paths.migrations())).get_heads()) == 1


def test_every_version_has_a_dated_file_name():
    names = [file.name for file in Path(paths.migrations(), "versions").glob("*.py")]

    assert names
    assert [name for name in names if not re.match(DATED, name)] == []


@pytest.mark.postgres
def test_the_migrations_make_what_the_code_declares(unmigrated, engine):
    migrate.upgrade(unmigrated)

    assert migrate.is_current(engine)
    assert migrate.differences(engine) == []


@pytest.mark.postgres
def test_upgrading_twice_changes_nothing(unmigrated, engine):
    migrate.upgrade(unmigrated)
    tables = set(inspect(engine).get_table_names())

    migrate.upgrade(unmigrated)

    assert set(inspect(engine).get_table_names()) == tables


@pytest.mark.postgres
def test_every_migration_can_be_taken_back(unmigrated, engine):
    migrate.upgrade(unmigrated)

    migrate.downgrade(unmigrated, "base")

    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}


@pytest.mark.postgres
def test_the_guard_notices_a_difference(unmigrated, engine):
    migrate.upgrade(unmigrated)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE sly (id INTEGER PRIMARY KEY)")

    assert migrate.differences(engine) != []
