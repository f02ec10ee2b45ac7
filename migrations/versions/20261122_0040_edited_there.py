"""A link keeps the version that somebody made of its document in QuickBooks, and can tell what was edited."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_0040"
down_revision = "20261122_0039"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.add_column("bindings", sa.Column("left_parts", JSON))
    op.add_column("bindings", sa.Column("edited", sa.Text()))


def downgrade() -> None:
    op.drop_column("bindings", "edited")
    op.drop_column("bindings", "left_parts")
