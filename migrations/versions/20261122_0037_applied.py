"""A link knows what was paid on its document, which tells whether it may be voided or undone."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0037"
down_revision = "20261122_0036"
branch_labels = None
depends_on = None

EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.add_column("bindings", sa.Column("applied", EXACT))


def downgrade() -> None:
    op.drop_column("bindings", "applied")
