"""Every model at a glance, the worst first."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import streamlit as st

from dashboards import charts, queries, words
from dashboards.fleet import ModelStanding, standings
from dashboards.streamlit_app import badges, notices
from dashboards.streamlit_app.drawing import draw
from dashboards.streamlit_app.place import MODEL_PAGE, model_place
from dashboards.streamlit_app.source import ask

SPARK_WINDOWS = 60
DRIFT = "population_stability_index"
MODELS_AT_ONCE = 25
WIDTHS = [3.2, 2.6, 2.2, 4]


def show() -> None:
    """Totals, then a row for each model."""
    models = standings(ask(queries.models()), ask(queries.last_runs()), ask(queries.open_alerts_by_model()))
    if not models:
        notices.no_model()
        return
    _totals(models)
    shown = _found(models)
    for model in shown[:MODELS_AT_ONCE]:
        _row(model)
    if len(shown) > MODELS_AT_ONCE:
        st.caption(f"{len(shown) - MODELS_AT_ONCE} more that stand no worse; type a part of a name to find one.")
    st.caption("All times are UTC.")


def _totals(models: list[ModelStanding]) -> None:
    count = Counter(model.standing for model in models)
    totals = {
        "Models": len(models),
        "Pages firing": sum(model.firing_page for model in models),
        "Tickets firing": sum(model.firing_ticket for model in models),
        "Runs failing": sum(bool(model.failure) for model in models),
        "Models OK": count["ok"],
    }
    for place, (label, number) in zip(st.columns(len(totals)), totals.items(), strict=True):
        place.metric(label, number, border=True)


def _found(models: list[ModelStanding]) -> list[ModelStanding]:
    if len(models) <= MODELS_AT_ONCE:
        return models
    part = st.text_input("Find a model", placeholder="part of a name").lower()
    return [model for model in models if part in model.model.lower()]


def _row(model: ModelStanding) -> None:
    with st.container(border=True):
        name, last, firing, trend = st.columns(WIDTHS, vertical_alignment="center")
        with name:
            st.page_link(
                MODEL_PAGE,
                label=f"**{words.plain(model.model)}**",
                icon=":material/arrow_forward:",
                icon_position="right",
                query_params=model_place(model.model),
            )
            badges.standing(model)
        with last:
            st.caption("Last window done ends")
            st.text(words.moment(model.last_window))
        with firing:
            st.caption("Alerts")
            st.text(_alerts(model))
        with trend:
            _trend(model)
        if model.failure:
            when = words.plain(words.moment(model.failed_window))
            st.markdown(f":violet[**Run to {when} failed:**] {words.plain(model.failure)}")


def _alerts(model: ModelStanding) -> str:
    counts = {"page": model.firing_page, "ticket": model.firing_ticket, "pending": model.pending}
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none"


def _trend(model: ModelStanding) -> None:
    series = ask(queries.series_of_model(model.model))
    if series.empty:
        st.caption("nothing measured yet")
        return
    title, form, rows = _headline(model.model, series)
    rows = rows.tail(SPARK_WINDOWS)
    if rows["value"].notna().sum() == 0:
        st.caption(f"{title}: no value in the last {words.counted(len(rows), 'window')}")
        return
    last = rows[rows["value"].notna()].iloc[-1]
    when = "" if last["time_epoch"] == rows["time_epoch"].iloc[-1] else _none_since(int(last["time_epoch"]))
    st.caption(f"{title}: **{words.plain(words.number(float(last['value']), form))}**{when}")
    draw(charts.sparkline, rows, key=f"trend_{model.model}")


def _none_since(end: int) -> str:
    return f" on {words.plain(words.moment_of(end))}, none since"


def _headline(model: str, series: pd.DataFrame) -> tuple[str, str, pd.DataFrame]:
    """The first performance metric that the model has over its longest window, else its largest drift."""
    of_model = series[series["column_name"] == ""]
    for name in words.HEADLINES:
        found = of_model[of_model["metric"] == name]
        if not found.empty:
            seconds = int(found["window_seconds"].max())
            last = int(found.loc[found["window_seconds"] == seconds, "last_end"].iloc[0])
            query = queries.metric_of_column(model, seconds, name, "", since=0, until=last)
            metric = words.metric(name)
            return f"{metric.title}, {words.length(seconds)}", metric.format, ask(query)
    seconds = int(series["window_seconds"].max())
    drift = ask(queries.largest_of_columns(model, seconds, DRIFT, since=0))
    return f"Largest drift of a column (PSI), {words.length(seconds)}", words.NUMBER, drift


if __name__ == "__main__":
    show()
