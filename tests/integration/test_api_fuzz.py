"""Whatever is sent to the HTTP API, it answers in one of its two shapes, and never with a fault of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from builders.alert_states import an_alert_of, save
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.api import build
from monitor.api.serving import listening
from monitor.service.attention import StoredAttention
from monitor.store.database import migrate, open_store

AGE = an_alert_of()
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3), max_leaves=8
)
MATCHERS = st.lists(
    st.sampled_from(("model=churn", 'column=~"a.*"', "version!=v1", "a=~(", "a=")) | ANY_TEXT, max_size=4
)
TIMES = st.sampled_from(("2026-01-01", "9999-12-31T23:59:59Z", "0001-01-01", "0001-01-01T00:00:00+14:00")) | ANY_TEXT
LENGTHS = st.sampled_from(("2 hours", "0 hours", "36525 days", "999999999 weeks", "1 month")) | ANY_TEXT
SILENCES = st.fixed_dictionaries(
    {},
    optional={
        "matchers": MATCHERS | ANYTHING,
        "starts_at": TIMES | ANYTHING,
        "ends_at": TIMES | ANYTHING,
        "for": LENGTHS | ANYTHING,
        "author": st.just("Ada") | ANYTHING,
        "comment": st.just("known") | ANYTHING,
        "other": ANYTHING,
    },
)
PARTS = ("v1", "alerts", "silences", "expire", "acknowledge", "1", "..", "", "%00", "%2f")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('store')}/seamark.db")
    migrate(store)
    save(store, AGE)
    app = build(StoredAttention(store), token=None, now=lambda: datetime.now(UTC))
    with (
        listening(app, address="127.0.0.1", port=0) as running,
        httpx.Client(base_url=running.url, timeout=30) as client,
    ):
        yield client
    store.dispose()


def post(api: httpx.Client, path: str, body: Any) -> httpx.Response:
    return api.post(path, content=json.dumps(body), headers={"content-type": "application/json"})


def is_well(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.text
    if answer.is_success:
        return
    body = answer.json()
    assert set(body) == {"error", "field"}
    assert body["error"]
    assert "Traceback" not in answer.text


@FUZZ
@given(SILENCES | ANYTHING)
@example({"matchers": ["model=churn"], "for": "36525 days", "author": "Ada", "comment": "known"})
@example({"matchers": ["model=churn"], "ends_at": "9999-12-31T23:59:59Z", "author": "Ada", "comment": "known"})
def test_any_silence_is_taken_or_refused_in_words(api: httpx.Client, body: Any) -> None:
    answer = post(api, "/v1/silences", body)
    is_well(answer)
    if answer.is_success:
        assert answer.json()["state"] in ("pending", "active")
        is_well(post(api, f"/v1/silences/{answer.json()['id']}/expire", {}))


@FUZZ
@given(st.fixed_dictionaries({}, optional={"author": ANYTHING, "comment": ANYTHING, "other": ANYTHING}) | ANYTHING)
def test_any_acknowledgement_is_taken_or_refused_in_words(api: httpx.Client, body: Any) -> None:
    is_well(post(api, f"/v1/alerts/{AGE.identity.fingerprint}/acknowledge", body))


@FUZZ
@given(st.binary(max_size=60))
def test_any_bytes_are_refused_in_words(api: httpx.Client, content: bytes) -> None:
    answer = api.post("/v1/silences", content=content, headers={"content-type": "application/json"})
    is_well(answer)
    assert answer.status_code in (400, 422)


@FUZZ
@given(
    st.sampled_from(("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD")),
    st.lists(
        st.sampled_from(("v1", "alerts", "silences", "expire", "acknowledge", "1", "..", "", "%00", "%2f")), max_size=5
    ),
    st.dictionaries(st.sampled_from(("model", "state", "x")), st.text(st.characters(codec="utf-8"), max_size=10)),
)
def test_any_path_is_answered(api: httpx.Client, method: str, parts: list[str], query: dict[str, str]) -> None:
    address = "/".join((str(api.base_url).rstrip("/"), *parts))
    answer = api.request(method, address, params=query, headers={"content-type": "application/json"})
    assert answer.status_code < 500
    if method != "HEAD":
        is_well(answer)
