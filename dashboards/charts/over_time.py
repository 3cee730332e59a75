"""A metric over time, with all that is known about it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import altair as alt
import pandas as pd

from dashboards import palette, words
from dashboards.charts.dress import LIMITS, SMALL, dressed, limit_band, limit_line, time_axis, value_axis, value_scale
from dashboards.charts.gaps import gap_bands, stretch_numbers, usual_step

MOST_DOTS = 100
Row = Mapping[Hashable, Any]

TEXTS = ["window", "shown", "interval", "limit", "seen"]
LINE_COLUMNS = ["at", "end", "value", "lower", "upper", "stretch", "version", *TEXTS]
SPAN_COLUMNS = ["at", "until", "severity", "alert", "reason", "lasts"]


def metric_over_time(
    rows: pd.DataFrame,
    episodes: pd.DataFrame,
    metric: words.Metric,
    *,
    height: int = 300,
    chosen_end: int | None = None,
) -> alt.LayerChart:
    """A metric with its interval, limits, skipped windows, and the time in which alerts fired.

    A click on a window is the selection `window`, with the field `end`.
    """
    points, spans = line_points(rows, metric), firing_spans(episodes, rows)
    time = time_axis(rows["time_epoch"], small=height < SMALL, title="end of window")
    scale = value_scale(rows, metric)
    y = alt.Y("value:Q", title=None, scale=scale, axis=value_axis(metric, ticks=4 if height < SMALL else 6))
    base = alt.Chart(points)
    layers = [
        base.mark_line(
            color=palette.CURRENT, strokeWidth=1.8, point={"size": 16 if len(points) <= MOST_DOTS else 3}
        ).encode(x=time, y=y, detail="stretch:N", **_by_version(points)),
        _hover(base, time, y),
    ]
    if points["lower"].notna().any():
        layers.insert(0, _interval(points, time, scale))
    placed = rows.assign(at=rows["time_epoch"] * 1000.0)
    if rows[[*LIMITS]].notna().any(axis=None):
        layers.insert(0, limit_band(placed, time, scale))
    layers[:0] = [limit_line(placed, side, time, y) for side in LIMITS if rows[side].notna().any()]
    if not spans.empty:
        layers.insert(0, _firing(spans, time))
    layers[:0] = gap_bands(rows["time_epoch"], time)
    if rows["value"].isna().any():
        layers.append(_skipped(rows, time))
    if chosen_end is not None:
        layers.append(_chosen(chosen_end, time))
    chart: alt.LayerChart = alt.LayerChart(layer=layers).resolve_scale(color="independent")
    return dressed(chart, height)


def line_points(rows: pd.DataFrame, metric: words.Metric) -> pd.DataFrame:
    """The windows with a value. A new `stretch` begins after one without or a gap, so that no line bridges it."""
    step = usual_step(rows["time_epoch"])
    skipped = rows["value"].isna().groupby(rows["version"]).cumsum().astype(int)
    missing = rows.groupby("version")["time_epoch"].transform(stretch_numbers, step)
    series = rows.assign(stretch=skipped + missing)
    found = series[series["value"].notna()]
    shown = [_point_text(row, metric) for row in found.to_dict("records")]
    texts = pd.DataFrame(shown, columns=TEXTS, index=found.index)
    drawn = found.assign(at=found["time_epoch"] * 1000.0, end=found["time_epoch"]).join(texts)
    return drawn[LINE_COLUMNS].reset_index(drop=True)


def _point_text(row: Row, metric: words.Metric) -> tuple[str, str, str, str, str]:
    def number(name: str) -> str:
        return words.number(row[name], metric.format)

    limits = [
        f"{side} {number(name)}"
        for name, side in zip(LIMITS, ("below", "above"), strict=True)
        if not pd.isna(row[name])
    ]
    coverage = row["target_coverage"]
    targets: str = "" if pd.isna(coverage) else f", {coverage:.0%} with a target"
    return (
        words.window(row["time_epoch"], row["window_seconds"]),
        number("value"),
        "none" if pd.isna(row["lower"]) else f"{number('lower')} to {number('upper')}",
        " or ".join(limits) or "none",
        f"{row['rows']:,}{targets}",
    )


def firing_spans(episodes: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The stretches to shade, cut to the time that is drawn; what still lasts goes on to its end."""
    if rows.empty or episodes.empty:
        return pd.DataFrame({name: [] for name in SPAN_COLUMNS})
    first, last = int(rows["time_epoch"].min()), int(rows["time_epoch"].max())
    seen = episodes[(episodes["end"].fillna(last) >= first) & (episodes["start"] <= last)]
    lasts = [
        f"{words.moment_of(int(start))} to {'now' if pd.isna(end) else words.moment_of(int(end))}"
        for start, end in zip(seen["start"], seen["end"], strict=True)
    ]
    cut = seen.assign(
        at=seen["start"].clip(lower=first) * 1000.0,
        until=seen["end"].fillna(last).astype("int64").clip(upper=last) * 1000.0,
        lasts=lasts,
    )
    return cut[SPAN_COLUMNS].reset_index(drop=True)


