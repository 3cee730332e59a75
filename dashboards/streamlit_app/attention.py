"""What people do about an open alert: acknowledge it, or let it be quiet for a while."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import streamlit as st

from dashboards.api import Api, ApiFaultError, matchers
from dashboards.streamlit_app import notices
from dashboards.streamlit_app.source import api, forget

LENGTHS = ("1 hour", "4 hours", "8 hours", "1 day", "3 days", "7 days")
AUTHOR = "author"  # kept for the session, so that nobody types a name twice
DONE = "done"
LOOK, QUIET = ":material/visibility:", ":material/notifications_off:"


def buttons(row: Mapping[Hashable, Any]) -> None:
    """What can be done about one alert."""
    key = str(row["fingerprint"])[:16]
    is_nobodys = row["state"] in ("firing", "recovering") and not row["acknowledged_by"]
    with st.container(horizontal=True, gap="small"):
        if is_nobodys and st.button("Acknowledge", key=f"acknowledge_{key}", type="tertiary", icon=LOOK):
            _acknowledge(row)
        if not row["silenced"] and st.button("Silence", key=f"silence_{key}", type="tertiary", icon=QUIET):
            _silence(row)


def say_what_was_done() -> None:
    """Say once, after the page was drawn anew, what the last form has done."""
    done = st.session_state.pop(DONE, "")
    if done:
        st.toast(done, icon=":material/check:")


def do(what: Callable[[], None], done: str) -> None:
    """Ask the API for something; show why not, or draw the page anew."""
    try:
        what()
    except ApiFaultError as error:
        st.error(str(error))
        return
    forget()
    st.session_state[DONE] = done
    st.rerun()


@st.dialog("Acknowledge")
def _acknowledge(row: Mapping[Hashable, Any]) -> None:
    there = _api_or_notice()
    if there is None:
        return
    st.text(f"{_name(row)}\n{row['reason']}")
    st.caption("Others see that you look after it. It is told again when it resolves.")
    with st.form("acknowledge", border=False):
        author = _author()
        comment = st.text_area("Comment", placeholder="what you found, or what you will do", height=80, max_chars=2000)
        sent = st.form_submit_button("Acknowledge", type="primary")
    if sent and _is_named(author):
        do(
            lambda: there.acknowledge(str(row["fingerprint"]), author=author, comment=comment),
            f"{row['alert']} is acknowledged.",
        )


@st.dialog("Silence", width="medium")
def _silence(row: Mapping[Hashable, Any]) -> None:
    there = _api_or_notice()
    if there is None:
        return
    try:
        labels = there.alert(str(row["model"]), str(row["fingerprint"])).labels
    except ApiFaultError as error:
        st.error(str(error))
        return
    st.caption("Alerts that match every line are measured and recorded as before; nobody is told of them.")
    with st.form("silence", border=False):
        lines = st.text_area("Matchers", "\n".join(matchers(labels)), height=190, help=_HELP)
        length = st.segmented_control("How long", LENGTHS, default=LENGTHS[1], required=True)
        author = _author()
        comment = st.text_input("Why", placeholder="known: the upstream table is being refilled", max_chars=2000)
        sent = st.form_submit_button("Silence", type="primary")
    if sent and _is_named(author):
        wanted = [line.strip() for line in lines.splitlines() if line.strip()]
        do(
            lambda: there.silence(wanted, length=str(length), author=author, comment=comment),
            f"What matches is silent for {length}.",
        )


_HELP = (
    "One on each line, as in Alertmanager: `=` equal, `!=` not equal, `=~` matches and `!~` does not match a regular"
    " expression. Take a line out, and more alerts are silent: without `column` all columns of the model."
)


def _api_or_notice() -> Api | None:
    there = api()
    if there is None:
        notices.no_api()
    return there


def _name(row: Mapping[Hashable, Any]) -> str:
    return " · ".join(str(part) for part in (row["alert"], row["model"], row["column_name"]) if part)


def _author() -> str:
    return st.text_input("Your name", str(st.session_state.get(AUTHOR, "")), max_chars=200)


def _is_named(author: str) -> bool:
    if not author.strip():
        st.error("Say who you are.")
        return False
    st.session_state[AUTHOR] = author.strip()
    return True
