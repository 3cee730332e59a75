"""The three pages as people see them, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders.dashboard import chromium, dashboard
from builders.seeding import seed_store
from playwright.sync_api import Browser, Page, expect

from monitor.store.database import migrate, open_store

PATIENCE = 60_000
HEAT = ".st-key-heat_drift svg.marks"
PLACE = "model?model=late_arrival&window=86400&metric=population_stability_index&column=temp&end=2013-05-20T00:00:00Z"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard on a seeded store, served as `seamark serve` does it."""
    folder = tmp_path_factory.mktemp("store")
    engine = open_store(f"sqlite:///{folder}/seamark.db")
    migrate(engine)
    seed_store(engine)
    engine.dispose()
    with dashboard(folder, {"SEAMARK_STORE": f"sqlite:///{folder}/seamark.db"}) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A window far from UTC, so that a time of the browser's own zone would be seen."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000}, timezone_id="America/Los_Angeles")
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    opened.foreign = []
    opened.on("request", lambda asked: _note_foreign(opened, asked.url))
    yield opened
    opened.screenshot(path=tmp_path / "page.png")
    expect(opened.get_by_test_id("stException")).to_have_count(0)
    assert not opened.foreign, "the dashboard asks nobody but itself"
    context.close()


def _note_foreign(page: Page, url: str) -> None:
    if url.startswith("http") and "//127.0.0.1:" not in url:
        page.foreign.append(url)


def sees(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.get_by_text(text).first).to_be_visible(timeout=PATIENCE)


def charts(page: Page, count: int) -> None:
    """Wait until so many charts are drawn."""
    expect(page.locator("[data-testid='stVegaLiteChart'] svg.marks")).to_have_count(count, timeout=PATIENCE)


def test_the_overview_shows_every_model_and_leads_to_it(address, page):
    page.goto(address)

    sees(page, "late_arrival", "taxi_fare", "churn", "Firing: page", "Run fails", "Models OK")
    charts(page, 3)
    page.get_by_role("link", name="taxi_fare").click()
    sees(page, "Mean absolute error:")
    assert page.url.endswith("/model?model=taxi_fare")


def test_a_link_of_a_notification_opens_just_its_view(address, page):
    page.goto(address + PLACE)

    sees(page, "Population stability index of temp:", "2013-05-19 to 2013-05-20 UTC", "Drift", "Column temp")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    charts(page, 12)
    assert page.url == address + PLACE


def test_a_click_on_the_heat_map_chooses_column_and_window(address, page):
    page.goto(address + "model?model=late_arrival&window=86400")
    charts(page, 12)
    page.locator(f"{HEAT} path[aria-label*='Column: carrier; Window: 2013-05-01 to 2013-05-02 UTC']").first.click()

    page.wait_for_url("**column=carrier&end=2013-05-02T00*")
    sees(page, "Column carrier", "2013-05-01 to 2013-05-02 UTC, against the reference")


def test_a_choice_changes_the_url_and_the_way_back_works(address, page):
    page.goto(address + "model?model=late_arrival")
    sees(page, "ROC AUC:")
    page.get_by_role("radio", name="7 days").or_(page.get_by_role("button", name="7 days")).click()

    page.wait_for_url("**window=604800*")
    sees(page, "2013-05-24 to 2013-05-31 UTC")


def test_the_alerts_page_opens_narrowed_and_leads_to_the_place(address, page):
    page.goto(address + "alerts?model=late_arrival&state=firing")

    sees(page, "Open (3)", "roc_auc 0.684 is below 0.7", "acknowledged by on call")
    page.get_by_role("link", name="FeatureDrift · late_arrival · temp").click()
    sees(page, "Population stability index of temp:")
    assert "column=temp" in page.url


def test_past_episodes_and_failed_messages_are_on_the_alerts_page(address, page):
    page.goto(address + "alerts")

    sees(page, "Past episodes (2)", "1 of 9 messages could not be delivered.")
