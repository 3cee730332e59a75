"""What all charts have in common: fonts, grid, axes of time and of values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeVar

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboards import palette, words
from dashboards.charts.gaps import long_stretches, stretch_numbers, time_scale, usual_step

LIMITS = ("limit_low", "limit_high")
MOST_ROOM = 4  # times the values' own span: limits that lie further away are not drawn
SMALL = 200
SHORT_SECONDS = 3 * 86_400
LONG_SECONDS = 500 * 86_400

PADDING = {"left": 2, "right": 8, "top": 4, "bottom": 2}
AXIS: dict[str, str | int] = {
    "labelColor": palette.QUIET,
    "titleColor": palette.QUIET,
    "titleFontWeight": "normal",
    "gridColor": palette.GRID,
    "domainColor": palette.GRID,
    "tickColor": palette.GRID,
    "labelFontSize": 11,
    "titleFontSize": 11,
}
LEGEND: dict[str, str | int] = {
    "labelColor": palette.QUIET,
    "titleColor": palette.QUIET,
    "titleFontWeight": "normal",
    "labelFontSize": 11,
}
CONFIG = {
    "font": palette.FONT,
    "background": "transparent",
    "view": {"stroke": None},
    "axis": AXIS,
    "legend": LEGEND,
}

Drawn = TypeVar("Drawn", alt.Chart, alt.LayerChart)


def dressed(chart: Drawn, height: int) -> Drawn:
    """The chart in the fonts and colours of the house, as wide as its place."""
    drawn: Drawn = chart.properties(height=height, width="container", padding=PADDING, config=CONFIG)
    return drawn


def time_axis(epochs: pd.Series[int], *, small: bool, title: str) -> alt.X:
    """Event time in UTC. `at` is a number, milliseconds since the epoch, so that no zone can creep in."""
    first, last = int(epochs.min()), int(epochs.max())
    years = sorted({words.moment_of(end)[:4] for end in (first, last)})
    return alt.X(
        "at:T",
        title=None if small else f"{title}, UTC, {' to '.join(years)}",
        scale=time_scale(long_stretches(epochs)),
        axis=alt.Axis(
            grid=False,
            format=_time_format(last - first),
            values=[_date_time(end) for end in _ticks(epochs, 4 if small else 9)],
            labelOverlap=True,
            labelFlush=True,
        ),
    )


def _time_format(seconds: int) -> str:
    if seconds > LONG_SECONDS:  # a month would be there twice
        return "%b %Y"
    return "%b %d %H:%M" if seconds < SHORT_SECONDS else "%b %d"


def _ticks(epochs: pd.Series[int], count: int) -> list[int]:
    places = np.unique(np.linspace(0, epochs.nunique() - 1, count).round().astype(int))
    return [int(end) for end in np.sort(epochs.unique())[places]]


def _date_time(epoch: int) -> alt.DateTime:
    moment = datetime.fromtimestamp(epoch, UTC)
    return alt.DateTime(
        year=moment.year, month=moment.month, date=moment.day, hours=moment.hour, minutes=moment.minute, utc=True
    )


def value_axis(metric: words.Metric, *, ticks: int) -> alt.Axis:
    """Values in the format of their metric."""
    whole = alt.Undefined if metric.format != words.COUNT else 1  # or small counts would repeat their labels
    return alt.Axis(format=short_format(metric), tickCount=ticks, tickMinStep=whole, domain=False, ticks=False)


def short_format(metric: words.Metric) -> str:
    """The format of a metric without zeros at the end, for axes and legends."""
    return {words.NUMBER: "~g", words.SHARE: "~%"}.get(metric.format, metric.format)


def value_scale(rows: pd.DataFrame, metric: words.Metric) -> alt.Scale:
    """From the least to the largest of what is drawn, intervals included, and limits unless they would flatten it."""
    numbers = _finite(rows[["value", "lower", "upper"]])
    limits = _finite(rows[[*LIMITS]])
    if numbers.size:
        reach = MOST_ROOM * max(np.ptp(numbers), np.abs(numbers).max() / 2)
        limits = limits[np.abs(limits - np.median(numbers)) <= reach]
    numbers = np.concatenate([numbers, limits])
    if numbers.size == 0:
        return alt.Scale(domain=[0, 1])
    low, high = float(numbers.min()), float(numbers.max())
    if metric.has_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    room = (high - low or abs(high) or 1.0) * 0.08
    return alt.Scale(domain=[low if metric.has_zero and low == 0 else low - room, high + room], nice=False, zero=False)


def _finite(rows: pd.DataFrame) -> npt.NDArray[np.float64]:
    numbers: npt.NDArray[np.float64] = rows.to_numpy(dtype=float)
    return numbers[np.isfinite(numbers)]


def limit_band(rows: pd.DataFrame, time: alt.X, scale: alt.Scale) -> alt.Chart:
    """What lies within the limits; on a side without a limit it goes on to the edge."""
    low, high = scale.domain
    there = rows[rows[[*LIMITS]].notna().any(axis=1)]
    numbers = stretch_numbers(there["time_epoch"], usual_step(rows["time_epoch"]))
    band = pd.DataFrame(
        {
            "at": there["at"],
            "low": there["limit_low"].fillna(low),
            "high": there["limit_high"].fillna(high),
            "stretch": numbers,
        }
    )
    chart: alt.Chart = (
        alt.Chart(band)
        .mark_area(color=palette.QUIET, opacity=0.08, interpolate="step-before", clip=True)
        .encode(x=time, y=alt.Y("low:Q", scale=scale, title=None), y2="high:Q", detail="stretch:N")
    )
    return chart


def limit_line(rows: pd.DataFrame, side: str, time: alt.X, y: alt.Y) -> alt.Chart:
    """A limit where there is one; it may change from window to window, and says nothing where windows are missing."""
    limits = rows.loc[rows[side].notna(), ["time_epoch", "at", side]].rename(columns={side: "value"})
    numbers = stretch_numbers(limits["time_epoch"], usual_step(rows["time_epoch"]))
    limits = limits.assign(stretch=numbers)[["at", "value", "stretch"]]
    chart: alt.Chart = (
        alt.Chart(limits)
        .mark_line(color=palette.PAGE, strokeDash=[5, 4], strokeWidth=1.3, interpolate="step-before", clip=True)
        .encode(x=time, y=y, detail="stretch:N")
    )
    return chart
