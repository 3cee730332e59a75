"""Alerts, acknowledgement and silences in the store, for HTTP and the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from alerts.matcher import Matcher, MatcherError, read_matchers
from alerts.silence import Silence as KeptSilence
from alerts.silence import matches_everything
from alerts.state import labels_of
from monitor.api.attention import (
    Alert,
    AlertFilter,
    ConflictError,
    NewSilence,
    NotKnownError,
    RefusedError,
    Silence,
    check_times,
)
from monitor.service.settings import read_settings
from monitor.store import silences as kept
from monitor.store.attention import AttendedAlert, acknowledge, attended
from monitor.store.clock import store_time
from monitor.store.database import check_version, open_store, transaction

OPEN = ("pending", "firing", "recovering")


@contextmanager
def attention_on(config: Path) -> Iterator[StoredAttention]:
    """Alerts and silences of a configuration's store."""
    store = open_store(read_settings(config).store.reveal())
    try:
        check_version(store)
        yield StoredAttention(store)
    finally:
        store.dispose()


@dataclass(frozen=True, slots=True)
class StoredAttention:
    """What the HTTP API and the commands ask for, on the store and by the store's clock."""

    store: sa.Engine

    def check(self) -> None:
        with transaction(self.store) as connection:
            store_time(connection)

    def alerts(self, *, model: str | None, state: AlertFilter) -> Sequence[Alert]:
        states = {"open": OPEN, "any": ()}.get(state, (state,))
        with transaction(self.store) as connection:
            return [_alert(found) for found in attended(connection, store_time(connection), model=model, states=states)]

    def acknowledge(self, fingerprint: str, *, author: str, comment: str) -> Alert:
        with transaction(self.store) as connection:
            now = store_time(connection)
            found = _the_one(attended(connection, now, fingerprint=fingerprint), fingerprint)
            whole = found.state.identity.fingerprint
            if not acknowledge(connection, whole, author=author, comment=comment, now=now):
                raise ConflictError(f"the alert is {found.state.state}, not firing: there is nothing to acknowledge")
            return _alert(attended(connection, now, fingerprint=whole)[0])

    def silences(self) -> Sequence[Silence]:
        with transaction(self.store) as connection:
            now = store_time(connection)
            return [_shown(silence, now) for silence in kept.silences(connection)]

    def silence(self, wanted: NewSilence) -> Silence:
        matchers = _matchers(wanted.matchers)
        with transaction(self.store) as connection:
            now = store_time(connection)
            check_times(wanted, now)
            silence_id = kept.add_silence(
                connection,
                matchers,
                starts_at=wanted.starts_at or now,
                ends_at=wanted.ends_at,
                author=wanted.author,
                comment=wanted.comment,
                now=now,
            )
            kept.match_alerts(connection, (found.state for found in attended(connection, now)))
            return _found(connection, silence_id, now)

    def expire(self, silence_id: int) -> Silence:
        with transaction(self.store) as connection:
            now = store_time(connection)
            kept.expire_silence(connection, silence_id, now)
            return _found(connection, silence_id, now)


def _the_one(found: Sequence[AttendedAlert], fingerprint: str) -> AttendedAlert:
    if not found:
        raise NotKnownError(f"no alert has the fingerprint {fingerprint}")
    if len(found) > 1:
        raise ConflictError(f"{len(found)} alerts have fingerprints that begin with {fingerprint}: say more of it")
    return found[0]


def _matchers(texts: Sequence[str]) -> list[Matcher]:
    matchers: list[Matcher] = []
    for index, text in enumerate(texts):
        try:
            matchers += read_matchers(text)
        except MatcherError as error:
            raise RefusedError(str(error), f"matchers.{index}") from None
    if matches_everything(matchers):
        raise RefusedError("these match every alert: one at least should ask for a value that is not empty", "matchers")
    return matchers


def _found(connection: sa.Connection, silence_id: int, now: datetime) -> Silence:
    silence = kept.silence_of(connection, silence_id)
    if silence is None:
        raise NotKnownError(f"there is no silence {silence_id}")
    return _shown(silence, now)


def _shown(silence: KeptSilence, now: datetime) -> Silence:
    return Silence(
        id=silence.id,
        matchers=tuple(str(matcher) for matcher in silence.matchers),
        state=silence.state(now),
        starts_at=silence.starts_at,
        ends_at=silence.ended_at,
        author=silence.author,
        comment=silence.comment,
        created_at=silence.created_at,
    )


def _alert(found: AttendedAlert) -> Alert:
    state = found.state
    return Alert(
        fingerprint=state.identity.fingerprint,
        labels=labels_of(state),
        severity=state.severity,
        state=state.state,
        health=state.health,
        reason=state.reason,
        value=state.value,
        limit_value=state.limit_value,
        active_since=state.active_since,
        fired_at=state.fired_at,
        resolved_at=state.resolved_at,
        last_window_end=state.last_window_end,
        episode=state.episode,
        acknowledged_by=found.acknowledged_by,
        acknowledged_at=found.acknowledged_at,
        acknowledged_comment=found.acknowledged_comment,
        silenced_by=found.silenced_by,
    )
