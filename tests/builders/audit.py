"""The ledger audit: everything that was to be told was told, once, in order, and nothing else was."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from builders.http_receiver import Got

from alerts.evaluate import replay
from alerts.reading import Reading
from alerts.rule import Rule
from alerts.state import AlertState
from monitor.store.alerts import StoredHistory
from monitor.store.tables import ALERT_EVENT, NOTIFICATION, OUTBOX
from monitor.window import EPOCH

ENDED = {"done", "skipped", "failed"}


@dataclass(frozen=True)
class Ledger:
    """What the audit found; all empty or nought where everything is as it must be."""

    lost: int
    doubled: int
    false_resolves: int
    faults: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        return self == Ledger(0, 0, 0, ())


def audit(
    store: sa.Engine,
    got: Sequence[Got],
    *,
    receivers: Iterable[str],
    rules: Sequence[Rule] = (),
    readings: Sequence[Reading] = (),
) -> Ledger:
    """Hold the store against what the receivers got; `readings` are all that there were, in the order of time."""
    with store.begin() as connection:
        events = connection.execute(sa.select(ALERT_EVENT).order_by(ALERT_EVENT.c.number)).all()
        entries = connection.execute(sa.select(OUTBOX)).all()
        messages = connection.execute(sa.select(NOTIFICATION)).all()
        states = {
            identity: state
            for model in {reading.model for reading in readings}
            for identity, state in StoredHistory(connection, EPOCH).states(model).items()
        }
    faults = [*_courses(events), *_entries(entries), *_messages(messages, got)]
    if readings and _seen(replay(rules, readings)) != _seen(states):
        faults.append("the states are not those of a replay")
    told = [event for event in events if _fires(event) or _resolves(event)]
    planned = {(entry.event_id, entry.receiver) for entry in entries}
    lost = sum((event.event_id, receiver) not in planned for event in told for receiver in receivers)
    arrived = {one.headers["Idempotency-Key"] for one in got}
    keys = {message.notification_id: message.dedup_key for message in messages}
    lost += sum(entry.status == "done" and keys[entry.notification_id] not in arrived for entry in entries)
    return Ledger(lost, _doubled(got), _false_resolves(events, got), tuple(faults))


def bodies(got: Iterable[Got]) -> dict[str, dict[str, object]]:
    """What was received, by key; the same key may come again, with the same words."""
    found: dict[str, dict[str, object]] = {}
    for one in got:
        body = json.loads(one.body)
        key = one.headers["Idempotency-Key"]
        if found.setdefault(key, body) != body:
            raise AssertionError(f"the key {key} came with other words")
    return found


def _fires(event: sa.Row[tuple[object, ...]]) -> bool:
    return event.to_state == "firing" and event.from_state != "recovering"


def _resolves(event: sa.Row[tuple[object, ...]]) -> bool:
    return event.to_state == "inactive" and event.from_state in ("firing", "recovering")


def _courses(events: Iterable[sa.Row[tuple[object, ...]]]) -> Iterable[str]:
    """Of each alert the numbers are gapless, and FIRING and RESOLVED alternate."""
    of_alert = defaultdict(list)
    for event in events:
        of_alert[event.fingerprint].append(event)
    for fingerprint, course in of_alert.items():
        if [event.number for event in course] != list(range(1, len(course) + 1)):
            yield f"{fingerprint[:8]}: the numbers of its events have gaps"
        turns = [_fires(event) for event in course if _fires(event) or _resolves(event)]
        if turns != [place % 2 == 0 for place in range(len(turns))]:
            yield f"{fingerprint[:8]}: firing and resolved do not alternate"


def _entries(entries: Iterable[sa.Row[tuple[object, ...]]]) -> Iterable[str]:
    statuses = Counter(entry.status for entry in entries)
    if unended := {status: count for status, count in statuses.items() if status not in ENDED}:
        yield f"entries that have not ended: {unended}"


def _messages(messages: Iterable[sa.Row[tuple[object, ...]]], got: Sequence[Got]) -> Iterable[str]:
    known = {message.dedup_key for message in messages}
    if strange := {one.headers["Idempotency-Key"] for one in got} - known:
        yield f"{len(strange)} keys arrived that nobody knows"
    for message in messages:
        if message.lease_until is not None:
            yield f"message {message.notification_id} is still claimed"
        if message.status == "planned":
            yield f"message {message.notification_id} still waits"
    yield from _order(got)


def _order(got: Sequence[Got]) -> Iterable[str]:
    """Nothing is resolved to somebody who then hears that the same episode fires."""
    over: set[tuple[str, str, str]] = set()
    seen: set[str] = set()
    for one in got:
        key, body = one.headers["Idempotency-Key"], json.loads(one.body)
        for alert in body["alerts"]:
            episode = (one.path, alert["fingerprint"], alert["startsAt"])
            if alert["status"] == "resolved":
                over.add(episode)
            elif episode in over and key not in seen:
                yield f"{alert['labels']['alertname']} fires after it was resolved"
        seen.add(key)


def _doubled(got: Iterable[Got]) -> int:
    """How often an end was told under more than one key."""
    ends: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for one in got:
        for alert in json.loads(one.body)["alerts"]:
            if alert["status"] == "resolved":
                ends[one.path, alert["fingerprint"], alert["startsAt"]].add(one.headers["Idempotency-Key"])
    return sum(len(keys) - 1 for keys in ends.values())


def _false_resolves(events: Iterable[sa.Row[tuple[object, ...]]], got: Iterable[Got]) -> int:
    """How many ends were told of alerts that had none."""
    ended = Counter(event.fingerprint for event in events if _resolves(event))
    told = {
        (alert["fingerprint"], alert["startsAt"])
        for one in got
        for alert in json.loads(one.body)["alerts"]
        if alert["status"] == "resolved"
    }
    return sum(max(0, count - ended[fingerprint]) for fingerprint, count in Counter(f for f, _ in told).items())


def _seen(states: Mapping[object, AlertState]) -> dict[object, tuple[object, ...]]:
    """What a replay can know of an alert."""
    return {
        identity: (state.state, state.episode, state.events, state.last_window_end, state.value)
        for identity, state in states.items()
    }
