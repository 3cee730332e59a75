"""What a group of alerts has to say now: pure, so that it can be tried without a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from alerts.content import last_of
from alerts.notification import Receiver
from alerts.state import AlertEvent

EntryStatus = Literal["planned", "filed", "done", "skipped", "failed"]

NOT_WANTED = "the receiver is not told of what is over"
OVER = "it was over before it was told"
NEVER_ARRIVED = "the message that it fires did not arrive"

Suppressed = Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """An event and a receiver that has to be told of it; `reason` says what held it back."""

    id: int
    event: AlertEvent
    status: EntryStatus
    reason: str = ""


@dataclass(slots=True)
class Flush:
    """What becomes of a group's entries.

    `firing` and `resolved` are the events that the message tells of, none where there is nothing new; `filed` the
    entries that are told with it, `over` those of episodes that are over and done with. `reasons` are why entries are
    `skipped`, or held back for now.
    """

    firing: list[AlertEvent] = field(default_factory=list)
    resolved: list[AlertEvent] = field(default_factory=list)
    filed: list[int] = field(default_factory=list)
    skipped: dict[int, str] = field(default_factory=dict)
    held: dict[int, str] = field(default_factory=dict)
    over: list[int] = field(default_factory=list)
    goes_on: bool = False


def flushed(
    entries: Iterable[Entry], receiver: Receiver, suppressed: Suppressed, *, is_repeat: bool, is_retry: bool = False
) -> Flush:
    """What a group says, of the entries that are planned and those of episodes that go on.

    What fires and is suppressed is held back until it is let go or over. A resolve is told to whoever was told of the
    firing, suppressed or not: a page that was opened has to be closed. What began and ended before anybody was told is
    told once, as over; of several such episodes of an alert the last one speaks for all. `is_repeat` has it say again
    what still fires, though nothing is new, `is_retry` what fires and could not be delivered.
    """
    flush = Flush()
    still: list[AlertEvent] = []
    unheard: dict[str, list[AlertEvent]] = {}
    for firing, resolve in _episodes(entries):
        if resolve is not None:
            _end(flush, firing, resolve, receiver, suppressed, unheard)
        elif firing is not None:
            _go_on(flush, firing, suppressed, still, is_retry=is_retry or is_repeat)
    flush.resolved += [last_of(ends) for ends in unheard.values()]
    if flush.filed or (is_repeat and still):
        flush.firing += still
    return flush


def _episodes(entries: Iterable[Entry]) -> Sequence[tuple[Entry | None, Entry | None]]:
    """The entry of the firing and that of the resolve of each episode, in the order in which they were planned."""
    found: dict[tuple[str, int], list[Entry | None]] = {}
    for entry in sorted(entries, key=lambda entry: entry.id):
        pair = found.setdefault((entry.event.identity.fingerprint, entry.event.episode), [None, None])
        pair[entry.event.resolves] = entry
    return [(firing, resolve) for firing, resolve in found.values()]


def _go_on(flush: Flush, firing: Entry, suppressed: Suppressed, still: list[AlertEvent], *, is_retry: bool) -> None:
    flush.goes_on = True
    reason = suppressed(firing.event.labels)
    is_news = firing.status == "planned" or (firing.status == "failed" and is_retry)
    if reason:
        if firing.status == "planned":
            flush.held[firing.id] = reason
    elif is_news:
        flush.filed.append(firing.id)
        flush.firing.append(firing.event)
    elif firing.status != "failed":
        still.append(firing.event)


def _end(
    flush: Flush,
    firing: Entry | None,
    resolve: Entry,
    receiver: Receiver,
    suppressed: Suppressed,
    unheard: dict[str, list[AlertEvent]],
) -> None:
    if firing is not None:
        flush.over.append(firing.id)
    if resolve.status != "planned":
        return
    untold = [entry.id for entry in (firing, resolve) if entry is not None and entry.status == "planned"]
    reason = _why_not(firing, resolve, receiver, suppressed)
    if reason:
        flush.skipped.update(dict.fromkeys(untold, reason))
        return
    flush.filed += untold
    was_told = resolve.id in untold and len(untold) == 1
    ends = flush.resolved if was_told else unheard.setdefault(resolve.event.identity.fingerprint, [])
    ends.append(resolve.event)


def _why_not(firing: Entry | None, resolve: Entry, receiver: Receiver, suppressed: Suppressed) -> str:
    """Why the end of an episode is not told; empty where it is."""
    if firing is None or firing.status == "failed":
        return NEVER_ARRIVED
    if firing.status == "planned":
        if reason := suppressed(resolve.event.labels) or firing.reason:
            return reason
        return "" if receiver.send_resolved else OVER
    return "" if receiver.send_resolved else NOT_WANTED