def _firing(spans: pd.DataFrame, time: alt.X) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(spans)
        .mark_rect(opacity=0.16)
        .encode(
            x=time,
            x2="until:T",
            color=alt.Color(
                "severity:N",
                scale=alt.Scale(domain=["page", "ticket"], range=[palette.PAGE, palette.TICKET]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("alert:N", title="Alert"),
                alt.Tooltip("severity:N", title="Severity"),
                alt.Tooltip("lasts:N", title="Firing"),
                alt.Tooltip("reason:N", title="Because"),
            ],
        )
    )
    return chart


def _interval(points: pd.DataFrame, time: alt.X, scale: alt.Scale) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(points[points["lower"].notna() & points["upper"].notna()])
        .mark_area(opacity=0.18, color=palette.CURRENT)
        .encode(
            x=time,
            y=alt.Y("lower:Q", scale=scale, title=None),
            y2="upper:Q",
            detail=["stretch:N", "version:N"],
        )
    )
    return chart


def _by_version(points: pd.DataFrame) -> dict[str, alt.Color]:
    if points["version"].nunique() < 2:
        return {}
    return {"color": alt.Color("version:N", title="Version", legend=alt.Legend(orient="top"))}


def _skipped(rows: pd.DataFrame, time: alt.X) -> alt.Chart:
    without = rows[rows["value"].isna()]
    marks = pd.DataFrame(
        {
            "at": without["time_epoch"] * 1000.0,
            "window": [
                words.window(end, seconds)
                for end, seconds in zip(without["time_epoch"], without["window_seconds"], strict=True)
            ],
            "reason": without["reason"],
        }
    )
    chart: alt.Chart = (
        alt.Chart(marks)
        .mark_point(shape="cross", size=36, angle=45, filled=True, color=palette.QUIET, opacity=1)
        .encode(
            x=time,
            y=alt.value(alt.ExprRef("height - 7")),
            tooltip=[alt.Tooltip("window:N", title="Skipped window"), alt.Tooltip("reason:N", title="Because")],
        )
    )
    return chart


def _hover(base: alt.Chart, time: alt.X, y: alt.Y) -> alt.Chart:
    click = alt.selection_point(name="window", fields=["end"], on="click", empty=False)
    chart: alt.Chart = (
        base.mark_point(size=180, opacity=0, filled=True, cursor="pointer")
        .encode(
            x=time,
            y=y,
            tooltip=[
                alt.Tooltip("window:N", title="Window"),
                alt.Tooltip("shown:N", title="Value"),
                alt.Tooltip("interval:N", title="95 % interval"),
                alt.Tooltip("limit:N", title="Limit"),
                alt.Tooltip("seen:N", title="Rows"),
            ],
        )
        .add_params(click)
    )
    return chart


def _chosen(end: int, time: alt.X) -> alt.Chart:
    moment = pd.DataFrame({"at": [end * 1000.0]})
    chart: alt.Chart = alt.Chart(moment).mark_rule(color=palette.INK, strokeWidth=1).encode(x=time)
    return chart
