"""Alerts: what is open, what was, and whether anybody was told."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import queries, words
from dashboards.episodes import episodes
from dashboards.streamlit_app import attention, badges, messages_section, notices, silences_section
from dashboards.streamlit_app.place import ANY, MODEL_PAGE, model_link, model_place, select, unknown_in_link
from dashboards.streamlit_app.source import ask

STATES = ("firing", "pending", "recovering", "resolved")
SEVERITIES = ("page", "ticket")
URGENCY = {"firing": 0, "recovering": 1, "pending": 2}
EVERY = {"model": "all models", "severity": "any severity", "state": "any state"}


def show() -> None:
    """Filters, then open alerts, those without a value, past episodes, silences, messages, actions."""
    notices.refused_configuration()
    alerts, past = ask(queries.alerts()), episodes(ask(queries.events()))
    models = ask(queries.models())["model"]
    if models.empty and alerts.empty:
        notices.no_model()
        return
    model, severity, state = _filters(sorted({*models, *alerts["model"], *past["model"]}))
    is_open = alerts["state"] != "inactive"
    if state != "resolved":
        _open(_only(alerts[is_open], model, severity, state))
    if not state:
        _not_looked_at(_only(alerts[~is_open], model, severity))
    if state in (ANY, "resolved"):
        _past(_only(past[past["end"].notna()], model, severity))
    if not state:
        silences_section.show()
        messages_section.show()
    attention.say_what_was_done()


def _filters(models: list[str]) -> tuple[str, str, str]:
    options = {"model": models, "severity": SEVERITIES, "state": STATES}
    *places, _ = st.columns([2, 1.3, 1.3, 2.4])
    chosen = {}
    for place, (name, known) in zip(places, options.items(), strict=True):
        with place:
            chosen[name] = select(name.capitalize(), name, [ANY, *known], ANY, say=partial(_or_every, name))
    for name, known in options.items():
        wanted = unknown_in_link(name, [ANY, *known])
        if wanted:
            notices.not_known(name, wanted, EVERY[name])
    return chosen["model"], chosen["severity"], chosen["state"]


def _or_every(name: str, chosen: str) -> str:
    return chosen or EVERY[name]


def _only(rows: pd.DataFrame, model: str, severity: str, state: str = ANY) -> pd.DataFrame:
    for column, wanted in (("model", model), ("severity", severity), ("state", state)):
        if wanted:
            rows = rows[rows[column] == wanted]
    return rows


def _open(alerts: pd.DataFrame) -> None:
    st.subheader(f"Open ({len(alerts)})", anchor=False)
    if alerts.empty:
        st.text("No alert is open here. What fires will stand here with its reason.")
        return
    order = alerts.assign(urgency=alerts["state"].map(URGENCY), minor=alerts["severity"] != "page")
    for row in order.sort_values(["urgency", "minor", "model", "alert", "column_name"]).to_dict("records"):
        _card(row)


def _card(row: Mapping[Hashable, Any]) -> None:
    with st.container(border=True):
        what, why, when = st.columns([3, 4, 2.2], vertical_alignment="center")
        with what:
            st.page_link(
                MODEL_PAGE,
                label=f"**{words.plain(row['alert'])}** · {words.plain(_subject(row))}",
                icon=":material/arrow_forward:",
                icon_position="right",
                query_params=model_place(
                    row["model"],
                    row["window_seconds"],
                    row["metric"],
                    row["column_name"],
                    _epoch(row["last_window_end"]),
                ),
            )
            badges.alert(
                row["state"], row["severity"], row["health"], row["acknowledged_by"], is_silenced=bool(row["silenced"])
            )
        with why:
            st.text(row["reason"] or "no reason was given")
            st.caption(words.plain(_measured(row)))
        with when:
            st.text(_since(row))
            st.caption("event time, UTC")
            attention.buttons(row)


def _subject(row: Mapping[Hashable, Any]) -> str:
    return " · ".join(part for part in (row["model"], row["column_name"], _segment(row)) if part)


def _segment(row: Mapping[Hashable, Any]) -> str:
    return f"{row['segment_key']}={row['segment_value']}" if row["segment_key"] else ""


def _measured(row: Mapping[Hashable, Any]) -> str:
    title = words.metric(row["metric"], of_column=bool(row["column_name"])).title
    return (
        f"{title} over {words.length(row['window_seconds'])}, last window ends {words.moment(row['last_window_end'])}"
    )


def _since(row: Mapping[Hashable, Any]) -> str:
    since = row["active_since"] if row["state"] == "pending" or pd.isna(row["fired_at"]) else row["fired_at"]
    if pd.isna(since):
        return "since an unknown time"
    return f"since {words.moment(since)}, for {words.lasting(_seconds(since, row['last_window_end']))}"


def _seconds(start: pd.Timestamp, end: pd.Timestamp) -> int:
    return 0 if pd.isna(end) else int((end - start).total_seconds())


def _epoch(time: pd.Timestamp) -> int | None:
    return None if pd.isna(time) else int(time.timestamp())


def _not_looked_at(alerts: pd.DataFrame) -> None:
    if alerts.empty:
        return
    st.subheader(f"Not looked at ({len(alerts)})", anchor=False)
    st.caption(
        f"{words.counted(len(alerts), 'alert')} without a value in the last window: nobody knows how things stand."
    )
    st.dataframe(
        pd.DataFrame([_without_value(row) for row in alerts.to_dict("records")]),
        hide_index=True,
        key="not_looked_at",
        column_config={"Because": st.column_config.TextColumn("Because", width="large")},
    )


def _without_value(row: Mapping[Hashable, Any]) -> dict[str, str]:
    return {
        "Alert": row["alert"],
        "Model": row["model"],
        "Column": " · ".join(part for part in (row["column_name"], _segment(row)) if part),
        "Because": row["reason"] or words.HEALTH.get(row["health"], row["health"]),
        "Last window": _last_window(row),
    }


def _last_window(row: Mapping[Hashable, Any]) -> str:
    end = _epoch(row["last_window_end"])
    return "none" if end is None else words.window(end, int(row["window_seconds"]))


def _past(past: pd.DataFrame) -> None:
    st.subheader(f"Past episodes ({len(past)})", anchor=False)
    if past.empty:
        st.text("No alert has fired and ended here yet.")
        return
    st.dataframe(
        pd.DataFrame([_episode(row) for row in past.to_dict("records")]),
        hide_index=True,
        key="past",
        column_config={
            "Look": st.column_config.LinkColumn("Look", display_text="open", width="small"),
            "Because": st.column_config.TextColumn("Because", width="large"),
        },
    )


def _episode(row: Mapping[Hashable, Any]) -> dict[str, str]:
    start, end = int(row["start"]), int(row["end"])
    place = model_place(row["model"], int(row["window_seconds"]), row["metric"], row["column_name"], start)
    return {
        "Look": model_link(place),
        "Alert": row["alert"],
        "Model": row["model"],
        "Column": row["column_name"],
        "Severity": row["severity"],
        "Fired (UTC)": words.moment_of(start),
        "Lasted": words.lasting(end - start),
        "Because": row["reason"],
        "Ended because": row["ended_because"],
    }


if __name__ == "__main__":
    show()
