"""Runs of actions: planned with the event that starts them, started by one worker at a time, and how they ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from alerts.actions.action import ActionRequest, Outcome
from alerts.actions.perform import Claimed
from monitor.store.clock import store_time
from monitor.store.tables import ACTION_RUN, ALERT, ALERT_SILENCE, SILENCE
from monitor.store.turns import take_turn
from monitor.store.upsert import insert
from monitor.store.worker import Worker, this_worker
from monitor.window import from_epoch, to_epoch

COUNTS = ("planned", "running", "done")  # against the cooldown: what failed has changed no model
MARGIN = timedelta(minutes=1)  # of a lease, beyond the time that the action may take


@dataclass(frozen=True, slots=True)
class PlannedActions:
    """Where runs are planned, inside the transaction of the event; `cooldowns` by action."""

    connection: sa.Connection
    now: datetime
    cooldowns: Mapping[str, timedelta]

    def plan(self, requests: Sequence[ActionRequest]) -> None:
        """One run for each action, alert and episode, once; it is skipped where the action rests for the model."""
        for model in sorted({request.labels["model"] for request in requests}):
            take_turn(self.connection, "act", model)
        for request in requests:
            reason = self._rests(request)
            row = {
                "action": request.action,
                "fingerprint": request.fingerprint,
                "episode": request.episode,
                "key": request.key,
                "status": "skipped" if reason else "planned",
                "reason": reason,
                "payload": request.body,
                "created_at": to_epoch(self.now),
                "next_attempt_at": to_epoch(self.now),
                "finished_at": to_epoch(self.now) if reason else None,
            }
            self.connection.execute(insert(self.connection, ACTION_RUN).on_conflict_do_nothing(), [row])

    def _rests(self, request: ActionRequest) -> str:
        """Why an action is not started again for the model; empty if it is."""
        cooldown = self.cooldowns.get(request.action, timedelta(0))
        of_model = ALERT.c.model == request.labels["model"]
        since = sa.func.coalesce(ACTION_RUN.c.started_at, ACTION_RUN.c.created_at)
        last = self.connection.execute(
            sa.select(ALERT.c.alert, sa.func.max(since).label("at"))
            .join(ALERT, ALERT.c.fingerprint == ACTION_RUN.c.fingerprint)
            .where(ACTION_RUN.c.action == request.action, ACTION_RUN.c.status.in_(COUNTS), of_model)
            .group_by(ALERT.c.alert)
            .order_by(sa.desc("at"))
            .limit(1)
        ).first()
        if last is None or self.now >= from_epoch(last.at) + cooldown:
            return ""
        return f"{last.alert} started it at {from_epoch(last.at):%Y-%m-%d %H:%M:%S} UTC; it rests for {cooldown}"


@dataclass(frozen=True, slots=True)
class StoredActions:
    """The runs that are due; `transaction` opens what each call is done in, `clock` tells the store's time."""

    transaction: Callable[[], AbstractContextManager[sa.Connection]]
    worker: Worker = field(default_factory=this_worker)
    clock: Callable[[sa.Connection], datetime] = store_time

    def claim(self, time_limits: Mapping[str, timedelta]) -> Claimed | None:
        """Take the oldest run that is due, or that a worker left behind; nobody else gets it within its time limit."""
        with self.transaction() as connection:
            now = self.clock(connection)
            open_runs = connection.execute(
                sa.select(ACTION_RUN)
                .where(
                    sa.or_(
                        sa.and_(ACTION_RUN.c.status == "planned", ACTION_RUN.c.next_attempt_at <= to_epoch(now)),
                        ACTION_RUN.c.status == "running",
                    )
                )
                .order_by(ACTION_RUN.c.action_run_id)
            ).all()
            for row in open_runs:
                if row.status == "running" and not self._is_left_behind(row, now):
                    continue
                if row.status == "planned" and (silence := _silence(connection, row.fingerprint, now)):
                    self._take(connection, row, status="skipped", reason=silence, finished_at=to_epoch(now))
                    continue
                if self._take(
                    connection,
                    row,
                    status="running",
                    attempts=row.attempts + 1,
                    started_at=row.started_at or to_epoch(now),
                    lease_until=to_epoch(now + time_limits.get(row.action, timedelta(0)) + MARGIN),
                    worker=self.worker.name,
                ):
                    return Claimed(row.action_run_id, ActionRequest(**row.payload), row.attempts + 1)
        return None

    def done(self, claimed: Claimed, outcome: Outcome) -> None:
        self._let_go(claimed, "done", reason=outcome.words, url=outcome.url)

    def retry(self, claimed: Claimed, wait: timedelta, reason: str) -> None:
        self._let_go(claimed, "planned", reason=reason, wait=wait)

    def failed(self, claimed: Claimed, reason: str) -> None:
        self._let_go(claimed, "failed", reason=reason)

    def _is_left_behind(self, row: sa.Row[tuple[object, ...]], now: datetime) -> bool:
        return bool(row.lease_until < to_epoch(now)) or self.worker.knows_to_be_gone(row.worker)

    @staticmethod
    def _take(connection: sa.Connection, row: sa.Row[tuple[object, ...]], **values: str | int) -> bool:
        """Whether nobody else took the run since it was read."""
        taken = connection.execute(
            sa.update(ACTION_RUN)
            .where(
                ACTION_RUN.c.action_run_id == row.action_run_id,
                ACTION_RUN.c.attempts == row.attempts,
                ACTION_RUN.c.status == row.status,
            )
            .values(**values)
        )
        return taken.rowcount == 1

    def _let_go(
        self, claimed: Claimed, status: str, *, reason: str, url: str = "", wait: timedelta | None = None
    ) -> None:
        """Write how a try ended, unless another worker has taken the run over."""
        with self.transaction() as connection:
            now = self.clock(connection)
            ended = {"finished_at": to_epoch(now)} if wait is None else {"next_attempt_at": to_epoch(now + wait)}
            connection.execute(
                sa.update(ACTION_RUN)
                .where(
                    ACTION_RUN.c.action_run_id == claimed.id,
                    ACTION_RUN.c.attempts == claimed.attempts,
                    ACTION_RUN.c.status == "running",
                )
                .values(status=status, reason=reason, url=url, lease_until=None, **ended)
            )


def _silence(connection: sa.Connection, fingerprint: str, now: datetime) -> str:
    """Why an alert starts nothing now: who silences it knows of it, and may know that its data are no good."""
    found = connection.execute(
        sa.select(SILENCE.c.silence_id, SILENCE.c.author, SILENCE.c.comment)
        .join(ALERT_SILENCE, ALERT_SILENCE.c.silence_id == SILENCE.c.silence_id)
        .where(
            ALERT_SILENCE.c.fingerprint == fingerprint,
            SILENCE.c.starts_at <= to_epoch(now),
            SILENCE.c.ends_at > to_epoch(now),
            SILENCE.c.expired_at.is_(None),
        )
        .order_by(SILENCE.c.silence_id)
    ).first()
    return "" if found is None else f"silence {found.silence_id} of {found.author or 'nobody'}: {found.comment}"
