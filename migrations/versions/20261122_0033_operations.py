"""Operations, the leases on them, and their steps and batches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_0033"
down_revision = "20261122_0032"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
SECRET = sa.Text()


def closed_set(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "operations",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("connection_id", WHOLE, nullable=False),
        sa.Column("pairing_id", WHOLE),
        sa.Column("record_id", WHOLE),
        sa.Column("run_id", WHOLE),
        sa.Column(
            "intent",
            closed_set(
                "intent",
                "push",
                "update",
                "create_copy",
                "void",
                "undo",
                "link",
                "unlink",
                "fix",
                "pull",
                "payments",
                "write_back",
                "automation",
                "refresh",
                "load_mirror",
                "changes",
                "preflight",
                "backfill",
                "reconcile",
                "probe",
            ),
            nullable=False,
        ),
        sa.Column("lane", closed_set("lane", "interactive", "event", "bulk", "maintenance"), nullable=False),
        sa.Column("lane_rank", WHOLE, nullable=False),
        sa.Column("state", closed_set("state", "queued", "running", "waiting", "done"), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("wanted", WHOLE, nullable=False),
        sa.Column("finished_wanted", WHOLE, nullable=False),
        sa.Column("lease_owner", sa.Text()),
        sa.Column("lease_until", INSTANT),
        sa.Column("fence", WHOLE, nullable=False),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("phase_params", JSON, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column(
            "outcome", closed_set("outcome", "synced", "unchanged", "excluded", "held", "failed", "cancelled")
        ),
        sa.Column("finding_id", WHOLE),
        sa.Column("expected_plan", sa.Text()),
        sa.Column("inputs", JSON, nullable=False),
        sa.Column("idempotency_key", sa.Text()),
        sa.Column("plan", SECRET),
        sa.Column("error", JSON),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT),
        sa.Column("finished_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["organization_id", "connection_id"], ["connections.organization_id", "connections.id"]
        ),
        sa.ForeignKeyConstraint(["organization_id", "finding_id"], ["findings.organization_id", "findings.id"]),
        sa.ForeignKeyConstraint(["organization_id", "pairing_id"], ["pairings.organization_id", "pairings.id"]),
        sa.ForeignKeyConstraint(["organization_id", "record_id"], ["records.organization_id", "records.id"]),
        sa.ForeignKeyConstraint(["organization_id", "run_id"], ["runs.organization_id", "runs.id"]),
        sa.UniqueConstraint("organization_id", "id"),
    )
    op.create_index("ix_operations_lease_owner", "operations", ["lease_owner"])
    op.create_index(
        "ix_operations_open_of_record",
        "operations",
        ["record_id", "id"],
        sqlite_where=sa.text("state <> 'done'"),
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.create_index(
        "ix_operations_open_probe",
        "operations",
        ["connection_id"],
        sqlite_where=sa.text("intent = 'probe' AND state <> 'done'"),
        postgresql_where=sa.text("intent = 'probe' AND state <> 'done'"),
    )
    op.create_index("ix_operations_organization_id", "operations", ["organization_id"])
    op.create_index(
        "ix_operations_ready",
        "operations",
        ["connection_id", "lane_rank", "due_at", "id"],
        sqlite_where=sa.text("state <> 'done'"),
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.create_index("ix_operations_record", "operations", ["record_id", "id"])
    op.create_index("ix_operations_run", "operations", ["run_id", "state", "outcome"])
    op.create_index(
        "uq_operations_idempotency_key", "operations", ["organization_id", "idempotency_key"], unique=True
    )
    op.create_index(
        "uq_operations_open_push",
        "operations",
        ["record_id"],
        unique=True,
        sqlite_where=sa.text("intent = 'push' AND state <> 'done'"),
        postgresql_where=sa.text("intent = 'push' AND state <> 'done'"),
    )
    op.create_table(
        "operation_joins",
        sa.Column("organization_id", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("idempotency_key", sa.Text(), primary_key=True),
        sa.Column("operation_id", WHOLE, nullable=False),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "operation_id"], ["operations.organization_id", "operations.id"]
        ),
    )
    op.create_table(
        "resource_leases",
        sa.Column("connection_id", WHOLE, sa.ForeignKey("connections.id"), primary_key=True, autoincrement=False),
        sa.Column("resource_key", sa.Text(), primary_key=True),
        sa.Column("operation_id", WHOLE, sa.ForeignKey("operations.id"), nullable=False),
        sa.Column("fence", WHOLE, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
    )
    op.create_index("ix_resource_leases_operation", "resource_leases", ["operation_id"])
    op.create_table(
        "batches",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("connection_id", WHOLE, nullable=False),
        sa.Column("operation_id", WHOLE),
        sa.Column("requestid", sa.Text(), nullable=False),
        sa.Column("bids", JSON, nullable=False),
        sa.Column("body", SECRET, nullable=False),
        sa.Column(
            "state", closed_set("state", "planned", "sent", "answered", "settled", "abandoned"), nullable=False
        ),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("planned_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.Column("answered_at", INSTANT),
        sa.Column("status", WHOLE),
        sa.Column("answer", SECRET),
        sa.ForeignKeyConstraint(
            ["organization_id", "connection_id"], ["connections.organization_id", "connections.id"]
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "operation_id"], ["operations.organization_id", "operations.id"]
        ),
        sa.UniqueConstraint("connection_id", "requestid"),
        sa.UniqueConstraint("organization_id", "id"),
    )
    op.create_index("ix_batches_operation", "batches", ["operation_id"])
    op.create_index("ix_batches_state", "batches", ["connection_id", "state"])
    op.create_table(
        "steps",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("operation_id", WHOLE, nullable=False),
        sa.Column("connection_id", WHOLE, nullable=False),
        sa.Column("ordinal", WHOLE, nullable=False),
        sa.Column("wave", WHOLE, nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("binding_key", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("requestid", sa.Text()),
        sa.Column("params", JSON, nullable=False),
        sa.Column("body", SECRET),
        sa.Column(
            "state",
            closed_set("state", "planned", "sent", "answered", "applied", "refused", "abandoned"),
            nullable=False,
        ),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("fence", WHOLE, nullable=False),
        sa.Column("batch_id", WHOLE),
        sa.Column("planned_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.Column("answered_at", INSTANT),
        sa.Column("status", WHOLE),
        sa.Column("answer", SECRET),
        sa.Column("fault_code", sa.Text(), nullable=False),
        sa.Column("intuit_tid", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id", "batch_id"], ["batches.organization_id", "batches.id"]),
        sa.ForeignKeyConstraint(
            ["organization_id", "connection_id"], ["connections.organization_id", "connections.id"]
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "operation_id"], ["operations.organization_id", "operations.id"]
        ),
        sa.UniqueConstraint("connection_id", "requestid"),
        sa.UniqueConstraint("organization_id", "id"),
    )
    op.create_index("ix_steps_batch", "steps", ["batch_id"])
    op.create_index("ix_steps_operation", "steps", ["operation_id", "ordinal"])
    op.create_index(
        "ix_steps_unsettled",
        "steps",
        ["connection_id", "binding_key"],
        sqlite_where=sa.text("state IN ('sent', 'answered')"),
        postgresql_where=sa.text("state IN ('sent', 'answered')"),
    )


def downgrade() -> None:
    op.drop_table("steps")
    op.drop_table("batches")
    op.drop_table("resource_leases")
    op.drop_table("operation_joins")
    op.drop_table("operations")
