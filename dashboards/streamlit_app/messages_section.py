"""Whether anybody was told, and what alerts have started."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import queries, words
from dashboards.streamlit_app.source import ask

NOTIFICATIONS = 200
ACTIONS = 100
NOT_TOLD = 100
HELD = {"planned": "held back", "skipped": "not told"}
FAILED = ("dead",)


def show() -> None:
    """Messages, what nobody was told of, actions: the last two where there are any."""
    _notifications()
    _not_told()
    _actions()


def _notifications() -> None:
    counts = ask(queries.notification_counts()).set_index("status")["messages"].to_dict()
    st.subheader("Notifications", anchor=False)
    if not counts:
        st.text("No message has been sent. Receivers stand in seamark.yaml under alerts.")
        return
    failed = sum(int(counts.get(status, 0)) for status in FAILED)
    if failed:
        st.error(f"{failed} of {sum(counts.values())} messages could not be delivered.")
    rows = ask(queries.notifications(limit=NOTIFICATIONS))
    rows = rows.assign(bad=rows["status"].isin(FAILED)).sort_values("bad", ascending=False, kind="stable")
    st.dataframe(
        rows[["time", "receiver", "channel", "status", "attempts", "error", "dedup_key"]],
        hide_index=True,
        key="notifications",
        column_config={
            "time": st.column_config.DatetimeColumn("Made (UTC)", format="YYYY-MM-DD HH:mm", timezone="UTC"),
            "receiver": "Receiver",
            "channel": "Channel",
            "status": "Status",
            "attempts": "Attempts",
            "error": st.column_config.TextColumn("Error", width="large"),
            "dedup_key": "Key",
        },
    )


def _not_told() -> None:
    rows = ask(queries.not_told(limit=NOT_TOLD))
    if rows.empty:
        return
    st.subheader("Not told", anchor=False)
    st.caption("Changes that were kept from a receiver, and why. What is held back is told once the reason is gone.")
    st.dataframe(
        rows.assign(status=rows["status"].map(HELD)),
        hide_index=True,
        key="not_told",
        column_config={
            "time": st.column_config.DatetimeColumn("Planned (UTC)", format="YYYY-MM-DD HH:mm", timezone="UTC"),
            "alert": "Alert",
            "model": "Model",
            "column_name": "Column",
            "to_state": "Change to",
            "receiver": "Receiver",
            "status": "Status",
            "reason": st.column_config.TextColumn("Because", width="large"),
        },
    )


def _actions() -> None:
    rows = ask(queries.actions(limit=ACTIONS))
    if rows.empty:
        return
    st.subheader("Actions", anchor=False)
    failed = int((rows["status"] == "failed").sum())
    if failed:
        st.error(f"{words.counted(failed, 'action')} failed.")
    st.dataframe(
        pd.DataFrame(rows[["time", "action", "alert", "model", "status", "reason", "attempts", "url", "finished_at"]]),
        hide_index=True,
        key="actions",
        column_config={
            "time": st.column_config.DatetimeColumn("Asked for (UTC)", format="YYYY-MM-DD HH:mm", timezone="UTC"),
            "action": "Action",
            "alert": "Alert",
            "model": "Model",
            "status": "Status",
            "reason": st.column_config.TextColumn("Because", width="large"),
            "attempts": "Attempts",
            "url": st.column_config.LinkColumn("Where", display_text="open", width="small"),
            "finished_at": st.column_config.DatetimeColumn("Ended (UTC)", format="YYYY-MM-DD HH:mm", timezone="UTC"),
        },
    )
