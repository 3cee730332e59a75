"""Where one is: the choices of a page stand in its URL, and the URL alone decides what is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import streamlit as st

from dashboards import words

MODEL_PAGE = "model_page.py"
ALERTS_PAGE = "alerts_page.py"
ANY = ""


def model_place(
    model: str, window_seconds: int | None = None, metric: str = "", column: str = "", end: int | None = None
) -> dict[str, str]:
    """The query parameters of a place on the model page."""
    place = {
        "model": model,
        "window": "" if window_seconds is None else str(window_seconds),
        "metric": metric,
        "column": column,
        "end": "" if end is None else words.iso(end),
    }
    return {name: value for name, value in place.items() if value}


def model_link(place: dict[str, str]) -> str:
    """A place on the model page as a link that works on every page, whatever folder the dashboard is served from."""
    return f"model?{urlencode(place)}"


def from_link(name: str, options: Sequence[str], default: str) -> str:
    """What the URL says, if it is one of the options."""
    wanted = _in_link(name)
    return wanted if wanted in options else default


def unknown_in_link(name: str, options: Sequence[str]) -> str:
    """What the URL asks for and the store does not have."""
    wanted = _in_link(name)
    return "" if wanted in options else wanted


def _in_link(name: str) -> str:
    wanted = st.query_params.get(name, "")
    if name != "end":
        return wanted
    moment = words.epoch(wanted)
    return wanted if moment is None else words.iso(moment)


def select(
    label: str,
    name: str,
    options: Sequence[str],
    default: str,
    *,
    say: Callable[[str], str] = str,
    forget: Sequence[str] = (),
) -> str:
    """A box to choose from; the choice goes into the URL, and the parameters `forget` out of it."""
    chosen = from_link(name, options, default)
    st.session_state[_key(name)] = chosen
    st.selectbox(label, options, key=_key(name), format_func=say, on_change=_follow, args=(name, tuple(forget)))
    return chosen


def switch(label: str, name: str, options: Sequence[str], default: str, *, say: Callable[[str], str] = str) -> str:
    """A row of buttons, one of them pressed; the choice goes into the URL."""
    chosen = from_link(name, options, default)
    st.session_state[_key(name)] = chosen
    st.segmented_control(
        label, options, key=_key(name), format_func=say, on_change=_follow, args=(name, ()), required=True
    )
    return chosen


def go(**place: str) -> None:
    """Change the URL, and so what the next run shows."""
    for name, value in place.items():
        st.query_params[name] = value


def _key(name: str) -> str:
    return f"choice_{name}"


def _follow(name: str, forget: tuple[str, ...]) -> None:
    for other in forget:
        st.query_params.pop(other, None)
    for kept in ("model", "window", name):
        if _key(kept) in st.session_state and kept not in forget:
            value = st.session_state[_key(kept)]
            if value:
                st.query_params[kept] = value
            else:
                st.query_params.pop(kept, None)
