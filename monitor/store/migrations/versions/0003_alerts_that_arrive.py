"""Events with numbers and contents, groups, the outbox, silences, and runs of actions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBERS = """
UPDATE alert_event SET number = (
    SELECT count(*) FROM alert_event AS other
    WHERE other.fingerprint = alert_event.fingerprint AND other.event_id <= alert_event.event_id)"""
COUNTS = "UPDATE alert SET events = (SELECT count(*) FROM alert_event AS e WHERE e.fingerprint = alert.fingerprint)"


def upgrade() -> None:
    # Never rebuild `alert` as a batch does on SQLite: dropping the old table would take its events along.
    op.add_column('alert', sa.Column('receiver', sa.Text(), server_default='', nullable=False))
    op.add_column('alert', sa.Column('labels', sa.JSON(), server_default='{}', nullable=False))
    op.add_column('alert', sa.Column('events', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('alert', sa.Column('vanished', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('alert', sa.Column('judged_until', sa.BigInteger(), nullable=True))
    op.execute("UPDATE alert SET judged_until = last_window_end")
    op.add_column('alert', sa.Column('acknowledged_at', sa.BigInteger(), nullable=True))
    op.add_column('alert', sa.Column('acknowledged_comment', sa.Text(), server_default='', nullable=False))
    op.add_column('notification', sa.Column('lease_until', sa.BigInteger(), nullable=True))
    op.add_column('notification', sa.Column('worker', sa.Text(), server_default='', nullable=False))
    # What fires is told once more: its end is for those who were told by way of the outbox.
    alert = sa.table('alert', sa.column('told', sa.Boolean), sa.column('state', sa.Text))
    op.execute(sa.update(alert).where(alert.c.state != 'inactive').values(told=sa.false()))
    op.drop_index(op.f('ix_notification_status_next_attempt_at'), table_name='notification')
    op.create_index(op.f('ix_notification_status_receiver_notification_id'), 'notification', ['status', 'receiver', 'notification_id'], unique=False)
    op.create_index(op.f('ix_notification_receiver_group_key_status'), 'notification', ['receiver', 'group_key', 'status'], unique=False)
    op.add_column('alert_event', sa.Column('number', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('alert_event', sa.Column('labels', sa.JSON(), server_default='{}', nullable=False))
    op.add_column('alert_event', sa.Column('content', sa.JSON(), server_default='{}', nullable=False))
    op.execute(NUMBERS)
    op.execute(COUNTS)
    with op.batch_alter_table('alert_event') as batch:
        batch.drop_constraint('uq_alert_event', type_='unique')
        batch.create_unique_constraint('uq_alert_event', ['fingerprint', 'number'])
    op.create_table('alert_group',
    sa.Column('group_id', KEY, nullable=False),
    sa.Column('receiver', sa.Text(), server_default='', nullable=False),
    sa.Column('group_key', sa.Text(), server_default='', nullable=False),
    sa.Column('route', sa.Text(), server_default='', nullable=False),
    sa.Column('labels', sa.JSON(), server_default='{}', nullable=False),
    sa.Column('flush_at', sa.BigInteger(), nullable=True),
    sa.Column('notified_at', sa.BigInteger(), nullable=True),
    sa.Column('messages', sa.BigInteger(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('group_id', name=op.f('pk_alert_group')),
    sa.UniqueConstraint('receiver', 'group_key', name='uq_alert_group')
    )
    op.create_index(op.f('ix_alert_group_flush_at'), 'alert_group', ['flush_at'], unique=False)
    op.create_table('outbox',
    sa.Column('outbox_id', KEY, nullable=False),
    sa.Column('event_id', KEY, nullable=False),
    sa.Column('receiver', sa.Text(), server_default='', nullable=False),
    sa.Column('group_id', KEY, nullable=False),
    sa.Column('notification_id', KEY, nullable=True),
    sa.Column('status', sa.Text(), server_default='', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('is_open', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['alert_event.event_id'], name=op.f('fk_outbox_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['group_id'], ['alert_group.group_id'], name=op.f('fk_outbox_group_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['notification_id'], ['notification.notification_id'], name=op.f('fk_outbox_notification_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('outbox_id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('event_id', 'receiver', name='uq_outbox')
    )
    op.create_index(op.f('ix_outbox_group_id_status'), 'outbox', ['group_id', 'status'], unique=False)
    op.create_index(op.f('ix_outbox_group_id_is_open'), 'outbox', ['group_id', 'is_open'], unique=False)
    op.create_index(op.f('ix_outbox_notification_id'), 'outbox', ['notification_id'], unique=False)
    op.create_table('silence',
    sa.Column('silence_id', KEY, nullable=False),
    sa.Column('matchers', sa.JSON(), nullable=False),
    sa.Column('starts_at', sa.BigInteger(), nullable=False),
    sa.Column('ends_at', sa.BigInteger(), nullable=False),
    sa.Column('author', sa.Text(), server_default='', nullable=False),
    sa.Column('comment', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('expired_at', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('silence_id', name=op.f('pk_silence'))
    )
    op.create_index(op.f('ix_silence_ends_at'), 'silence', ['ends_at'], unique=False)
    op.create_table('alert_silence',
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('silence_id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['fingerprint'], ['alert.fingerprint'], name=op.f('fk_alert_silence_fingerprint'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['silence_id'], ['silence.silence_id'], name=op.f('fk_alert_silence_silence_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('fingerprint', 'silence_id', name=op.f('pk_alert_silence'))
    )
    op.create_table('action_run',
    sa.Column('action_run_id', KEY, nullable=False),
    sa.Column('action', sa.Text(), server_default='', nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('episode', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('key', sa.Text(), server_default='', nullable=False),
    sa.Column('status', sa.Text(), server_default='', nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('url', sa.Text(), server_default='', nullable=False),
    sa.Column('attempts', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('next_attempt_at', sa.BigInteger(), nullable=False),
    sa.Column('lease_until', sa.BigInteger(), nullable=True),
    sa.Column('worker', sa.Text(), server_default='', nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=True),
    sa.Column('finished_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['fingerprint'], ['alert.fingerprint'], name=op.f('fk_action_run_fingerprint'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('action_run_id', name=op.f('pk_action_run')),
    sa.UniqueConstraint('action', 'fingerprint', 'episode', name='uq_action_run_episode'),
    sa.UniqueConstraint('key', name='uq_action_run')
    )
    op.create_index(op.f('ix_action_run_status_next_attempt_at'), 'action_run', ['status', 'next_attempt_at'], unique=False)
