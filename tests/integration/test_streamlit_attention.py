"""Acknowledging and silencing from the alerts page, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import streamlit as st
from builders.attention import NOW, MemoryAttention, an_alert, served
from builders.seeding import seed_store
from streamlit.testing.v1 import AppTest

from dashboards.streamlit_app import APP
from monitor.api.attention import NewSilence
from monitor.store.database import migrate, open_store

TOKEN = "correct-horse-battery"
SECONDS = 60


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/seamark.db"
    engine = open_store(url)
    migrate(engine)
    seed_store(engine, days=20)
    engine.dispose()
    return url


@pytest.fixture
def page(seeded: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The alerts page, not run yet."""
    monkeypatch.setenv("SEAMARK_STORE", seeded)
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    app.run()
    app.switch_page("alerts_page.py")
    yield app
    st.cache_resource.clear()


@pytest.fixture
def attention(seeded: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryAttention]:
    """An API that knows the seeded alerts."""
    engine = sa.create_engine(seeded)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT fingerprint, alert, model, state FROM alert")).all()
    engine.dispose()
    known = [
        replace(an_alert(row.fingerprint, row.model, row.state), labels={"alertname": row.alert, "model": row.model})
        for row in rows
    ]
    attention = MemoryAttention(known=known)
    with served(attention, TOKEN) as url:
        monkeypatch.setenv("SEAMARK_API", url)
        monkeypatch.setenv("SEAMARK_API_TOKEN", TOKEN)
        yield attention


def press(app: AppTest, key: str) -> AppTest:
    """Press the first button whose key begins so."""
    next(button for button in app.button if (button.key or "").startswith(key)).click()
    app.run()
    assert not app.exception, app.exception
    return app


def text(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in (*app.text, *app.error, *app.code, *app.caption, *app.toast))


def test_without_an_api_the_page_says_how_to_start_one(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEAMARK_API", raising=False)
    page.run()

    assert "seamark serve --only http" in text(page)
    press(page, "silence_")
    assert text(page).count("seamark serve --only http") == 2


def test_what_is_acknowledged_can_be_silenced_but_not_acknowledged_again(
    attention: MemoryAttention, page: AppTest
) -> None:
    keys = [button.key or "" for button in page.run().button]

    assert sum(key.startswith("acknowledge_") for key in keys) == 3
    assert sum(key.startswith("silence_") for key in keys) == 5


def test_a_silence_is_made_of_the_labels_of_its_alert(attention: MemoryAttention, page: AppTest) -> None:
    press(page.run(), "silence_")

    [box] = [box for box in page.text_area if box.label == "Matchers"]
    assert box.value == 'alertname="AucDrop"\nmodel="late_arrival"'


def test_a_silence_is_ended_and_stays_in_the_list(attention: MemoryAttention, page: AppTest) -> None:
    attention.silence(NewSilence(('model="late_arrival"',), None, NOW + timedelta(hours=2), "Ada", "known"))
    page.run()
    assert 'model="late_arrival"' in text(page)
    assert "until 2026-03-01 14:00" in text(page)
    press(page, "expire_1")

    assert attention.made[0].state == "expired"
    assert "Nothing is silenced." in text(page)
    assert "The silence has ended." in text(page)
    assert [expander.label for expander in page.expander] == ["1 silence that ended"]


def test_an_api_whose_store_is_away_is_said_where_its_answer_would_stand(
    attention: MemoryAttention, page: AppTest
) -> None:
    attention.is_away = True
    page.run()

    assert "The store is away; try again." in text(page)
    assert "Past episodes (2)" in [part.value for part in page.subheader]


def test_the_pages_know_no_way_to_write_to_the_store() -> None:
    words = ("INSERT", "UPDATE ", "DELETE")
    for path in Path(APP).parents[1].rglob("*.py"):
        if "grafana" not in path.parts:
            assert not [word for word in words if word in path.read_text("utf-8")], path
