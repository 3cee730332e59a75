"""How much models lean on their features."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reference", sa.Column("leanings", sa.JSON(), nullable=True))
