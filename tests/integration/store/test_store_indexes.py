"""With many rows, what people and workers wait for walks an index, as the database itself explains."""

import pytest
from sqlalchemy import event, text

from qbo_connector.store import operations, record_lists
from qbo_connector.store.record_lists import Paging, RecordFilter, RecordSort
from qbo_connector.store.states import Lane, RecordState

pytestmark = pytest.mark.postgres

MANY = 100_000
QUEUED = 10_000

SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {many})",
    "postgresql": "WITH series(n) AS (SELECT generate_series(1, {many}))",
}
RECORDS = """
    INSERT INTO records (
        organization_id, pairing_id, kind, external_id, number, number_key, party_name, party_email, search_text,
        currency, source_status, source_url, state, reason, reason_params, qbo_type, qbo_id, source_fingerprint,
        overrides, note, first_seen_at, last_activity_at
    )
    {series}
    SELECT
        {organization}, {pairing}, 'invoice', 'e' || n, 'N' || n, 'n' || n, 'Party ' || n % 997, '', 'n' || n,
        '', '', '', CASE WHEN n % 50 = 0 THEN 'failing' ELSE 'synced' END, '', '{{}}', '', '', '',
        '{{}}', '', {now}, {moment}
    FROM series
"""
OPERATIONS = """
    INSERT INTO operations (
        organization_id, connection_id, pairing_id, intent, lane, lane_rank, state, due_at, wanted,
        finished_wanted, fence, attempts, phase, phase_params, version, inputs, asked_by, asked_at
    )
    {series}
    SELECT
        {organization}, {connection}, {pairing}, 'changes', 'bulk', 2,
        CASE WHEN n <= {queued} THEN 'queued' ELSE 'done' END, {moment}, 1,
        0, 0, 0, '', '{{}}', 1, '{{}}', '', {now}
    FROM series
"""
MOMENTS = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', '2026-01-01', n || ' seconds') || '000'",
    "postgresql": "timestamptz '2026-01-01' + make_interval(secs => n)",
}


@pytest.fixture
def fill(world):
    """Fill a table with many rows, and let the database look at them."""
    dialect = world.database.engine.dialect.name

    def insert(statement):
        sql = statement.format(
            series=SERIES[dialect].format(many=MANY),
            moment=MOMENTS[dialect],
            now="CURRENT_TIMESTAMP",
            queued=QUEUED,
            organization=world.organization_id,
            pairing=world.pairing.id,
            connection=world.connection.id,
        )
        with world.database.writing() as session:
            session.execute(text(sql))
        with world.database.writing() as session:
            session.execute(text("ANALYZE"))

    return insert


@pytest.fixture
def explain(world):
    """The plans of the statements that some work sends, one text each."""
    engine = world.database.engine
    prefix = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "

    def plans(work, *, about):
        sent = []

        def note(_connection, _cursor, statement, parameters, _context, _many):
            if statement.startswith("SELECT") and about in statement:
                sent.append((statement, parameters))

        event.listen(engine, "before_cursor_execute", note)
        try:
            world.database.write(work)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        with engine.connect() as connection:
            answers = [connection.exec_driver_sql(prefix + statement, values).all() for statement, values in sent]
        return ["\n".join(str(row[-1]) for row in answer) for answer in answers]

    return plans


def walks(plan, index):
    return index in plan and "Seq Scan" not in plan and "SCAN records" not in plan


def sorts(plan):
    return "Sort" in plan or "USE TEMP B-TREE FOR ORDER BY" in plan


PAGES = [
    (RecordFilter(), Paging(), "ix_records_activity"),
    (RecordFilter(), Paging(descending=False), "ix_records_activity"),
    (RecordFilter(states=(RecordState.FAILING,)), Paging(), "ix_records_state"),
    (RecordFilter(), Paging(sort=RecordSort.NUMBER), "ix_records_number"),
]


def test_pages_of_many_records_are_read_from_an_index_in_order(world, fill, explain):
    fill(RECORDS)

    for filters, paging, index in PAGES:
        (plan,) = explain(
            lambda session, shown=(filters, paging): record_lists.list_page(
                session, world.organization_id, *shown
            ),
            about="ORDER BY records.",
        )
        assert walks(plan, index), plan
        assert not sorts(plan), plan

    with world.database.reading() as session:
        first = record_lists.list_after(session, world.organization_id, size=10)
    (plan,) = explain(
        lambda session: record_lists.list_after(session, world.organization_id, cursor=first.next_cursor, size=10),
        about="ORDER BY records.",
    )
    assert walks(plan, "ix_records_activity"), plan
    assert not sorts(plan), plan


def test_a_claim_walks_the_open_operations_in_order(world, fill, explain):
    fill(OPERATIONS)

    plans = explain(
        lambda session: operations.claim(session, lanes=[Lane.BULK], owner="w", lease_s=30), about="due_at <="
    )

    assert len(plans) == 2, "whose turn it is, and what is next"
    assert all("ix_operations_ready" in plan for plan in plans), plans
    assert not sorts(plans[1]), plans[1]


def test_whether_anything_is_due_is_one_question_that_walks_the_open_operations(world, fill, explain):
    fill(OPERATIONS)

    (plan,) = explain(lambda session: operations.is_due(session, Lane.BULK), about="due_at <=")

    assert "ix_operations_ready" in plan, plan
    assert not walks_whole(plan), plan


def walks_whole(plan):
    return "Seq Scan on operations" in plan or "SCAN operations" in plan
