"""A small line for a row of a list."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from dashboards import palette, words
from dashboards.charts.dress import LIMITS, dressed, limit_line, value_scale
from dashboards.charts.gaps import stretch_numbers, usual_step


def sparkline(rows: pd.DataFrame, *, height: int = 46) -> alt.LayerChart:
    """A small line without axes, the limit dashed; columns time_epoch, value, limit_low, limit_high.

    Windows stand side by side whatever time lies between them; where some are missing, the line is broken.
    """
    missing = stretch_numbers(rows["time_epoch"], usual_step(rows["time_epoch"]))
    placed = rows.assign(at=np.arange(len(rows)) + missing, stretch=rows["value"].isna().cumsum() + missing)
    points = placed.loc[placed["value"].notna(), ["at", "value", "stretch"]]
    metric = words.Metric("", "performance")
    places = [0, max(int(placed["at"].max()), 1)]
    time = alt.X("at:Q", scale=alt.Scale(domain=places, nice=False, zero=False), axis=None)
    scale = value_scale(rows.reindex(columns=["value", "lower", "upper", *LIMITS]), metric)
    y = alt.Y("value:Q", scale=scale, axis=None)
    line = alt.Chart(points).mark_line(color=palette.CURRENT, strokeWidth=1.6).encode(x=time, y=y, detail="stretch:N")
    last = (
        alt.Chart(points.tail(1)).mark_point(filled=True, size=34, color=palette.CURRENT, opacity=1).encode(x=time, y=y)
    )
    limits = [limit_line(placed, side, time, y) for side in LIMITS if rows[side].notna().any()]
    return dressed(alt.LayerChart(layer=[*limits, line, last]), height)
