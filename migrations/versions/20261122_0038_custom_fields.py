"""A link knows the custom fields of its document, so that an update can leave people's own as they are."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0038"
down_revision = "20261122_0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bindings", sa.Column("custom_fields", sa.Text()))


def downgrade() -> None:
    op.drop_column("bindings", "custom_fields")
