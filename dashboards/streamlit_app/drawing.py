"""Puts charts on a page; one that was drawn before from the same data is not made anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt
import streamlit as st

Chart = alt.Chart | alt.LayerChart
Spec = dict[str, Any]  # Vega-Lite, as Altair writes it


def draw(chart: Callable[..., Chart], *data: object, key: str, **how: object) -> None:
    """Draw a chart of `dashboards.charts`."""
    st.vega_lite_chart(spec=_spec(chart, chart.__name__, data, how), theme=None, key=key)


def draw_to_pick(
    chart: Callable[..., Chart], *data: object, key: str, selection: str, pick: Callable[[Spec], None], **how: object
) -> None:
    """Draw a chart on which one can click; `pick` gets the fields of what was clicked."""

    def picked() -> None:
        found = st.session_state[key].selection.get(selection, [])
        if found:
            pick(found[0])

    st.vega_lite_chart(
        spec=_spec(chart, chart.__name__, data, how), theme=None, key=key, on_select=picked, selection_mode=selection
    )


@st.cache_data(show_spinner=False, max_entries=300)
def _spec(
    _chart: Callable[..., Chart],
    name: str,  # noqa: ARG001 - part of the cache's key, which a function cannot be
    data: tuple[object, ...],
    how: dict[str, object],
) -> Spec:
    # Altair refuses more than 5,000 rows by default, which a heat map of a year has
    with alt.data_transformers.enable("default", max_rows=None, consolidate_datasets=False):
        spec: Spec = _chart(*data, **how).to_dict()
    return spec
