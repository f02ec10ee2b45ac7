"""What was said and what happened: requests, deliveries, history."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_0035"
down_revision = "20261122_0034"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
SECRET = sa.Text()

# What is evidence can not be changed. Encrypted bodies can, so that keys can be rotated; rows can be deleted,
# so that nothing is kept for longer than it should be.
UNCHANGING = {
    "exchanges": (
        "id, organization_id, connection_id, operation_id, step_id, at, method, path, entity, requestid, status, "
        "intuit_tid, duration_ms, metered, error"
    ),
    "activity": (
        "id, organization_id, event, actor, record_id, pairing_id, connection_id, operation_id, at, params, "
        "duration_ms"
    ),
}
POSTGRESQL_REFUSAL = """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""


def trigger(dialect: str, table: str, columns: str) -> str:
    when = f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OF {columns} ON {table}"
    if dialect == "postgresql":
        return f"{when} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return f"{when} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"


def closed_set(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "exchanges",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("connection_id", WHOLE, nullable=False),
        sa.Column("operation_id", WHOLE),
        sa.Column("step_id", WHOLE),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("requestid", sa.Text(), nullable=False),
        sa.Column("status", WHOLE),
        sa.Column("intuit_tid", sa.Text(), nullable=False),
        sa.Column("duration_ms", WHOLE, nullable=False),
        sa.Column("metered", sa.Boolean(), nullable=False),
        sa.Column("request_body", SECRET),
        sa.Column("response_body", SECRET),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "connection_id"], ["connections.organization_id", "connections.id"]
        ),
    )
    op.create_index("ix_exchanges_at", "exchanges", ["at"])
    op.create_index("ix_exchanges_operation", "exchanges", ["operation_id"])
    op.create_index("ix_exchanges_requestid", "exchanges", ["connection_id", "requestid"])
    op.create_table(
        "deliveries",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("channel", closed_set("channel", "qbo", "source"), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id")),
        sa.Column("connection_id", WHOLE, sa.ForeignKey("connections.id")),
        sa.Column("source_account_id", WHOLE, sa.ForeignKey("source_accounts.id")),
        sa.Column("raw", SECRET),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("state", closed_set("state", "new", "handled", "dropped", "dead"), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("qbo_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("happened_at", INSTANT),
        sa.Column("handled_at", INSTANT),
        sa.Column("note", sa.Text(), nullable=False),
        sa.UniqueConstraint("dedupe_key"),
    )
    op.create_index(
        "ix_deliveries_new",
        "deliveries",
        ["connection_id", "id"],
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_index(
        "ix_deliveries_new_source",
        "deliveries",
        ["source_account_id", "id"],
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_index("ix_deliveries_received", "deliveries", ["received_at"])
    op.create_table(
        "activity",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("record_id", WHOLE),
        sa.Column("pairing_id", WHOLE),
        sa.Column("connection_id", WHOLE),
        sa.Column("operation_id", WHOLE),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("params", JSON, nullable=False),
        sa.Column("duration_ms", WHOLE),
        sa.ForeignKeyConstraint(
            ["organization_id", "connection_id"], ["connections.organization_id", "connections.id"]
        ),
        sa.ForeignKeyConstraint(["organization_id", "pairing_id"], ["pairings.organization_id", "pairings.id"]),
        sa.ForeignKeyConstraint(["organization_id", "record_id"], ["records.organization_id", "records.id"]),
    )
    op.create_index("ix_activity_operation", "activity", ["operation_id"])
    op.create_index("ix_activity_organization", "activity", ["organization_id", "id"])
    op.create_index("ix_activity_record", "activity", ["record_id", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_REFUSAL)
    for table, columns in UNCHANGING.items():
        op.execute(trigger(op.get_bind().dialect.name, table, columns))


def downgrade() -> None:
    op.drop_table("activity")
    op.drop_table("deliveries")
    op.drop_table("exchanges")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change")
