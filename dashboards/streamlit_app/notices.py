"""What stands where there is nothing to show: why, and what to do next."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from dashboards import store, words
from dashboards.api import ApiFaultError
from dashboards.streamlit_app.source import NoStoreError, api


def notice(title: str, text: str, *commands: str) -> None:
    """A calm box with a way out."""
    with st.container(border=True):
        st.subheader(title, anchor=False)
        st.text(text)
        if commands:
            st.code("\n".join(commands), language="bash")


def fault(error: store.StoreFaultError) -> None:
    """Why the store cannot be read."""
    if isinstance(error, NoStoreError):
        notice(
            "No store is set",
            "The dashboard reads the store that SEAMARK_STORE names. `seamark serve` sets it; so can you:",
            "export SEAMARK_STORE=sqlite:///seamark.db",
        )
    elif isinstance(error, store.NoTablesError):
        notice("The store is not ready", f"{error} Make it ready with:", "seamark migrate")
    else:
        notice(
            "The store cannot be read",
            f"{error}\nNothing is lost: the page works again as soon as the store does. To see what is wrong:",
            "seamark validate",
        )
        st.button("Try again", icon=":material/refresh:")


def no_api() -> None:
    """Nothing can be done about alerts from here."""
    notice(
        "Acknowledging and silencing need the HTTP API",
        "What people do here goes to the HTTP API that SEAMARK_API names. `seamark serve` starts it beside the"
        " dashboard. Where the two run apart:",
        "seamark serve --only http",
        "export SEAMARK_API=http://127.0.0.1:8500  # for the dashboard; SEAMARK_API_TOKEN too, if there is one",
    )


def refused_configuration() -> None:
    """Where the configuration that was written is not the one that is watched by; an API that is away says so below."""
    there = api()
    with suppress(ApiFaultError):
        if there and (said := there.refusal()):
            st.warning(f"{said}.", icon=":material/settings_alert:")


HISTORY_FIRST = (
    " Measure the history first, then keep up with what falls due: a window that is measured after a later one moves"
    " no alert. `seamark serve` keeps running; `seamark run` measures once, for a scheduler of your own."
)
COMMANDS = ("seamark backfill --from 2026-04-01 --to 2026-10-01", "seamark serve")


def no_model() -> None:
    """Tables, but no model has been measured."""
    notice(
        "No model yet",
        f"The store is ready, and nothing has been measured.{HISTORY_FIRST}",
        *COMMANDS,
    )


def no_window(model: str) -> None:
    """A model without a measurement."""
    notice(
        "No window of this model has been measured",
        f"{model} is known, but no window of it is done yet. Its newest failure, if any, stands below.{HISTORY_FIRST}",
        *COMMANDS,
    )


def not_in_store(what: str, wanted: str, shown: str) -> None:
    """A link that names something that is not there."""
    st.info(
        f"The link asks for the {what} {words.plain(wanted)}, which is not in the store; this is {words.plain(shown)}."
    )


def not_known(what: str, wanted: str, shown: str) -> None:
    """A link that narrows a list by something that does not exist."""
    st.info(
        f"The link asks for the {what} {words.plain(wanted)}, which is not known here; shown: {words.plain(shown)}."
    )
