"""The installation, its organizations and their people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_0030"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def closed_set(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("id = 1", name="only_one"),
    )
    op.create_table(
        "organizations",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("brand_name", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_table(
        "users",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_operator", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_signed_in_at", INSTANT),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "memberships",
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), primary_key=True),
        sa.Column("user_id", WHOLE, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("role", closed_set("role", "owner", "admin", "bookkeeper", "viewer"), nullable=False),
    )
    op.create_index("ix_memberships_user_id", "memberships", ["user_id"])
    op.create_table(
        "entitlements",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("entitlement", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT),
        sa.UniqueConstraint("organization_id", "source_key", "entitlement"),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("created_by", WHOLE, sa.ForeignKey("users.id")),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.UniqueConstraint("hash"),
    )
    op.create_index("ix_api_keys_organization_id", "api_keys", ["organization_id"])
    op.create_table(
        "installs",
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), primary_key=True),
        sa.Column("source_key", sa.Text(), primary_key=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("installed_at", INSTANT, nullable=False),
        sa.Column("uninstalled_at", INSTANT),
    )
    op.create_table(
        "processes",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("kind", closed_set("kind", "web", "worker", "scheduler"), nullable=False),
        sa.Column("lanes", JSON, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", WHOLE, nullable=False),
        sa.Column("beat_at", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("processes")
    op.drop_table("installs")
    op.drop_table("api_keys")
    op.drop_table("entitlements")
    op.drop_table("memberships")
    op.drop_table("users")
    op.drop_table("organizations")
    op.drop_table("installation")
