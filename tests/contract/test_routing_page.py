"""What docs/routing.md and the README show of routes is read, and does what they say."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.muting import muted
from monitor.config.alerts import AlertSettings
from monitor.config.loader import read
from monitor.config.routes import RouteSettings
from monitor.service.alerting import route_of, suppression_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "routing.md").read_text("utf-8")
MODEL = """version: 1
store: sqlite:///seamark.db
models:
  late_arrival:
    task: binary_classification
    predictions: {table: predictions, columns: {id: id, time: at, score: score}}
    targets: {table: targets, columns: {id: id, target: late}}
    reference: {from: 2013-01-01, to: 2013-04-01}
"""


RECEIVERS = "  receivers: [{name: team, console: {}}, {name: duty, console: {}}]\n"


def read_alerts(page: str, *, more: str = "") -> AlertSettings:
    """The first block of a page."""
    found = re.search(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    assert found is not None
    text = MODEL + found[1] + more
    return read(text, file="page", folder=ROOT, environment={"PAGERDUTY_KEY": "0" * 32}).alerts


@pytest.fixture(scope="module")
def alerts() -> AlertSettings:
    return read_alerts(PAGE)


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        ({"severity": "page", "model": "late_arrival", "team": "ml"}, ["archive", "duty"]),
        ({"severity": "page", "model": "fares", "team": "ml"}, ["archive", "team"]),
        ({"severity": "ticket", "model": "fares"}, ["archive", "team"]),
        ({"severity": "page", "receiver": "chat"}, ["duty"]),
        ({}, ["team"]),
    ],
)
def test_alerts_take_the_ways_that_the_page_shows(
    alerts: AlertSettings, labels: dict[str, str], receivers: list[str]
) -> None:
    tree = route_of(alerts)
    assert tree is not None
    assert [route.receiver for route in tree.matching(labels)] == receivers


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("2026-07-06T21:00", "muted in nights"),
        ("2026-07-06T12:00", ""),
        ("2026-12-24T12:00", "muted in year_end"),
        ("2026-12-23T12:00", ""),
    ],
)
def test_tickets_are_muted_when_the_page_says(alerts: AlertSettings, moment: str, reason: str) -> None:
    tree = route_of(alerts)
    assert tree is not None
    tickets = tree.routes[-1]
    when = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert muted(suppression_of(alerts).intervals, when, mute=tickets.mute, active=tickets.active) == reason


def test_the_block_of_the_readme_leads_pages_to_whom_it_says() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    tree = route_of(read_alerts(readme[readme.index("### Who is told") :], more=RECEIVERS))
    assert tree is not None
    page, ticket = {"severity": "page"}, {"severity": "ticket", "model": "late_arrival"}
    assert [route.receiver for route in tree.matching(page)] == ["duty"]
    assert [(route.receiver, route.mute) for route in tree.matching(ticket)] == [("team", ("nights",))]


def test_every_key_of_a_route_is_explained() -> None:
    written = {field.alias or name for name, field in RouteSettings.model_fields.items()} - {"routes"}
    assert {key for key in written if f"`{key}`" not in PAGE} == set()
