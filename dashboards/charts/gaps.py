"""Where windows are missing: no line goes across, and what is long takes little room."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import altair as alt
import pandas as pd

from dashboards import palette, words

MOST_STEPS = 1.5
LONG_SHARE = 0.25  # of all windows that are drawn
LONG_STEPS = 10
GAP_WIDTH = 0.04  # of the chart's width


@dataclass(frozen=True, slots=True)
class Stretch:
    """Windows that follow each other, from the start of the first to the end of the last, in epoch seconds."""

    start: int
    end: int


def usual_step(epochs: pd.Series[int]) -> int:
    """How far the ends of windows lie apart, in seconds; 0 if there is only one.

    >>> usual_step(pd.Series([10, 20, 20, 30, 900]))
    10
    """
    steps = epochs.drop_duplicates().sort_values().diff().dropna()
    return 0 if steps.empty else int(steps.median())


def stretch_numbers(epochs: pd.Series[int], step: int) -> pd.Series[int]:
    """A number for each window, in order of time, that grows where windows are missing before it.

    >>> list(stretch_numbers(pd.Series([10, 20, 50, 60]), step=10))
    [0, 0, 1, 1]
    """
    return (epochs.diff() > MOST_STEPS * step).cumsum().astype(int)


def long_stretches(epochs: pd.Series[int]) -> list[Stretch]:
    """The stretches between which so many windows are missing that the gap is drawn short.

    >>> long_stretches(pd.Series([*range(10, 50, 10), 900, 910]))
    [Stretch(start=0, end=40), Stretch(start=890, end=910)]
    """
    ends, step = epochs.drop_duplicates().sort_values(), usual_step(epochs)
    longest = step * (1 + max(LONG_STEPS, LONG_SHARE * len(ends)))
    numbers = (ends.diff() > longest).cumsum()
    return [Stretch(int(part.min()) - step, int(part.max())) for _, part in ends.groupby(numbers)]


def has_long_gap(epochs: pd.Series[int]) -> bool:
    """Whether some time is drawn short."""
    return len(long_stretches(epochs)) > 1


def time_scale(stretches: list[Stretch]) -> alt.Scale:
    """Time in UTC; long gaps are as narrow as each other, everything else is true to scale."""
    if len(stretches) < 2:
        return alt.Scale(type="utc", nice=False)
    drawn = sum(part.end - part.start for part in stretches)
    room = 1 - GAP_WIDTH * (len(stretches) - 1)
    domain, places, place = [], [], 0.0
    for part in stretches:
        domain += [part.start * 1000, part.end * 1000]
        places += [place, place + room * (part.end - part.start) / drawn]
        place = places[-1] + GAP_WIDTH
    # Vega-Lite cuts a list of moments down to its two ends; an expression it leaves as it is.
    return alt.Scale(
        type="utc",
        nice=False,
        domain=alt.ExprRef(str(domain)),
        range=[alt.ExprRef(f"width * {place:.6f}") for place in places],
    )


def gap_bands(epochs: pd.Series[int], time: alt.X) -> list[alt.Chart]:
    """An empty band with dashed edges in place of each long gap, if there is any."""
    stretches = long_stretches(epochs)
    if len(stretches) == 1:
        return []
    gaps = pd.DataFrame(
        {
            "at": [part.end * 1000.0 for part in stretches[:-1]],
            "until": [part.start * 1000.0 for part in stretches[1:]],
            "missing": [
                f"{words.moment_of(before.end)} to {words.moment_of(after.start)}, drawn short"
                for before, after in pairwise(stretches)
            ],
        }
    )
    band: alt.Chart = (
        alt.Chart(gaps)
        .mark_rect(fill=palette.EMPTY, stroke=palette.REFERENCE, strokeDash=[2, 3], strokeWidth=1)
        .encode(x=time, x2="until:T", tooltip=[alt.Tooltip("missing:N", title="No windows")])
    )
    return [band]
