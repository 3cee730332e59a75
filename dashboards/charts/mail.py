"""The dashboard's charts as pictures for mails and pages, white; for mails narrow, to be read on a telephone."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import vl_convert

from dashboards import palette, words
from dashboards.charts.distribution import distribution
from dashboards.charts.dress import AXIS, CONFIG, LEGEND
from dashboards.charts.over_time import metric_over_time

WIDTH = 440
WIDE = 900
HEIGHT = 210
SCALE = 2.0
FONT = "Liberation Sans"  # comes with the converter: the picture is the same on every machine
LETTERS = {"labelFontSize": 12, "titleFontSize": 12, "labelColor": palette.INK, "titleColor": palette.INK}
LOOK: dict[str, Any] = {
    **CONFIG,
    "font": FONT,
    "background": "#ffffff",
    "axis": {**AXIS, **LETTERS},
    "legend": {**LEGEND, **LETTERS},
}


def course_png(rows: pd.DataFrame, episodes: pd.DataFrame, metric: words.Metric) -> bytes:
    """A metric over time with its limit, and the time in which its alert fired."""
    return png(metric_over_time(rows, episodes, metric, height=HEIGHT))


def distribution_png(bins: pd.DataFrame) -> bytes:
    """A column in one window, held against the reference."""
    return png(distribution(bins))


def course_svg(rows: pd.DataFrame, episodes: pd.DataFrame, metric: words.Metric) -> str:
    """The same as a wide drawing that stands in a page."""
    spec = _spec(metric_over_time(rows, episodes, metric, height=HEIGHT), WIDE)
    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version=_version(), allowed_base_urls=[])
    return drawn


def png(chart: alt.Chart | alt.LayerChart) -> bytes:
    """A chart as a picture; nothing is fetched from anywhere."""
    spec = _spec(chart, WIDTH)
    drawn: bytes = vl_convert.vegalite_to_png(spec, vl_version=_version(), scale=SCALE, allowed_base_urls=[])
    return drawn


def _spec(chart: alt.Chart | alt.LayerChart, width: int) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict()
    spec |= {"width": width, "autosize": {"type": "fit", "contains": "padding"}}
    spec["config"] = LOOK
    spec["padding"] = {"left": 6, "right": 12, "top": 8, "bottom": 6}
    return spec


def _version() -> str:
    """The version of Vega-Lite that Altair writes: `6.4` of `v6.4.1`."""
    return ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
