"""A small line for a row of a list."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboards import palette, words
from dashboards.charts.dress import LIMITS, dressed, limit_line, value_scale


def sparkline(rows: pd.DataFrame, *, height: int = 46) -> alt.LayerChart:
    """A small line without axes, the limit dashed; columns time_epoch, value, limit_low, limit_high."""
    points = rows.assign(at=rows["time_epoch"] * 1000.0, stretch=rows["value"].isna().cumsum())
    points = points.loc[points["value"].notna(), ["at", "value", "stretch"]]
    metric = words.Metric("", "performance")
    time = alt.X("at:T", scale=alt.Scale(type="utc"), axis=None)
    scale = value_scale(rows.reindex(columns=["value", "lower", "upper", *LIMITS]), metric)
    y = alt.Y("value:Q", scale=scale, axis=None)
    line = alt.Chart(points).mark_line(color=palette.CURRENT, strokeWidth=1.6).encode(x=time, y=y, detail="stretch:N")
    last = (
        alt.Chart(points.tail(1)).mark_point(filled=True, size=34, color=palette.CURRENT, opacity=1).encode(x=time, y=y)
    )
    limits = [limit_line(rows, side, time, y) for side in LIMITS if rows[side].notna().any()]
    return dressed(alt.LayerChart(layer=[*limits, line, last]), height)
