import threading
from contextlib import closing

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from qbo_connector.store import TransactionOpen, Vault, open_database, organizations
from qbo_connector.store.organizations import Organization

pytestmark = pytest.mark.postgres


def names(database):
    with database.reading() as session:
        return [row.name for row in organizations.list_all(session)]


def test_a_writing_transaction_commits_at_its_end(database):
    with database.writing() as session:
        organizations.add(session, name="Acme")

    assert names(database) == ["Acme"]


def test_an_exception_rolls_everything_back(database):
    def work(session):
        organizations.add(session, name="Acme")
        raise KeyError

    with pytest.raises(KeyError):
        database.write(work)

    assert names(database) == []
    assert not database.in_transaction


def test_nothing_can_be_written_while_reading(database):
    with pytest.raises(DBAPIError, match=r"readonly|read-only"), database.reading() as session:
        session.execute(
            text("INSERT INTO organizations (name, brand_name, created_at) VALUES ('x', '', '2026-01-01')")
        )

    assert names(database) == []


def test_writing_works_on_the_connection_that_was_read_with(database):
    assert names(database) == []

    with database.writing() as session:
        organizations.add(session, name="Acme")

    assert names(database) == ["Acme"]


@pytest.mark.parametrize("outer", ["reading", "writing"])
@pytest.mark.parametrize("inner", ["reading", "writing"])
def test_one_thread_never_has_two_transactions(database, outer, inner):
    with getattr(database, outer)(), pytest.raises(TransactionOpen), getattr(database, inner)():
        pass

    assert not database.in_transaction


def test_whether_a_transaction_is_open_can_be_asked(database):
    assert not database.in_transaction
    with database.reading():
        assert database.in_transaction
    assert not database.in_transaction


def test_another_thread_has_transactions_of_its_own(database):
    seen = []
    with database.writing():
        thread = threading.Thread(target=lambda: seen.append((database.in_transaction, names(database))))
        thread.start()
        thread.join()

    assert seen == [(False, [])]


def test_rows_are_usable_after_their_transaction(database):
    with database.writing() as session:
        written = organizations.add(session, name="Acme")
    with database.reading() as session:
        read = organizations.load(session, written.id)

    assert (written.name, read.name, read.created_at) == ("Acme", "Acme", written.created_at)


def test_a_reader_keeps_its_view_while_others_write(database):
    with database.reading() as session:
        session.execute(select(Organization)).all()
        thread = threading.Thread(target=lambda: add(database, "Late"))
        thread.start()
        thread.join()
        seen = organizations.list_all(session)

    assert seen == []
    assert names(database) == ["Late"]


def test_writers_of_many_threads_all_get_through(database):
    def work():
        for _ in range(20):
            database.write(lambda session: organizations.add(session, name="Acme"))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(names(database)) == 120


def test_work_is_done_again_when_the_database_only_lost_a_race(database, database_url):
    blocker = impatient(database_url)
    attempts = []

    def work(session):
        attempts.append(1)
        if len(attempts) < 3:
            provoke(session, blocker)
        organizations.add(session, name="Acme")

    with closing(blocker):
        database.write(work)

    assert len(attempts) == 3
    assert names(database) == ["Acme"]


def test_work_is_not_done_again_for_an_error_of_its_own(database):
    attempts = []

    def work(session):
        attempts.append(1)
        session.execute(text("SELECT nonsense FROM nowhere"))

    with pytest.raises(DBAPIError):
        database.write(work)

    assert len(attempts) == 1


def add(database, name):
    with database.writing() as session:
        organizations.add(session, name=name)


def impatient(url):
    """A second client, to run into the first one's lock."""
    return open_database(url, Vault([Fernet.generate_key().decode()]))


def provoke(session, blocker):
    """Make the database refuse for a reason that passes: SQLite's lock, or PostgreSQL's."""
    session.execute(text("UPDATE organizations SET name = name"))
    with blocker.engine.connect() as connection:
        if blocker.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql("LOCK TABLE organizations NOWAIT")
