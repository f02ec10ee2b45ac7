"""Hook secrets that were replaced live on for a while, several if need be; refused hooks are counted by account.

The present secret stands among the account's settings, where its plugin finds it; the columns that go were never
written.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_0039"
down_revision = "20261122_0038"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    for column in ("hook_secret", "former_hook_secret", "former_hook_secret_until"):
        op.drop_column("source_accounts", column)
    op.add_column("source_accounts", sa.Column("former_hook_secrets", sa.Text()))
    op.create_table(
        "hook_refusals",
        sa.Column(
            "source_account_id", WHOLE, sa.ForeignKey("source_accounts.id"), primary_key=True, autoincrement=False
        ),
        sa.Column("moments", JSON, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("believed_at", INSTANT),
        sa.Column("is_aside", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_hook_refusals_last_at", "hook_refusals", ["last_at"])


def downgrade() -> None:
    op.drop_table("hook_refusals")
    op.drop_column("source_accounts", "former_hook_secrets")
    op.add_column("source_accounts", sa.Column("hook_secret", sa.Text()))
    op.add_column("source_accounts", sa.Column("former_hook_secret", sa.Text()))
    op.add_column("source_accounts", sa.Column("former_hook_secret_until", INSTANT))
