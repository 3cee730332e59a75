"""Columns x windows: where it moved, and when."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

import altair as alt
import pandas as pd

from dashboards import palette, words
from dashboards.charts.dress import dressed, time_axis
from dashboards.charts.gaps import gap_bands

DRIFT_BOUNDS = (0.05, 0.1, 0.2, 0.3, 0.5)
QUALITY_BOUNDS = (0.005, 0.01, 0.05, 0.1, 0.3)
ROW_HEIGHT = 19
NO_LIMIT = ", no limit"
AROUND = 96  # legend above, axis below
LEGEND_ROW = 18


def heat_map(rows: pd.DataFrame, metric: words.Metric, *, chosen: tuple[str, int] | None = None) -> alt.LayerChart:
    """Columns x windows, the columns that moved most lately on top; the cell `chosen` (column, end) is framed.

    A click on a cell is the selection `cell`, with the fields `column_name` and `end`.
    """
    steps = heat_steps(rows, metric)
    cells = heat_cells(rows, metric, steps)
    legend = steps.legend
    rows_of_legend = -(-len(legend) // len(steps.names))
    height = ROW_HEIGHT * cells["column_name"].nunique() + AROUND + LEGEND_ROW * (rows_of_legend - 1)
    time = time_axis(rows["time_epoch"], small=False, title="window")
    names = alt.Y(
        "column_name:N",
        title=None,
        sort=columns_by_movement(rows),
        axis=alt.Axis(labelLimit=230, labelOverlap=False, labelFontSize=12, ticks=False, domain=False),
    )
    click = alt.selection_point(name="cell", fields=["column_name", "end"], on="click", empty=False)
    tooltip = [
        alt.Tooltip("column_name:N", title="Column"),
        alt.Tooltip("window:N", title="Window"),
        alt.Tooltip("shown:N", title=metric.title),
        alt.Tooltip("seen:N", title="Rows"),
    ]
    place = {"x": time, "x2": "until:T", "y": names, "tooltip": tooltip}
    with_value, without = cells[cells["value"].notna()], cells[cells["value"].isna()]
    colour = alt.Color(
        "size:N",
        title=steps.title,
        sort=list(steps.palette),
        scale=alt.Scale(domain=list(steps.palette), range=list(steps.palette.values())),
        legend=alt.Legend(
            values=legend,
            columns=len(steps.names),
            orient="top",
            symbolType="square",
            symbolSize=150,
            titleLimit=700,
            columnPadding=14,
        ),
    )
    layers = [
        *gap_bands(rows["time_epoch"], time),
        alt.Chart(without.drop(columns=["value", "size"])).mark_rect(color=palette.NO_VALUE).encode(**place),
        alt.Chart(with_value).mark_rect(cursor="pointer").encode(**place, color=colour).add_params(click),
    ]
    if chosen is not None:
        here = cells[(cells["column_name"] == chosen[0]) & (cells["end"] == chosen[1])]
        frame = alt.Chart(here).mark_rect(filled=False, stroke=palette.INK, strokeWidth=1.6)
        layers.append(frame.encode(**place))
    return dressed(alt.LayerChart(layer=layers), height)


def heat_cells(rows: pd.DataFrame, metric: words.Metric, steps: Steps) -> pd.DataFrame:
    """One cell for each column and window, as wide as the windows lie apart."""
    ends = rows["time_epoch"].drop_duplicates().sort_values()
    step = int(ends.diff().min()) if len(ends) > 1 else int(rows["window_seconds"].max())
    return pd.DataFrame(
        {
            "at": (rows["time_epoch"] - step) * 1000.0,
            "until": rows["time_epoch"] * 1000.0,
            "end": rows["time_epoch"],
            "column_name": rows["column_name"],
            "value": rows["value"],
            "size": [
                steps.name_of(abs(value), limit) if pd.notna(value) else None
                for value, limit in zip(rows["value"], rows["limit_high"], strict=True)
            ],
            "window": [
                words.window(end, seconds)
                for end, seconds in zip(rows["time_epoch"], rows["window_seconds"], strict=True)
            ],
            "shown": [
                words.number(value, metric.format) if pd.notna(value) else f"skipped: {reason}"
                for value, reason in zip(rows["value"], rows["reason"], strict=True)
            ],
            "seen": [f"{count:,}" for count in rows["rows"]],
        }
    ).reset_index(drop=True)


def columns_by_movement(rows: pd.DataFrame, *, lately: int = 7) -> list[str]:
    """Columns by their mean size over the last windows with a value, largest first; those without one last."""
    ends = rows.loc[rows["value"].notna(), "time_epoch"].drop_duplicates().nlargest(lately)
    recent = rows[rows["time_epoch"].isin(ends)].assign(size=lambda last: last["value"].abs())
    means = recent.groupby("column_name")["size"].mean()
    means = means.reindex(sorted(rows["column_name"].unique()))
    return [str(name) for name in means.sort_values(ascending=False, na_position="last", kind="stable").index]


@dataclass(frozen=True, slots=True)
class Steps:
    """Fixed classes of size, each with its name and colour; `bounds` lie between them.

    `limit` is the highest limit of any column. A column without one has classes of its own, which are blue;
    `free` says whether there is such a column.
    """

    bounds: tuple[float, ...]
    names: tuple[str, ...]
    colours: tuple[str, ...]
    title: str
    limit: float | None = None
    free: bool = False

    @property
    def legend(self) -> list[str]:
        """The classes that the legend shows: all of a limit, and below them the blues that only other columns reach."""
        beyond = self.names[len(palette.BELOW_LIMIT) :] if self.limit is not None and self.free else ()
        return [*self.names, *(f"{name}{NO_LIMIT}" for name in beyond)]

    @property
    def palette(self) -> dict[str, str]:
        """Every class and its colour."""
        unlimited = {f"{name}{NO_LIMIT}": colour for name, colour in zip(self.names, palette.NO_LIMIT, strict=True)}
        return {**dict(zip(self.names, self.colours, strict=True)), **unlimited}

    def name_of(self, size: float, limit: float | None = None) -> str:
        """The class of a value; one that stands on a bound belongs below it, as a limit is not passed there.

        A column whose own limit is lower passes it as early as that says.
        """
        if self.limit is None:
            return self.names[bisect_left(self.bounds, size)]
        if limit is None or math.isnan(limit):
            return self.names[bisect_left(self.bounds, size)] + NO_LIMIT
        stretch = self.limit / limit if limit > 0 else 1.0
        return self.names[bisect_left(self.bounds, size * stretch)]


def heat_steps(rows: pd.DataFrame, metric: words.Metric) -> Steps:
    """Up to the limit blue, beyond it orange; without a limit blue alone."""
    highest, free = rows["limit_high"].max(), _has_column_without_limit(rows)
    limit = float(highest) if pd.notna(highest) and highest > 0 else None
    if limit is None:
        bounds: tuple[float, ...] = QUALITY_BOUNDS if metric.family == "quality" else DRIFT_BOUNDS
        colours, title = palette.NO_LIMIT, metric.title
    else:
        bounds = tuple(limit * part for part in (0.25, 0.5, 1.0, 1.5, 3.0))
        colours = (*palette.BELOW_LIMIT, *palette.ABOVE_LIMIT)
        others = "; columns without a limit stay blue" if free else ""
        title = f"{metric.title}: blue up to the limit of {words.number(limit, metric.format)}, orange beyond{others}"
    texts = [f"{bound:.3g}" if metric.format != words.SHARE else f"{bound * 100:.3g}%" for bound in bounds]
    between = [f"{low} to {high}" for low, high in pairwise(texts)]
    return Steps(bounds, (f"up to {texts[0]}", *between, f"over {texts[-1]}"), colours, title, limit, free)


def _has_column_without_limit(rows: pd.DataFrame) -> bool:
    """Whether a value has no limit; a skipped window may have none and shows no class."""
    return bool((rows["limit_high"].isna() & rows["value"].notna()).any())
