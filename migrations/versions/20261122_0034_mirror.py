"""The copy of each company's lists and numbers, and what it was allowed to cost."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_0034"
down_revision = "20261122_0033"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def closed_set(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "mirror_entries",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("connection_id", WHOLE, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("qbo_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("full_name_key", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("sku_key", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("sync_token", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("updated_at", INSTANT),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "connection_id"], ["connections.organization_id", "connections.id"]
        ),
        sa.UniqueConstraint("connection_id", "type", "qbo_id"),
    )
    op.create_index("ix_mirror_entries_email", "mirror_entries", ["connection_id", "type", "email_key"])
    op.create_index("ix_mirror_entries_full_name", "mirror_entries", ["connection_id", "type", "full_name_key"])
    op.create_index("ix_mirror_entries_name", "mirror_entries", ["connection_id", "type", "name_key"])
    op.create_index("ix_mirror_entries_sku", "mirror_entries", ["connection_id", "type", "sku_key"])
    op.create_table(
        "mirror_feeds",
        sa.Column("connection_id", WHOLE, sa.ForeignKey("connections.id"), primary_key=True, autoincrement=False),
        sa.Column("type", sa.Text(), primary_key=True),
        sa.Column("state", closed_set("state", "none", "loading", "loaded"), nullable=False),
        sa.Column("cursor", INSTANT),
        sa.Column("ran_at", INSTANT),
        sa.Column("full_at", INSTANT),
        sa.Column("position", WHOLE, nullable=False),
    )
    op.create_table(
        "numbers",
        sa.Column("connection_id", WHOLE, sa.ForeignKey("connections.id"), primary_key=True, autoincrement=False),
        sa.Column("type", sa.Text(), primary_key=True),
        sa.Column("qbo_id", sa.Text(), primary_key=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("party_qbo_id", sa.Text(), nullable=False),
        sa.Column("party_name", sa.Text(), nullable=False),
        sa.Column("total", EXACT),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("updated_at", INSTANT),
    )
    op.create_index("ix_numbers_key", "numbers", ["connection_id", "number_key"])
    op.create_table(
        "usage_days",
        sa.Column("connection_id", WHOLE, sa.ForeignKey("connections.id"), primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("requests", WHOLE, nullable=False),
        sa.Column("reads", WHOLE, nullable=False),
        sa.Column("writes", WHOLE, nullable=False),
    )
    op.create_index("ix_usage_days_day", "usage_days", ["day"])


def downgrade() -> None:
    op.drop_table("usage_days")
    op.drop_table("numbers")
    op.drop_table("mirror_feeds")
    op.drop_table("mirror_entries")
