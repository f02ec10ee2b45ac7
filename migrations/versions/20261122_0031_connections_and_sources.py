"""Connections to QuickBooks, accounts at sources, and the pairings that join them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_0031"
down_revision = "20261122_0030"
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
        "connections",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("realm_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("company_name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("home_currency", sa.Text(), nullable=False),
        sa.Column("state", closed_set("state", "active", "paused", "expired", "disconnected"), nullable=False),
        sa.Column("paused_reason", sa.Text(), nullable=False),
        sa.Column("tokens", SECRET),
        sa.Column("token_version", WHOLE, nullable=False),
        sa.Column("access_expires_at", INSTANT),
        sa.Column("refresh_expires_at", INSTANT),
        sa.Column("refresh_hard_expires_at", INSTANT),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("refresh_holder", sa.Text(), nullable=False),
        sa.Column("refresh_until", INSTANT),
        sa.Column("shadow", sa.Boolean(), nullable=False),
        sa.Column("read_share", WHOLE),
        sa.Column("webhooks_alive_at", INSTANT),
        sa.Column("echo_expected_at", INSTANT),
        sa.Column("connected_by", WHOLE, sa.ForeignKey("users.id")),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disconnected_at", INSTANT),
        sa.UniqueConstraint("organization_id", "id"),
    )
    op.create_index("ix_connections_organization_id", "connections", ["organization_id"])
    op.create_index("ix_connections_realm", "connections", ["realm_id", "environment"])
    op.create_index(
        "uq_connections_live",
        "connections",
        ["environment", "realm_id", "organization_id"],
        unique=True,
        sqlite_where=sa.text("state != 'disconnected'"),
        postgresql_where=sa.text("state != 'disconnected'"),
    )
    op.create_table(
        "turns",
        sa.Column("connection_id", WHOLE, sa.ForeignKey("connections.id"), primary_key=True, autoincrement=False),
        sa.Column("claimed_at", INSTANT, nullable=False),
    )
    op.create_table(
        "source_accounts",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("settings", SECRET, nullable=False),
        sa.Column("settings_version", sa.Text(), nullable=False),
        sa.Column("state", closed_set("state", "active", "paused", "uninstalled"), nullable=False),
        sa.Column("paused_reason", sa.Text(), nullable=False),
        sa.Column("hook_secret", SECRET),
        sa.Column("former_hook_secret", SECRET),
        sa.Column("former_hook_secret_until", INSTANT),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("polled_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.UniqueConstraint("organization_id", "id"),
    )
    op.create_index("ix_source_accounts_organization_id", "source_accounts", ["organization_id"])
    op.create_table(
        "widget_keys",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("source_account_id", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", SECRET, nullable=False),
        sa.Column("origins", JSON, nullable=False),
        sa.Column("state", closed_set("state", "active", "retired"), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["organization_id", "source_account_id"], ["source_accounts.organization_id", "source_accounts.id"]
        ),
    )
    op.create_index("ix_widget_keys_organization_id", "widget_keys", ["organization_id"])
    op.create_table(
        "used_tokens",
        sa.Column("widget_key_id", sa.Text(), sa.ForeignKey("widget_keys.id"), primary_key=True),
        sa.Column("jti", sa.Text(), primary_key=True),
        sa.Column("expires_at", INSTANT, nullable=False),
    )
    op.create_index("ix_used_tokens_expires_at", "used_tokens", ["expires_at"])
    op.create_table(
        "pairings",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("organization_id", WHOLE, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("source_account_id", WHOLE, nullable=False),
        sa.Column("connection_id", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("rules_version", WHOLE, nullable=False),
        sa.Column("state", closed_set("state", "on", "off"), nullable=False),
        sa.Column("shadow", sa.Boolean(), nullable=False),
        sa.Column("started_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "connection_id"], ["connections.organization_id", "connections.id"]
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "source_account_id"], ["source_accounts.organization_id", "source_accounts.id"]
        ),
        sa.UniqueConstraint("organization_id", "id"),
        sa.UniqueConstraint("source_account_id", "connection_id", "part"),
    )
    op.create_index("ix_pairings_connection", "pairings", ["connection_id"])
    op.create_index("ix_pairings_organization_id", "pairings", ["organization_id"])


def downgrade() -> None:
    op.drop_table("pairings")
    op.drop_table("used_tokens")
    op.drop_table("widget_keys")
    op.drop_table("source_accounts")
    op.drop_table("turns")
    op.drop_table("connections")
