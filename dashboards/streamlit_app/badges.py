"""States in words and colour."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from dashboards import words
from dashboards.fleet import ModelStanding, Standing

Colour = Literal["red", "orange", "violet", "gray", "green", "blue"]
STANDINGS: dict[Standing, Colour] = {
    "page": "red",
    "ticket": "orange",
    "failing": "violet",
    "no_data": "gray",
    "ok": "green",
}
ICONS: dict[Standing, str] = {
    "page": ":material/notifications_active:",
    "ticket": ":material/confirmation_number:",
    "failing": ":material/sync_problem:",
    "no_data": ":material/hourglass_empty:",
    "ok": ":material/check_circle:",
}
ALERT_STATES: dict[str, Colour] = {"firing": "red", "pending": "gray", "recovering": "blue", "resolved": "green"}
SEVERITIES: dict[str, Colour] = {"page": "red", "ticket": "orange"}


def standing(model: ModelStanding) -> None:
    """The worst first, and a failing run even beside a firing alert."""
    with st.container(horizontal=True, gap="small", width="content"):
        _standing(model.standing)
        if model.failure and model.standing != "failing":
            _standing("failing")


def _standing(standing: Standing) -> None:
    st.badge(words.STATES[standing], color=STANDINGS[standing], icon=ICONS[standing])


def alert(state: str, severity: str, health: str, acknowledged_by: str, *, is_silenced: bool) -> None:
    """State and severity of an alert, and its health beside them."""
    with st.container(horizontal=True, gap="small"):
        st.badge(
            words.plain(state),
            color="orange" if (state, severity) == ("firing", "ticket") else ALERT_STATES.get(state, "gray"),
        )
        st.badge(words.plain(severity), color=SEVERITIES.get(severity, "gray"))
        if health != "ok":
            st.badge(words.plain(words.HEALTH.get(health, health)), color="violet", icon=":material/help:")
        if acknowledged_by:
            st.badge(f"acknowledged by {words.plain(acknowledged_by)}", color="blue")
        if is_silenced:
            st.badge("silenced", color="gray")
