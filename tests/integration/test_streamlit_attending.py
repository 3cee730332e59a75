"""Acknowledging and silencing in Chromium, against the real HTTP API on a real store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.dashboard import chromium, dashboard
from builders.seeding import seed_store
from playwright.sync_api import Browser, Locator, Page, expect

from monitor.api import build
from monitor.api.serving import listening
from monitor.service.attention import StoredAttention
from monitor.store.database import migrate, open_store

TOKEN = "correct-horse-battery"
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
WIDE, NARROW = {"width": 1400, "height": 1000}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_store(f"sqlite:///{tmp_path}/seamark.db")
    migrate(engine)
    seed_store(engine, days=30)
    yield engine
    engine.dispose()


@pytest.fixture
def address(store: sa.Engine, tmp_path: Path) -> Iterator[str]:
    app = build(StoredAttention(store), token=TOKEN, now=lambda: datetime.now(UTC))
    with listening(app, address="127.0.0.1", port=0) as api:
        told = {"SEAMARK_STORE": str(store.url), "SEAMARK_API": api.url, "SEAMARK_API_TOKEN": TOKEN}
        with dashboard(tmp_path, told) as url:
            yield url + "alerts"


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str, tmp_path: Path) -> Iterator[Page]:
    context = browser.new_context(viewport=request.param)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", name="Actions")).to_be_visible(timeout=PATIENCE)  # the last on the page
    yield page
    page.screenshot(path=tmp_path / "page.png", full_page=True)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing runs off the side"
    context.close()


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def rows(store: sa.Engine, sql: str) -> list[tuple[object, ...]]:
    with store.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(sql))]


def test_an_alert_is_acknowledged_silenced_and_made_loud_again(page: Page, store: sa.Engine) -> None:
    page.get_by_role("button", name="Acknowledge").first.click()
    expect(dialog(page).get_by_text("AucDrop · late_arrival")).to_be_visible()
    dialog(page).get_by_role("button", name="Acknowledge").click()
    expect(dialog(page).get_by_text("Say who you are.")).to_be_visible()
    dialog(page).get_by_label("Your name").fill("Ada")
    dialog(page).get_by_label("Comment").fill("the feed is late")
    dialog(page).get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("acknowledged by Ada")).to_be_visible()
    told = "SELECT alert, acknowledged_by, acknowledged_comment FROM alert WHERE acknowledged_at IS NOT NULL"
    assert rows(store, told) == [("AucDrop", "Ada", "the feed is late")]

    page.get_by_role("button", name="Silence").first.click()
    matchers = dialog(page).get_by_role("textbox", name="Matchers")
    expect(matchers).to_have_value(
        'alertname="AucDrop"\nmodel="late_arrival"\nmetric="roc_auc"\nwindow="7d"\nseverity="page"'
    )
    expect(dialog(page).get_by_label("Your name")).to_have_value("Ada")
    matchers.fill("not a matcher")
    dialog(page).get_by_label("Why").fill("known")
    dialog(page).get_by_role("button", name="Silence").click()
    expect(dialog(page).get_by_text("is no matcher, such as")).to_be_visible()
    matchers.fill('alertname=~"AucDrop.*"')
    dialog(page).get_by_role("radio", name="1 day").or_(dialog(page).get_by_role("button", name="1 day")).click()
    dialog(page).get_by_role("button", name="Silence").click()
    expect(page.get_by_text("silenced", exact=True)).to_have_count(2)
    expect(page.get_by_text('alertname=~"AucDrop.*"')).to_be_visible()
    running = rows(store, "SELECT ends_at - starts_at, author, comment FROM silence WHERE expired_at IS NULL")
    assert running == [(86_400, "Ada", "known")]

    page.get_by_role("button", name="End now").click()
    expect(page.get_by_text("Nothing is silenced.")).to_be_visible()
    expect(page.get_by_text("silenced", exact=True)).to_have_count(0)
    assert {row[0] for row in rows(store, "SELECT state FROM v_silence")} == {"expired"}
