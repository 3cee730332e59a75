"""Acknowledgement and silences in a real store, over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa
from builders.alert_states import an_alert_of, save

from monitor.api import build
from monitor.api.attention import NewSilence
from monitor.api.serving import listening
from monitor.service.attention import StoredAttention
from monitor.store.database import migrate, open_store

AGE, PLAN, OTHER = an_alert_of(), an_alert_of(column="plan", state="pending"), an_alert_of(model="fares", column="zone")
SILENCE = {"matchers": ["model=churn", 'column=~"a.*"'], "for": "2 hours", "author": "Ada", "comment": "known"}


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    store = open_store(store_url)
    migrate(store)
    save(store, AGE, PLAN, OTHER)
    yield store
    store.dispose()


@pytest.fixture
def api(store: sa.Engine) -> Iterator[httpx.Client]:
    app = build(StoredAttention(store), token=None, now=lambda: datetime.now(UTC))
    with listening(app, address="127.0.0.1", port=0) as running, httpx.Client(base_url=running.url) as client:
        yield client


def silenced(store: sa.Engine) -> set[str]:
    """The columns whose alerts are silenced, as everybody's tools see it."""
    with store.connect() as connection:
        return set(connection.scalars(sa.text("SELECT column_name FROM v_alert WHERE silenced")))


def fingerprint(state: object) -> str:
    return str(state.identity.fingerprint)  # type: ignore[attr-defined]


def test_alerts_carry_the_labels_that_silences_are_held_against(api: httpx.Client) -> None:
    [found] = api.get("/v1/alerts", params={"model": "fares"}).json()

    assert found["fingerprint"] == fingerprint(OTHER)
    assert found["labels"] == {
        "alertname": "FeatureDrift",
        "model": "fares",
        "metric": "population_stability_index",
        "column": "zone",
        "window": "1d",
        "severity": "ticket",
    }


def test_an_acknowledgement_holds_for_its_episode_and_no_longer(api: httpx.Client, store: sa.Engine) -> None:
    answer = api.post(f"/v1/alerts/{fingerprint(AGE)[:12]}/acknowledge", json={"author": "Ada", "comment": "on it"})
    assert (answer.status_code, answer.json()["acknowledged_by"]) == (200, "Ada")

    save(store, replace(AGE, state="recovering"))
    [found] = api.get("/v1/alerts", params={"state": "recovering"}).json()
    assert (found["acknowledged_by"], found["acknowledged_comment"]) == ("Ada", "on it")
    save(store, replace(AGE, episode=2))
    assert {alert["acknowledged_by"] for alert in api.get("/v1/alerts").json()} == {""}


def test_what_does_not_fire_cannot_be_acknowledged(api: httpx.Client) -> None:
    answer = api.post(f"/v1/alerts/{fingerprint(PLAN)}/acknowledge", json={"author": "Ada"})

    assert answer.status_code == 409
    assert "pending, not firing" in answer.json()["error"]


def test_a_fingerprint_that_nobody_has_is_not_found(api: httpx.Client) -> None:
    assert api.post(f"/v1/alerts/{'0' * 64}/acknowledge", json={"author": "Ada"}).status_code == 404


def test_a_silence_covers_what_it_matches_and_what_comes_later(api: httpx.Client, store: sa.Engine) -> None:
    made = api.post("/v1/silences", json=SILENCE).json()
    assert made["state"] == "active"
    assert made["matchers"] == ['model="churn"', 'column=~"a.*"']
    assert silenced(store) == {"age"}

    save(store, an_alert_of(column="amount"))
    assert silenced(store) == {"age", "amount"}
    assert {alert["labels"]["column"]: alert["silenced_by"] for alert in api.get("/v1/alerts").json()} == {
        "age": [made["id"]],
        "amount": [made["id"]],
        "plan": [],
        "zone": [],
    }


def test_an_alert_whose_labels_change_leaves_its_silence(api: httpx.Client, store: sa.Engine) -> None:
    save(store, replace(AGE, labels={"team": "growth"}))
    api.post("/v1/silences", json=SILENCE | {"matchers": ["team=growth"]})
    assert silenced(store) == {"age"}

    save(store, replace(AGE, labels={"team": "risk"}))
    assert silenced(store) == set()


def test_a_silence_that_is_ended_is_kept_and_silences_nothing(api: httpx.Client, store: sa.Engine) -> None:
    made = api.post("/v1/silences", json=SILENCE).json()
    ended = api.post(f"/v1/silences/{made['id']}/expire", json={}).json()
    again = api.post(f"/v1/silences/{made['id']}/expire", json={}).json()

    assert ended["state"] == "expired"
    assert again == ended
    assert silenced(store) == set()
    assert [silence["id"] for silence in api.get("/v1/silences").json()] == [made["id"]]
    assert api.post("/v1/silences/99/expire", json={}).status_code == 404


def test_a_silence_that_begins_later_silences_nothing_yet(api: httpx.Client, store: sa.Engine) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    made = api.post("/v1/silences", json=SILENCE | {"starts_at": later.isoformat()}).json()

    assert made["state"] == "pending"
    assert silenced(store) == set()


def test_the_view_of_silences_says_how_each_stands(api: httpx.Client, store: sa.Engine) -> None:
    for starts_at in ("2026-01-01", None, (datetime.now(UTC) + timedelta(days=1)).isoformat()):
        api.post("/v1/silences", json=SILENCE | {"starts_at": starts_at, "for": "1000000 minutes"})
    with store.begin() as connection:
        connection.execute(sa.text("UPDATE silence SET starts_at = 0, ends_at = 1 WHERE silence_id = 1"))
        rows = connection.execute(sa.text("SELECT state, alerts, matchers, author FROM v_silence ORDER BY silence_id"))
        states = [(row.state, row.alerts) for row in rows]

    assert states == [("expired", 1), ("active", 1), ("pending", 1)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"matchers": ["model=churn", "column=~("]}, "matchers.1"),
        ({"matchers": ["column=", "version!=v1"]}, "matchers"),
        ({"for": None, "ends_at": "2026-01-01"}, "ends_at"),
    ],
)
def test_a_silence_that_cannot_be_meant_is_refused(
    api: httpx.Client, store: sa.Engine, body: dict[str, object], field: str
) -> None:
    answer = api.post("/v1/silences", json=SILENCE | body)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert api.get("/v1/silences").json() == []


def test_a_store_that_is_away_is_said() -> None:
    away = open_store("postgresql://watch:secret@127.0.0.1:1/seamark")
    app = build(StoredAttention(away), token=None, now=lambda: datetime.now(UTC))
    with listening(app, address="127.0.0.1", port=0) as running:
        for path in ("/v1/healthz", "/v1/alerts", "/v1/silences"):
            answer = httpx.get(running.url + path)
            assert (answer.status_code, answer.json()["error"]) == (503, "the store is away; try again")
    away.dispose()


def test_no_alert_slips_between_a_silence_and_a_run_that_write_at_the_same_time(store: sa.Engine) -> None:
    wanted = NewSilence(("model=churn",), None, datetime.now(UTC) + timedelta(hours=1), "Ada", "known")
    new = [an_alert_of(column=f"column_{number}") for number in range(20)]
    writers = [threading.Thread(target=save, args=(store, state)) for state in new]
    writers.insert(10, threading.Thread(target=StoredAttention(store).silence, args=(wanted,)))
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert {state.identity.column_name for state in new} <= silenced(store)
