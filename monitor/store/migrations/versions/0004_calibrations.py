"""What the windows of references gave, which limits are learned from."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calibration',
    sa.Column('model', sa.Text(), nullable=False),
    sa.Column('reference_id', sa.Text(), nullable=False),
    sa.Column('window_seconds', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('asked_for', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('model', 'reference_id', 'window_seconds', 'asked_for', name=op.f('pk_calibration'))
    )
