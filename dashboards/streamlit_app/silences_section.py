"""Silences: what is quiet, until when, who said so and why."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from dashboards import words
from dashboards.api import Api, ApiFaultError, Silence
from dashboards.streamlit_app import attention, notices
from dashboards.streamlit_app.source import api

ENDED_SHOWN = 100
LOUD = ":material/notifications_active:"


def show() -> None:
    """Those that are on or come, each with a way to end it, and a table of those that have ended."""
    st.subheader("Silences", anchor=False)
    there = api()
    if there is None:
        notices.no_api()
        return
    try:
        silences = there.silences()
    except ApiFaultError as error:
        st.error(str(error))
        return
    running = [silence for silence in silences if silence.state != "expired"]
    if not running:
        st.text("Nothing is silenced.")
    for silence in running:
        _card(there, silence)
    _ended([silence for silence in silences if silence.state == "expired"])


def _card(there: Api, silence: Silence) -> None:
    with st.container(border=True):
        what, why, when = st.columns([4, 3, 2.2], vertical_alignment="center")
        with what:
            st.code("\n".join(silence.matchers), language=None, wrap_lines=True)
        with why:
            st.text(silence.comment)
            st.caption(words.plain(f"by {silence.author}"))
        with when:
            st.text(_when(silence))
            st.caption("UTC")
            if st.button(
                "End now", key=f"expire_{silence.id}", type="tertiary", icon=":material/notifications_active:"
            ):
                attention.do(partial(there.expire, silence.id), "The silence has ended.")


def _when(silence: Silence) -> str:
    if silence.state == "pending":
        return f"from {_moment(silence.starts_at)}\nto {_moment(silence.ends_at)}"
    return f"until {_moment(silence.ends_at)}"


def _moment(text: str) -> str:
    return words.moment(pd.Timestamp(text))


def _ended(silences: list[Silence]) -> None:
    if not silences:
        return
    with st.expander(f"{words.counted(len(silences), 'silence')} that ended"):
        st.dataframe(
            pd.DataFrame([_row(silence) for silence in silences[:ENDED_SHOWN]]),
            hide_index=True,
            key="ended_silences",
            column_config={"Matchers": st.column_config.TextColumn("Matchers", width="large")},
        )


def _row(silence: Silence) -> dict[str, str]:
    return {
        "Matchers": ", ".join(silence.matchers),
        "Began (UTC)": _moment(silence.starts_at),
        "Ended (UTC)": _moment(silence.ends_at),
        "By": silence.author,
        "Why": silence.comment,
    }
