"""What a tool's alarms over many runs amount to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import median

from bench.truth.alarm import Alarm, delay
from bench.truth.intervals import Interval, rate, share

SOON = 2  # windows


@dataclass(frozen=True, slots=True)
class Tally:
    """False alarms a month of a model, and of a change the share that is found soon and the usual delay.

    The delay is in windows, and that of a change that half of the runs never see is None; `months` is how long all
    runs together could alarm falsely.
    """

    false_alarms: Interval
    months: float
    found: Interval | None = None
    delay: float | None = None


def quiet(runs: Sequence[Sequence[Alarm]], months: float) -> Tally:
    """Of a model of which nothing changes: every alarm is false."""
    return Tally(rate([len(alarms) for alarms in runs], months * len(runs)), months * len(runs))


def changed(
    runs: Sequence[Sequence[Alarm]], columns: Collection[str], at: int, months: float, within: int = SOON
) -> Tally:
    """Of a model of which something changes at a window: alarms about it are right from then on, all others false."""
    false = [sum(alarm.column not in columns or alarm.window < at for alarm in alarms) for alarms in runs]
    delays = [delay(alarms, columns, at) for alarms in runs]
    soon = sum(one is not None and one <= within for one in delays)
    usual = median(float("inf") if one is None else one for one in delays)
    return Tally(
        rate(false, months * len(runs)),
        months * len(runs),
        share(soon, len(runs)),
        None if usual == float("inf") else usual,
    )
