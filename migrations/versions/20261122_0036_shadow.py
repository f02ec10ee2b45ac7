"""In shadow mode a record has a state, and its operation an outcome, of its own."""

from alembic import op

revision = "20261122_0036"
down_revision = "20261122_0035"
branch_labels = None
depends_on = None

SHADOWED = "shadowed"
STATES = ("new", "synced", "syncing", "held", "failing", "excluded", "waiting", "dismissed")
OUTCOMES = ("synced", "unchanged", "excluded", "held", "failed", "cancelled")


def upgrade() -> None:
    _allow("records", "state", STATES, (*STATES, SHADOWED))
    _allow("operations", "outcome", OUTCOMES, (*OUTCOMES, SHADOWED))


def downgrade() -> None:
    op.execute(f"UPDATE records SET state = 'new' WHERE state = '{SHADOWED}'")  # noqa: S608 - our own words
    op.execute(f"UPDATE operations SET outcome = 'cancelled' WHERE outcome = '{SHADOWED}'")  # noqa: S608
    _allow("records", "state", (*STATES, SHADOWED), STATES)
    _allow("operations", "outcome", (*OUTCOMES, SHADOWED), OUTCOMES)


def _allow(table: str, column: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Change the closed set of a column. No row is touched, however long the table is."""
    if op.get_bind().dialect.name == "postgresql":
        name = op.f(f"ck_{table}_{column}")
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, f"{column} IN ({_listed(after)})")
        return
    _rewrite(table, f"{column} IN ({_listed(before)})", f"{column} IN ({_listed(after)})")


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _rewrite(table: str, before: str, after: str) -> None:
    """SQLite's own way to change a constraint without copying the table (sqlite.org, ALTER TABLE, 8)."""
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    done = connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ? AND instr(sql, ?)",
        (before, after, table, before),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
    if done.rowcount != 1:
        raise RuntimeError(f"the table {table} has no constraint {before}")
