"""One model: a metric in focus, its performance, where it drifts, one column, its data quality."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import queries, words
from dashboards.episodes import episodes
from dashboards.fleet import ModelStanding, standings
from dashboards.streamlit_app import badges, column_section, evidently_report, model_sections, notices
from dashboards.streamlit_app.place import from_link, select, switch, unknown_in_link
from dashboards.streamlit_app.source import ask
from dashboards.streamlit_app.view import View, stretch

DRAWN = ("30", "90", "400", "2000")
FAILURES = 20


def show() -> None:
    """The model that the URL names, or the one that stands worst."""
    models = standings(ask(queries.models()), ask(queries.last_runs()), ask(queries.open_alerts_by_model()))
    if not models:
        notices.no_model()
        return
    places, notes = st.columns([3, 2.4, 2.2], vertical_alignment="bottom"), st.container()
    with places[0]:
        model = _choose_model(models)
    with notes:
        _say_what_is_missing("model", [one.model for one in models], model.model)
    series = ask(queries.series_of_model(model.model))
    if series.empty:
        _header(model)
        notices.no_window(model.model)
    else:
        with places[1]:
            window_seconds = _choose_length(series)
        with places[2]:
            windows = int(switch("Windows drawn", "drawn", DRAWN, "400", say=lambda count: f"last {int(count):,}"))
        with notes:
            _say_what_is_missing("window", _lengths(series), words.length(window_seconds))
            _say_what_is_missing("drawn", DRAWN, f"the last {windows:,} windows")
        _header(model)
        _sections(_view(model.model, window_seconds, series, windows))
    _failures(model.model)


def _choose_model(models: list[ModelStanding]) -> ModelStanding:
    names = [model.model for model in models]
    chosen = select("Model", "model", sorted(names), names[0], forget=("window", "metric", "column", "end"))
    return next(model for model in models if model.model == chosen)


def _choose_length(series: pd.DataFrame) -> int:
    lengths = _lengths(series)
    return int(switch("Window length", "window", lengths, lengths[0], say=lambda text: words.length(int(text))))


def _lengths(series: pd.DataFrame) -> list[str]:
    return [str(seconds) for seconds in sorted({int(seconds) for seconds in series["window_seconds"]})]


def _say_what_is_missing(name: str, options: Sequence[str], shown: str) -> None:
    wanted = unknown_in_link(name, options)
    if not wanted:
        return
    if name == "drawn":
        notices.not_known("number of windows", wanted, shown)
    elif name == "window" and wanted.isdecimal():
        notices.not_in_store("window length", words.length(int(wanted)), shown)
    else:
        notices.not_in_store(name, wanted, shown)


def _header(model: ModelStanding) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        badges.standing(model)
        rows = "" if model.reference_rows is None else f" with {model.reference_rows:,} rows"
        facts = [
            model.task.replace("_", " "),
            f"reference {model.reference_id}{rows}" if model.reference_id else "no reference",
            f"windows done end {words.moment(model.first_window)} to {words.moment(model.last_window)}"
            if model.last_window
            else "no window done",
            "all times UTC",
        ]
        st.caption(" · ".join(words.plain(fact) for fact in facts), width="content")
    if model.failure:
        when = words.moment(model.failed_window)
        st.error(words.plain(f"The run of the window to {when} failed: {model.failure}"))


def _view(model: str, window_seconds: int, series: pd.DataFrame, windows: int) -> View:
    ends = [int(end) for end in ask(queries.window_ends(model, window_seconds))["time_epoch"]]
    chosen = from_link("end", [words.iso(end) for end in ends], words.iso(ends[-1]))
    chosen_end = words.epoch(chosen) or ends[-1]
    since, until = stretch(ends, chosen_end, windows)
    return View(
        model=model,
        window_seconds=window_seconds,
        series=series[series["window_seconds"] == window_seconds],
        ends=ends,
        since=since,
        until=until,
        chosen_end=chosen_end,
        episodes=episodes(ask(queries.events_of_model(model, window_seconds))),
    )


def _sections(view: View) -> None:
    model_sections.focus(view)
    model_sections.performance(view)
    model_sections.drift(view)
    column_section.show(view)
    model_sections.quality(view)
    evidently_report.show(view)


def _failures(model: str) -> None:
    failures = ask(queries.failed_runs_of_model(model, limit=FAILURES))
    if failures.empty:
        return
    st.subheader("Windows that failed or were skipped", anchor=False)
    st.dataframe(
        failures[["window_start", "window_end", "status", "reason", "attempts"]],
        hide_index=True,
        column_config={
            "window_start": st.column_config.DatetimeColumn("From (UTC)", format="YYYY-MM-DD HH:mm", timezone="UTC"),
            "window_end": st.column_config.DatetimeColumn("To (UTC)", format="YYYY-MM-DD HH:mm", timezone="UTC"),
            "status": "Status",
            "reason": st.column_config.TextColumn("Because", width="large"),
            "attempts": "Attempts",
        },
    )


if __name__ == "__main__":
    show()
