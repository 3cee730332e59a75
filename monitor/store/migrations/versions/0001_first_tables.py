"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('alert',
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('alert', sa.Text(), server_default='', nullable=False),
    sa.Column('model', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Text(), server_default='', nullable=False),
    sa.Column('metric', sa.Text(), server_default='', nullable=False),
    sa.Column('column_name', sa.Text(), server_default='', nullable=False),
    sa.Column('segment_key', sa.Text(), server_default='', nullable=False),
    sa.Column('segment_value', sa.Text(), server_default='', nullable=False),
    sa.Column('window_seconds', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('severity', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.Text(), server_default='', nullable=False),
    sa.Column('health', sa.Text(), server_default='', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('value', sa.Double(), nullable=True),
    sa.Column('limit_value', sa.Double(), nullable=True),
    sa.Column('breaches', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('active_since', sa.BigInteger(), nullable=True),
    sa.Column('fired_at', sa.BigInteger(), nullable=True),
    sa.Column('recovering_since', sa.BigInteger(), nullable=True),
    sa.Column('resolved_at', sa.BigInteger(), nullable=True),
    sa.Column('last_window_end', sa.BigInteger(), nullable=False),
    sa.Column('episode', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('told', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('acknowledged_by', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_alert'))
    )
    op.create_index(op.f('ix_alert_model_window_seconds'), 'alert', ['model', 'window_seconds'], unique=False)
    op.create_table('distribution',
    sa.Column('model', sa.Text(), nullable=False),
    sa.Column('column_name', sa.Text(), nullable=False),
    sa.Column('segment_key', sa.Text(), nullable=False),
    sa.Column('segment_value', sa.Text(), nullable=False),
    sa.Column('window_seconds', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('window_end', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('reference_id', sa.Text(), server_default='', nullable=False),
    sa.Column('rows', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('model', 'column_name', 'segment_key', 'segment_value', 'window_seconds', 'window_end', name=op.f('pk_distribution'))
    )
    op.create_table('model',
    sa.Column('model', sa.Text(), nullable=False),
    sa.Column('task', sa.Text(), server_default='', nullable=False),
    sa.Column('reference_id', sa.Text(), server_default='', nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('model', name=op.f('pk_model'))
    )
    op.create_table('notification',
    sa.Column('notification_id', KEY, nullable=False),
    sa.Column('receiver', sa.Text(), server_default='', nullable=False),
    sa.Column('channel', sa.Text(), server_default='', nullable=False),
    sa.Column('dedup_key', sa.Text(), server_default='', nullable=False),
    sa.Column('group_key', sa.Text(), server_default='', nullable=False),
    sa.Column('status', sa.Text(), server_default='', nullable=False),
    sa.Column('attempts', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('error', sa.Text(), server_default='', nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('next_attempt_at', sa.BigInteger(), nullable=False),
    sa.Column('sent_at', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('notification_id', name=op.f('pk_notification')),
    sa.UniqueConstraint('dedup_key', name=op.f('uq_notification_dedup_key'))
    )
    op.create_index(op.f('ix_notification_status_next_attempt_at'), 'notification', ['status', 'next_attempt_at'], unique=False)
    op.create_table('reference',
    sa.Column('reference_id', sa.Text(), nullable=False),
    sa.Column('model', sa.Text(), server_default='', nullable=False),
    sa.Column('description', sa.Text(), server_default='', nullable=False),
    sa.Column('rows', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('reference_id', name=op.f('pk_reference'))
    )
    op.create_table('run',
    sa.Column('run_id', KEY, nullable=False),
    sa.Column('model', sa.Text(), server_default='', nullable=False),
    sa.Column('window_start', sa.BigInteger(), nullable=False),
    sa.Column('window_end', sa.BigInteger(), nullable=False),
    sa.Column('purpose', sa.Text(), server_default='', nullable=False),
    sa.Column('status', sa.Text(), server_default='', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('attempts', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('rows', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=True),
    sa.Column('finished_at', sa.BigInteger(), nullable=True),
    sa.Column('lease_until', sa.BigInteger(), nullable=True),
    sa.Column('worker', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('run_id', name=op.f('pk_run')),
    sa.UniqueConstraint('model', 'window_start', 'window_end', 'purpose', name='uq_run')
    )
    op.create_index(op.f('ix_run_model_status_window_end'), 'run', ['model', 'status', 'window_end'], unique=False)
    op.create_table('series',
    sa.Column('series_id', KEY, nullable=False),
    sa.Column('model', sa.Text(), server_default='', nullable=False),
    sa.Column('version', sa.Text(), server_default='', nullable=False),
    sa.Column('metric', sa.Text(), server_default='', nullable=False),
    sa.Column('column_name', sa.Text(), server_default='', nullable=False),
    sa.Column('segment_key', sa.Text(), server_default='', nullable=False),
    sa.Column('segment_value', sa.Text(), server_default='', nullable=False),
    sa.Column('window_seconds', sa.BigInteger(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('series_id', name=op.f('pk_series')),
    sa.UniqueConstraint('model', 'version', 'metric', 'column_name', 'segment_key', 'segment_value', 'window_seconds', name='uq_series')
    )
    op.create_table('alert_event',
    sa.Column('event_id', KEY, nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('severity', sa.Text(), server_default='', nullable=False),
    sa.Column('from_state', sa.Text(), server_default='', nullable=False),
    sa.Column('to_state', sa.Text(), server_default='', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('value', sa.Double(), nullable=True),
    sa.Column('limit_value', sa.Double(), nullable=True),
    sa.Column('window_end', sa.BigInteger(), nullable=False),
    sa.Column('episode', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['fingerprint'], ['alert.fingerprint'], name=op.f('fk_alert_event_fingerprint'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_alert_event')),
    sa.UniqueConstraint('fingerprint', 'window_end', 'to_state', name='uq_alert_event')
    )
    op.create_table('measurement',
    sa.Column('series_id', KEY, nullable=False),
    sa.Column('window_end', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('value', sa.Double(), nullable=True),
    sa.Column('lower', sa.Double(), nullable=True),
    sa.Column('upper', sa.Double(), nullable=True),
    sa.Column('p_value', sa.Double(), nullable=True),
    sa.Column('limit_low', sa.Double(), nullable=True),
    sa.Column('limit_high', sa.Double(), nullable=True),
    sa.Column('rows', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('target_coverage', sa.Double(), nullable=True),
    sa.Column('status', sa.Text(), server_default='', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('reference_id', sa.Text(), server_default='', nullable=False),
    sa.Column('revision', sa.BigInteger(), server_default='1', nullable=False),
    sa.ForeignKeyConstraint(['series_id'], ['series.series_id'], name=op.f('fk_measurement_series_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('series_id', 'window_end', name=op.f('pk_measurement'))
    )
    op.create_table('reference_bin',
    sa.Column('reference_id', sa.Text(), nullable=False),
    sa.Column('column_name', sa.Text(), nullable=False),
    sa.Column('bin_order', sa.Integer(), nullable=False),
    sa.Column('bin_label', sa.Text(), server_default='', nullable=False),
    sa.Column('reference_share', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['reference_id'], ['reference.reference_id'], name=op.f('fk_reference_bin_reference_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('reference_id', 'column_name', 'bin_order', name=op.f('pk_reference_bin'))
    )
