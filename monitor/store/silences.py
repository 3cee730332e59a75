"""Silences, and which alerts each of them matches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from alerts.matcher import Matcher, read_matcher
from alerts.silence import Silence
from alerts.state import AlertState, labels_of
from monitor.store.clock import store_now
from monitor.store.tables import ALERT_SILENCE, SILENCE
from monitor.store.turns import share_turn, take_turn
from monitor.store.upsert import insert
from monitor.window import from_epoch, to_epoch

Pairs = set[tuple[str, int]]


def add_silence(
    connection: sa.Connection,
    matchers: Sequence[Matcher],
    *,
    starts_at: datetime,
    ends_at: datetime,
    author: str,
    comment: str,
    now: datetime,
) -> int:
    """Keep a new silence; `match_alerts` says which alerts it is about."""
    take_turn(connection, "silence", "")
    added = sa.insert(SILENCE).values(
        matchers=[str(matcher) for matcher in matchers],
        starts_at=to_epoch(starts_at),
        ends_at=to_epoch(ends_at),
        author=author,
        comment=comment,
        created_at=to_epoch(now),
    )
    return int(connection.execute(added.returning(SILENCE.c.silence_id)).scalar_one())


def expire_silence(connection: sa.Connection, silence_id: int, now: datetime) -> None:
    """End a silence now; one that has ended stays as it is."""
    has_not_ended = sa.and_(SILENCE.c.expired_at.is_(None), SILENCE.c.ends_at > to_epoch(now))
    connection.execute(
        sa.update(SILENCE).where(SILENCE.c.silence_id == silence_id, has_not_ended).values(expired_at=to_epoch(now))
    )


def silence_of(connection: sa.Connection, silence_id: int) -> Silence | None:
    """A silence by its number."""
    row = connection.execute(sa.select(SILENCE).where(SILENCE.c.silence_id == silence_id)).mappings().first()
    return None if row is None else _silence(row)


def silences(connection: sa.Connection) -> list[Silence]:
    """All of them, the newest first."""
    rows = connection.execute(sa.select(SILENCE).order_by(SILENCE.c.silence_id.desc())).mappings()
    return [_silence(row) for row in rows]


def not_ended(connection: sa.Connection, now: datetime) -> list[Silence]:
    """Those that are on, or will be."""
    return _running(connection, sa.literal(to_epoch(now), sa.BigInteger))


def _running(connection: sa.Connection, now: sa.ColumnElement[int]) -> list[Silence]:
    running = sa.and_(SILENCE.c.expired_at.is_(None), SILENCE.c.ends_at > now)
    return [_silence(row) for row in connection.execute(sa.select(SILENCE).where(running)).mappings()]


def match_alerts(connection: sa.Connection, states: Iterable[AlertState]) -> None:
    """Write down which silences match these alerts by the labels that they have now.

    Who saves alerts calls this after it, and who adds a silence calls it with all alerts. Neither misses what the
    other has written: savers share a turn, which who adds a silence has alone.
    """
    share_turn(connection, "silence", "")
    running = _running(connection, store_now(connection))
    if not running:
        return
    fingerprints = {state.identity.fingerprint: labels_of(state) for state in states}
    wanted = {
        (fingerprint, silence.id)
        for fingerprint, labels in fingerprints.items()
        for silence in running
        if silence.matches(labels)
    }
    known = {pair for pair in _pairs(connection, running) if pair[0] in fingerprints}
    _write(connection, added=wanted - known, gone=known - wanted)


def _pairs(connection: sa.Connection, running: Sequence[Silence]) -> Pairs:
    ids = [silence.id for silence in running]
    rows = connection.execute(sa.select(ALERT_SILENCE).where(ALERT_SILENCE.c.silence_id.in_(ids)))
    return {(row.fingerprint, row.silence_id) for row in rows}


def _write(connection: sa.Connection, *, added: Pairs, gone: Pairs) -> None:
    if added:
        connection.execute(
            insert(connection, ALERT_SILENCE).on_conflict_do_nothing(),
            [{"fingerprint": fingerprint, "silence_id": silence_id} for fingerprint, silence_id in sorted(added)],
        )
    if gone:
        connection.execute(
            sa.delete(ALERT_SILENCE).where(
                ALERT_SILENCE.c.fingerprint == sa.bindparam("of"), ALERT_SILENCE.c.silence_id == sa.bindparam("by")
            ),
            [{"of": fingerprint, "by": silence_id} for fingerprint, silence_id in sorted(gone)],
        )


def _silence(row: sa.RowMapping) -> Silence:
    return Silence(
        id=row["silence_id"],
        matchers=tuple(read_matcher(text) for text in row["matchers"]),
        starts_at=from_epoch(row["starts_at"]),
        ends_at=from_epoch(row["ends_at"]),
        author=row["author"],
        comment=row["comment"],
        created_at=from_epoch(row["created_at"]),
        expired_at=None if row["expired_at"] is None else from_epoch(row["expired_at"]),
    )
