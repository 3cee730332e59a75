"""Profiles of buckets, the plans that they are cut by, and what was read so far."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COMPRESSED = {"profile": ("content", "outcome"), "plan": ("content",), "reference": ("content",)}


def upgrade() -> None:
    op.add_column('reference', sa.Column('plan_id', sa.Text(), server_default='', nullable=False))
    op.add_column('reference', sa.Column('fingerprint', sa.Text(), server_default='', nullable=False))
    op.add_column('reference', sa.Column('content', sa.LargeBinary(), nullable=True))
    op.create_index(op.f('ix_distribution_window_end'), 'distribution', ['window_end'], unique=False)
    op.create_table('plan',
    sa.Column('plan_id', sa.Text(), nullable=False),
    sa.Column('model', sa.Text(), server_default='', nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('plan_id', name=op.f('pk_plan'))
    )
    op.create_table('bucket',
    sa.Column('model', sa.Text(), nullable=False),
    sa.Column('plan_id', sa.Text(), nullable=False),
    sa.Column('bucket_seconds', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('bucket_start', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('rows', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('targets', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('late_rows', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('late_targets', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('revision', sa.BigInteger(), server_default='1', nullable=False),
    sa.Column('read_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('model', 'plan_id', 'bucket_seconds', 'bucket_start', name=op.f('pk_bucket'))
    )
    op.create_table('profile',
    sa.Column('model', sa.Text(), nullable=False),
    sa.Column('plan_id', sa.Text(), nullable=False),
    sa.Column('bucket_seconds', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('bucket_start', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('segment_key', sa.Text(), nullable=False),
    sa.Column('segment_value', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('outcome', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['model', 'plan_id', 'bucket_seconds', 'bucket_start'], ['bucket.model', 'bucket.plan_id', 'bucket.bucket_seconds', 'bucket.bucket_start'], name=op.f('fk_profile_model'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('model', 'plan_id', 'bucket_seconds', 'bucket_start', 'version', 'segment_key', 'segment_value', name=op.f('pk_profile'))
    )
    op.create_table('watermark',
    sa.Column('model', sa.Text(), nullable=False),
    sa.Column('rows_until', sa.BigInteger(), nullable=True),
    sa.Column('ingested_until', sa.BigInteger(), nullable=True),
    sa.Column('targets_until', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('model', name=op.f('pk_watermark'))
    )
    op.create_table('target_bucket',
    sa.Column('model', sa.Text(), nullable=False),
    sa.Column('bucket_seconds', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('bucket_start', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('rows', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('unmatched', sa.BigInteger(), nullable=True),
    sa.Column('read_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('model', 'bucket_seconds', 'bucket_start', name=op.f('pk_target_bucket'))
    )
    if op.get_bind().dialect.name == 'postgresql':
        for table, columns in COMPRESSED.items():
            for column in columns:  # compressed already: do not try once more
                op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL')
