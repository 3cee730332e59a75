"""One column in one window: its distribution against the reference, and all its metrics."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, queries, words
from dashboards.streamlit_app.drawing import draw
from dashboards.streamlit_app.model_sections import chosen_column
from dashboards.streamlit_app.source import ask
from dashboards.streamlit_app.view import View

TABLE = ["Metric", "Value", "95 % interval", "Limit", "Note"]
SIDES = {"limit_low": "below", "limit_high": "above"}


def show(view: View) -> None:
    """The column and the window that the URL names."""
    columns = view.columns()
    if not columns:
        return
    column = chosen_column(view)
    st.subheader(f"Column {words.plain(column)}", anchor=False)
    st.caption(words.plain(f"{words.window(view.chosen_end, view.window_seconds)}, against the reference"))
    shares, numbers = st.columns(2, gap="medium")
    with shares:
        _distribution(view, column)
    with numbers:
        _metrics(view, column)


def _distribution(view: View, column: str) -> None:
    bins = ask(queries.distribution(view.model, view.window_seconds, column, view.chosen_end))
    if bins.empty:
        st.info("No distribution was kept for this column and window.")
        return
    draw(charts.distribution, bins, key="distribution")


def _metrics(view: View, column: str) -> None:
    rows = ask(queries.metrics_in_window(view.model, view.window_seconds, column, view.chosen_end))
    if rows.empty:
        st.info("Nothing was measured for this column in this window.")
        return
    rows = rows.sort_values("metric", key=lambda names: names.map(lambda name: words.ORDER.get(name, len(words.ORDER))))
    lines = pd.DataFrame([_line(row) for row in rows.to_dict("records")], columns=TABLE)
    # not a data frame, which would cut the notes
    st.table(lines.loc[:, (lines != "").any()], border="horizontal", hide_index=True)


def _line(row: Mapping[Hashable, Any]) -> tuple[str, str, str, str, str]:
    metric = words.metric(row["metric"], of_column=True)

    def number(name: str) -> str:
        return "" if pd.isna(row[name]) else words.number(row[name], metric.format)

    return (
        words.plain(metric.title),
        number("value"),
        f"{number('lower')} to {number('upper')}" if number("lower") else "",
        " ".join(f"{side} {number(name)}" for name, side in SIDES.items() if number(name)),
        words.plain(row["reason"]),
    )
