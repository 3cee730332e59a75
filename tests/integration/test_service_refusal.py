"""A configuration that was refused while Seamark runs is seen from outside, not only in a log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import streamlit as st
from builders.world import World, write_world
from streamlit.testing.v1 import AppTest

from dashboards.streamlit_app import APP
from monitor.service.http import Place, serving_http
from monitor.store.database import migrate, open_store
from monitor.window import utc

REFUSED = "seamark.yaml was written with faults, so the old one stays in force; `seamark validate` names them"


@pytest.fixture
def world(tmp_path: Path) -> World:
    store = f"sqlite:///{tmp_path}/seamark.db"
    engine = open_store(store)
    migrate(engine)
    engine.dispose()
    return write_world(tmp_path, start=utc(2024, 3, 1), store=store)


@pytest.fixture
def api(world: World) -> Iterator[str]:
    with serving_http(world.config, Place("127.0.0.1", 0)) as running:
        yield running.url


@pytest.fixture
def page(world: World, api: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The alerts page, not run yet."""
    monkeypatch.setenv("SEAMARK_STORE", f"sqlite:///{world.config.parent}/seamark.db")
    monkeypatch.setenv("SEAMARK_API", api)
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.run()
    app.switch_page("alerts_page.py")
    yield app
    st.cache_resource.clear()


def test_healthz_says_it_until_the_file_is_mended(world: World, api: str) -> None:
    text = world.config.read_text("utf-8")
    assert httpx.get(f"{api}/v1/healthz").json() == {"status": "ok"}
    world.config.write_text(text.replace("{alert: Drift, ", "{alert: Drift, sverity: page, "), "utf-8")
    for _ in range(2):
        assert httpx.get(f"{api}/v1/healthz").json() == {"status": "ok", "configuration": REFUSED}
    world.config.write_text(text, "utf-8")
    assert httpx.get(f"{api}/v1/healthz").json() == {"status": "ok"}


def test_healthz_says_that_another_store_is_only_taken_at_a_start(world: World, api: str) -> None:
    world.config.write_text(world.config.read_text("utf-8").replace("/seamark.db", "/another.db"), "utf-8")
    assert "names another store" in httpx.get(f"{api}/v1/healthz").json()["configuration"]


def test_the_page_of_the_alerts_says_it(world: World, page: AppTest) -> None:
    page.run()
    assert not page.warning
    world.config.write_text("version: 2\n", "utf-8")
    page.run()
    assert [warning.value for warning in page.warning] == [f"{REFUSED}."]
