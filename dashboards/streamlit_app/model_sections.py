"""The parts of the model page: the metric in focus, performance, drift, data quality."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import charts, queries, words
from dashboards.streamlit_app.drawing import draw, draw_to_pick
from dashboards.streamlit_app.place import from_link, go, select, unknown_in_link
from dashboards.streamlit_app.source import ask
from dashboards.streamlit_app.view import View

SMALL = 120
PER_ROW = 3
WINDOWS_TO_CHOOSE = 400


def focus(view: View) -> None:
    """One metric, large; the link of a notification leads here."""
    names = _metrics(view)
    default = next((name for name in words.HEADLINES if name in names), names[0])
    _say_what_is_missing(("metric", names), ("column", view.columns()), ("end", [words.iso(end) for end in view.ends]))
    of_metric, of_column, of_window = st.columns([2.4, 2, 2.2])
    with of_metric:
        metric = select("Metric", "metric", names, default, say=lambda name: _title(view, name))
    with of_column:
        picked = select("Column", "column", view.columns(), chosen_column(view)) if view.columns() else ""
    with of_window:
        _choose_end(view)
    column = picked if view.is_of_columns(metric) else ""
    rows = ask(
        queries.metric_of_column(view.model, view.window_seconds, metric, column, since=view.since, until=view.until)
    )
    shown = words.metric(metric, of_column=bool(column))
    _sentence(view, rows, shown, column)
    if rows.empty:
        st.info(f"{shown.title} is not measured for {words.plain(column)}.")
        return
    draw_to_pick(
        charts.metric_over_time, rows, view.episodes_of(metric, column), shown, chosen_end=view.chosen_end,
        key="focus", selection="window", pick=lambda point: go(end=words.iso(int(point["end"]))),
    )  # fmt: skip
    short = " Between dashed edges no window was measured, and time is drawn short."
    st.caption(
        "Line: value, band: 95 % interval, dashes and grey: within limits, shaded: an alert was firing,"
        " crosses: skipped windows. A click on a point chooses its window."
        + (short if charts.has_long_gap(rows["time_epoch"]) else "")
    )


def _say_what_is_missing(*choices: tuple[str, list[str]]) -> None:
    for name, options in choices:
        wanted = unknown_in_link(name, options)
        if wanted:
            st.info(f"The link asks for the {name} {words.plain(wanted)}, which is not measured here.")


def _choose_end(view: View) -> None:
    ends = sorted({*view.ends[-WINDOWS_TO_CHOOSE:], view.chosen_end}, reverse=True)
    select(
        "Window", "end", [words.iso(end) for end in ends], words.iso(view.chosen_end),
        say=lambda end: words.window(words.epoch(end) or 0, view.window_seconds),
    )  # fmt: skip


def chosen_column(view: View) -> str:
    """The column that the URL names, else the one that moved most lately."""
    columns = view.columns()
    return from_link("column", columns, _moved_most(view) or (columns[0] if columns else ""))


def performance(view: View) -> None:
    """Every performance metric, small, side by side."""
    names = view.metrics("performance", of_columns=False)
    st.subheader("Performance", anchor=False)
    if not names:
        st.caption("No performance is measured: the model has no targets, or the configuration asks for none.")
        return
    _grid(view, names, _of_model(view))


def drift(view: View) -> None:
    """Columns x windows for one drift metric."""
    st.subheader("Drift", anchor=False)
    names = view.metrics("drift", of_columns=True)
    if not names:
        st.caption("No drift is measured for this model.")
        return
    _heat(view, names, "drift", "Drift metric")


def quality(view: View) -> None:
    """Rows, duplicates, target coverage; nulls and the like column by column."""
    st.subheader("Data quality", anchor=False)
    rows = pd.concat([_of_model(view), _coverage(view)], ignore_index=True)
    _grid(view, [name for name in words.in_order(set(rows["metric"])) if words.metric(name).family == "quality"], rows)
    names = view.metrics("quality", of_columns=True)
    if names:
        _heat(view, names, "quality", "Data quality metric")


def _metrics(view: View) -> list[str]:
    return [
        name
        for family in words.FAMILIES
        for of_columns in (False, True)
        for name in view.metrics(family, of_columns=of_columns)
    ]


def _title(view: View, name: str) -> str:
    metric = words.metric(name, of_column=view.is_of_columns(name))
    return f"{words.FAMILIES[metric.family]}: {metric.title}"


def _sentence(view: View, rows: pd.DataFrame, metric: words.Metric, column: str) -> None:
    of_column = f" of {column}" if column else ""
    chosen = rows[rows["time_epoch"] == view.chosen_end]
    when = words.window(view.chosen_end, view.window_seconds)
    if chosen.empty:
        st.markdown(f"**{words.plain(metric.title + of_column)}**  \n{words.plain(when)}: not measured")
        return
    row = chosen.iloc[0]
    value = words.number(row["value"], metric.format)
    facts = [f"{when}", f"{row['rows']:,} rows"]
    if pd.isna(row["value"]):
        facts.append(f"skipped: {row['reason']}")
    if pd.notna(row["lower"]):
        facts.append(
            f"95 % interval {words.number(row['lower'], metric.format)} to {words.number(row['upper'], metric.format)}"
        )
    facts += [
        f"limit {side} {words.number(row[name], metric.format)}"
        for name, side in (("limit_low", "below"), ("limit_high", "above"))
        if pd.notna(row[name])
    ]
    if pd.notna(row["target_coverage"]):
        facts.append(f"{row['target_coverage']:.0%} of the rows have their target")
    st.markdown(
        f"**{words.plain(metric.title + of_column)}: {words.plain(value)}**  \n{words.plain(' · '.join(facts))}"
    )


def _of_model(view: View) -> pd.DataFrame:
    return ask(queries.metrics_of_model(view.model, view.window_seconds, since=view.since, until=view.until))


def _coverage(view: View) -> pd.DataFrame:
    """Target coverage of each window, drawn like a metric of its own."""
    rows = _of_model(view)
    rows = rows[rows["target_coverage"].notna()].drop_duplicates("time_epoch")
    return rows.assign(
        metric="target_coverage", value=rows["target_coverage"], lower=None, upper=None, limit_low=None, limit_high=None
    ).astype({"lower": float, "upper": float, "limit_low": float, "limit_high": float})


def _grid(view: View, names: list[str], rows: pd.DataFrame) -> None:
    for first in range(0, len(names), PER_ROW):
        for place, name in zip(st.columns(PER_ROW), names[first : first + PER_ROW], strict=False):
            with place:
                _small(view, name, rows[rows["metric"] == name])


def _small(view: View, name: str, rows: pd.DataFrame) -> None:
    metric = words.metric(name)
    st.caption(f"{words.plain(metric.title)} {_value_then(view, rows, metric)}")
    if rows.empty:
        return
    draw(
        charts.metric_over_time, rows, view.episodes_of(name, ""), metric, height=SMALL, chosen_end=view.chosen_end,
        key=f"small_{name}",
    )  # fmt: skip


def _value_then(view: View, rows: pd.DataFrame, metric: words.Metric) -> str:
    """The value of the chosen window; where it has none, the last one before it, with its day."""
    before = rows[(rows["time_epoch"] <= view.chosen_end) & rows["value"].notna()].tail(1)
    if before.empty:
        return "**no value**"
    end, value = int(before["time_epoch"].iloc[0]), words.number(float(before["value"].iloc[0]), metric.format)
    when = "" if end == view.chosen_end else f" on {words.plain(words.moment_of(end))}, none since"
    return f"**{words.plain(value)}**{when}"


def _heat(view: View, names: list[str], name: str, label: str) -> None:
    focused = from_link("metric", names, names[0])
    _say_what_is_missing((name, names))
    choose, _ = st.columns([2, 3])
    with choose:
        metric = select(label, name, names, focused, say=lambda option: words.metric(option, of_column=True).title)
    rows = _of_columns(view, metric)
    if rows.empty:
        st.caption("Nothing is measured in the windows that are drawn.")
        return
    draw_to_pick(
        charts.heat_map, rows, words.metric(metric, of_column=True), chosen=(chosen_column(view), view.chosen_end),
        key=f"heat_{name}", selection="cell",
        pick=lambda cell: go(column=str(cell["column_name"]), end=words.iso(int(cell["end"]))),
    )  # fmt: skip
    st.caption(
        "What moved most in the last seven windows with values stands on top. Grey: skipped."
        " A click chooses column and window."
    )


def _of_columns(view: View, metric: str) -> pd.DataFrame:
    return ask(queries.metric_of_columns(view.model, view.window_seconds, metric, since=view.since, until=view.until))


def _moved_most(view: View) -> str:
    names = view.metrics("drift", of_columns=True)
    if not names:
        return ""
    moved = charts.columns_by_movement(_of_columns(view, names[0]))
    return moved[0] if moved else ""
