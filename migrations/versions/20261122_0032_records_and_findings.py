"""Records of sources, their links to QuickBooks, and what people are told about them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_0032"
down_revision = "20261122_0031"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
SECRET = sa.Text()


def closed_set(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "records",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("pairing_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("party_name", sa.Text(), nullable=False),
        sa.Column("party_email", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("amount", EXACT),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("source_status", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("document_date", sa.Date()),
        sa.Column(
            "state",
            closed_set("state", "new", "synced", "syncing", "held", "failing", "excluded", "waiting", "dismissed"),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_params", JSON, nullable=False),
        sa.Column("qbo_type", sa.Text(), nullable=False),
        sa.Column("qbo_id", sa.Text(), nullable=False),
        sa.Column("source_fingerprint", sa.Text(), nullable=False),
        sa.Column("document", SECRET),
        sa.Column("overrides", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("last_read_at", INSTANT),
        sa.Column("last_synced_at", INSTANT),
        sa.Column("last_activity_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id", "pairing_id"], ["pairings.organization_id", "pairings.id"]),
        sa.UniqueConstraint("organization_id", "id"),
        sa.UniqueConstraint("pairing_id", "kind", "external_id"),
    )
    op.create_index("ix_records_activity", "records", ["organization_id", "last_activity_at", "id"])
    op.create_index("ix_records_counts", "records", ["organization_id", "pairing_id", "kind", "state"])
    op.create_index("ix_records_number", "records", ["organization_id", "number_key", "id"])
    op.create_index("ix_records_state", "records", ["organization_id", "state", "last_activity_at", "id"])
    op.create_table(
        "bindings",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("connection_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("qbo_type", sa.Text(), nullable=False),
        sa.Column("qbo_id", sa.Text(), nullable=False),
        sa.Column(
            "origin", closed_set("origin", "source", "quickbooks", "import", "adopted", "linked"), nullable=False
        ),
        sa.Column("pairing_id", WHOLE),
        sa.Column("record_id", WHOLE),
        sa.Column("link_key", sa.Text(), nullable=False),
        sa.Column("sync_token", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("total", EXACT),
        sa.Column("state", closed_set("state", "active", "ended"), nullable=False),
        sa.Column(
            "in_quickbooks",
            closed_set("in_quickbooks", "intact", "changed", "voided", "deleted"),
            nullable=False,
        ),
        sa.Column("source_fingerprint", sa.Text(), nullable=False),
        sa.Column("sent_fingerprint", sa.Text(), nullable=False),
        sa.Column("answer_fingerprint", sa.Text(), nullable=False),
        sa.Column("sent_document", SECRET),
        sa.Column("sent_body", SECRET),
        sa.Column("generation", WHOLE, nullable=False),
        sa.Column("copy_ordinal", WHOLE, nullable=False),
        sa.Column("qbo_updated_at", INSTANT),
        sa.Column("synced_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("qbo_id <> ''", name="has_qbo_id"),
        sa.ForeignKeyConstraint(
            ["organization_id", "connection_id"], ["connections.organization_id", "connections.id"]
        ),
        sa.ForeignKeyConstraint(["organization_id", "pairing_id"], ["pairings.organization_id", "pairings.id"]),
        sa.ForeignKeyConstraint(["organization_id", "record_id"], ["records.organization_id", "records.id"]),
    )
    op.create_index("ix_bindings_qbo", "bindings", ["connection_id", "qbo_type", "qbo_id"])
    op.create_index("ix_bindings_record", "bindings", ["record_id"])
    op.create_index(
        "uq_bindings_document",
        "bindings",
        ["pairing_id", "kind", "external_id", "link_key"],
        unique=True,
        sqlite_where=sa.text("state = 'active' AND pairing_id IS NOT NULL"),
        postgresql_where=sa.text("state = 'active' AND pairing_id IS NOT NULL"),
    )
    op.create_index(
        "uq_bindings_qbo_document",
        "bindings",
        ["connection_id", "qbo_type", "qbo_id"],
        unique=True,
        sqlite_where=sa.text("state = 'active' AND pairing_id IS NOT NULL"),
        postgresql_where=sa.text("state = 'active' AND pairing_id IS NOT NULL"),
    )
    op.create_index(
        "uq_bindings_shared",
        "bindings",
        ["connection_id", "kind", "external_id"],
        unique=True,
        sqlite_where=sa.text("state = 'active' AND pairing_id IS NULL"),
        postgresql_where=sa.text("state = 'active' AND pairing_id IS NULL"),
    )
    op.create_table(
        "series",
        sa.Column("connection_id", WHOLE, sa.ForeignKey("connections.id"), primary_key=True, autoincrement=False),
        sa.Column("binding_key", sa.Text(), primary_key=True),
        sa.Column("value", WHOLE, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("pairing_id", WHOLE),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", closed_set("state", "collecting", "running", "done", "cancelled"), nullable=False),
        sa.Column("total", WHOLE, nullable=False),
        sa.Column("done", WHOLE, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.ForeignKeyConstraint(["organization_id", "pairing_id"], ["pairings.organization_id", "pairings.id"]),
        sa.UniqueConstraint("organization_id", "id"),
    )
    op.create_index("ix_runs_organization", "runs", ["organization_id", "id"])
    op.create_index("ix_runs_pairing", "runs", ["pairing_id", "id"])
    op.create_table(
        "findings",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id")),
        sa.Column(
            "scope",
            closed_set(
                "scope", "record", "pairing", "source_account", "connection", "organization", "installation"
            ),
            nullable=False,
        ),
        sa.Column("scope_id", WHOLE, nullable=False),
        sa.Column("record_id", WHOLE),
        sa.Column("pairing_id", WHOLE),
        sa.Column("source_account_id", WHOLE),
        sa.Column("connection_id", WHOLE),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column(
            "category",
            closed_set(
                "category",
                "excluded",
                "held",
                "failing-retryable",
                "failing-needs-person",
                "connection-wide",
                "warning",
            ),
            nullable=False,
        ),
        sa.Column("params", JSON, nullable=False),
        sa.Column("details", SECRET),
        sa.Column("state", closed_set("state", "open", "resolved", "dismissed"), nullable=False),
        sa.Column("leading", sa.Boolean(), nullable=False),
        sa.Column("count", WHOLE, nullable=False),
        sa.Column("causes", JSON, nullable=False),
        sa.Column("operation_id", WHOLE),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("resolved_at", INSTANT),
        sa.Column("resolved_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "connection_id"], ["connections.organization_id", "connections.id"]
        ),
        sa.ForeignKeyConstraint(["organization_id", "pairing_id"], ["pairings.organization_id", "pairings.id"]),
        sa.ForeignKeyConstraint(["organization_id", "record_id"], ["records.organization_id", "records.id"]),
        sa.ForeignKeyConstraint(
            ["organization_id", "source_account_id"], ["source_accounts.organization_id", "source_accounts.id"]
        ),
        sa.UniqueConstraint("organization_id", "id"),
    )
    op.create_index("ix_findings_record", "findings", ["record_id"])
    op.create_index("ix_findings_state", "findings", ["organization_id", "state", "category", "last_seen_at"])
    op.create_index(
        "uq_findings_open",
        "findings",
        ["scope", "scope_id", "code", "subject"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "finding_watches",
        sa.Column("finding_id", WHOLE, sa.ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("cause", sa.Text(), primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
    )
    op.create_index("ix_finding_watches_cause", "finding_watches", ["organization_id", "cause"])


def downgrade() -> None:
    op.drop_table("finding_watches")
    op.drop_table("findings")
    op.drop_table("runs")
    op.drop_table("series")
    op.drop_table("bindings")
    op.drop_table("records")
