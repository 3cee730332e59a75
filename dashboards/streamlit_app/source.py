"""Where the pages get their data: the store named in SEAMARK_STORE, asked at most every few seconds."""

from __future__ import annotations

import os

import pandas as pd
import sqlalchemy as sa
import streamlit as st

from dashboards import store
from dashboards.api import Api
from dashboards.queries import Query, Value

FRESH_SECONDS = 15


class NoStoreError(store.StoreFaultError):
    """Nobody has said where the store is."""


def store_url() -> str:
    """The store's URL, as the environment has it."""
    url = os.environ.get("SEAMARK_STORE", "").strip()
    if not url:
        raise NoStoreError("SEAMARK_STORE is not set.")
    return url


def configuration() -> str:
    """The path of seamark.yaml, or nothing."""
    return os.environ.get("SEAMARK_CONFIG", "").strip()


def api() -> Api | None:
    """The HTTP API that SEAMARK_API names, if it names one."""
    url = os.environ.get("SEAMARK_API", "").strip()
    return Api(url, os.environ.get("SEAMARK_API_TOKEN", "").strip()) if url else None


def ask(query: Query) -> pd.DataFrame:
    """The rows of a query, at most `FRESH_SECONDS` old."""
    return _rows(store_url(), query.sql, query.parameters)


def forget() -> None:
    """Ask the store anew: somebody has just changed something."""
    _rows.clear()


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False, max_entries=500)
def _rows(url: str, sql: str, parameters: tuple[tuple[str, Value], ...]) -> pd.DataFrame:
    return store.read(_engine(url), Query(sql, parameters))


@st.cache_resource(show_spinner=False, max_entries=4, on_release=sa.Engine.dispose)
def _engine(url: str) -> sa.Engine:
    return store.open_for_reading(url)
