"""What every tool gives alike: the alarms of a run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple


class Alarm(NamedTuple):
    """An episode: it began with a live window, and goes on over those that follow at once without counting again."""

    window: int
    column: str
    about: str = ""


def episodes(alarming: Sequence[Collection[str]]) -> list[Alarm]:
    """The alarms of columns that were found to alarm window by window.

    >>> [tuple(alarm[:2]) for alarm in episodes([{"a"}, {"a", "b"}, set(), {"a"}])]
    [(0, 'a'), (1, 'b'), (3, 'a')]
    """
    found, before = [], frozenset[str]()
    for window, now in enumerate(map(frozenset, alarming)):
        found.extend(Alarm(window, column) for column in sorted(now - before))
        before = now
    return found


def delay(alarms: Iterable[Alarm], columns: Collection[str], at: int) -> int | None:
    """How many windows it takes from a change to the first alarm about it, the change's own counting as the first.

    >>> delay([Alarm(2, "a"), Alarm(6, "a"), Alarm(5, "b")], {"a"}, at=5)
    2
    """
    after = [alarm.window - at + 1 for alarm in alarms if alarm.column in columns and alarm.window >= at]
    return min(after, default=None)
