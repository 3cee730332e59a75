"""A column in one window, held against the reference."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboards import palette
from dashboards.charts.dress import dressed

SPECIAL_BINS = ("other", "unseen", "null")
MOST_BINS = 40
MOST_UPRIGHT_BINS = 14


def distribution(bins: pd.DataFrame) -> alt.Chart:
    """A column's shares per bin, reference beside current; null and unseen at the end."""
    shown = shown_bins(bins)
    long = shown.melt(["bin_label", "bin_order"], ["reference_share", "current_share"], "source", "share").dropna(
        subset="share"
    )
    long["source"] = long["source"].map({"reference_share": "Reference", "current_share": "This window"})
    upright = len(shown) <= MOST_UPRIGHT_BINS
    label_axis = alt.Axis(labelAngle=-35 if upright else 0, labelLimit=160, labelOverlap=False, ticks=False)
    sources = ["Reference", "This window"]
    colour = alt.Color(
        "source:N",
        sort=sources,
        title=None,
        scale=alt.Scale(domain=sources, range=[palette.REFERENCE, palette.CURRENT]),
        legend=alt.Legend(orient="top"),
    )
    tooltip = [
        alt.Tooltip("bin_label:N", title="Bin"),
        alt.Tooltip("source:N", title="Rows of"),
        alt.Tooltip("share:Q", title="Share", format=".2%"),
    ]
    order = list(shown["bin_label"])
    share_axis = alt.Axis(format="~%", tickCount=5, domain=False, ticks=False)
    bars = alt.Chart(long).mark_bar().encode(color=colour, tooltip=tooltip)
    if upright:
        drawn: alt.Chart = bars.encode(
            x=alt.X("bin_label:N", sort=order, title=None, axis=label_axis),
            xOffset=alt.XOffset("source:N", sort=sources),
            y=alt.Y("share:Q", title="share of rows", axis=share_axis),
        )
        return dressed(drawn, 300)
    lying: alt.Chart = bars.encode(
        y=alt.Y("bin_label:N", sort=order, title=None, axis=label_axis),
        yOffset=alt.YOffset("source:N", sort=sources),
        x=alt.X("share:Q", title="share of rows", axis=share_axis),
    )
    return dressed(lying, 20 * len(shown))


def shown_bins(bins: pd.DataFrame) -> pd.DataFrame:
    """The bins in order, special ones last; where there are very many, the small ones as one."""
    special = bins["bin_label"].isin(SPECIAL_BINS)
    ordered = bins.assign(special=special).sort_values(["special", "bin_order"])
    if len(ordered) <= MOST_BINS:
        return ordered.drop(columns="special").reset_index(drop=True)
    size = ordered[["reference_share", "current_share"]].max(axis=1).where(~ordered["special"], float("inf"))
    keep = size.rank(method="first", ascending=False) <= MOST_BINS - 1
    rest = ordered[~keep]
    merged = pd.DataFrame(
        {
            "bin_order": [int(ordered["bin_order"].max()) + 1],
            "bin_label": [f"{len(rest)} smaller ones"],
            "reference_share": [rest["reference_share"].sum()],
            "current_share": [rest["current_share"].sum()],
        }
    )
    return pd.concat([ordered[keep].drop(columns="special"), merged], ignore_index=True)
