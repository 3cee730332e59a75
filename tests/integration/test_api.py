"""The HTTP API behind a real server: what it lets in, what it answers, how it says no."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import httpx
import pytest
from builders.attention import NOW, MemoryAttention, an_alert, served

from monitor.api import build
from monitor.api.serving import listening
from monitor.errors import WorldError

ONE, TWO = "a" * 64, "a" * 20 + "b" * 44
SILENCE = {"matchers": ['alertname="FeatureDrift"'], "for": "2 hours", "author": "Ada", "comment": "known"}
TOKEN = "correct-horse-battery"


@pytest.fixture(scope="module")
def kept() -> MemoryAttention:
    return MemoryAttention()


@pytest.fixture(scope="module")
def open_api(kept: MemoryAttention) -> Iterator[httpx.Client]:
    with served(kept) as url, httpx.Client(base_url=url) as client:
        yield client


@pytest.fixture(scope="module")
def guarded_api(kept: MemoryAttention) -> Iterator[httpx.Client]:
    with served(kept, TOKEN) as url, httpx.Client(base_url=url) as client:
        yield client


@pytest.fixture
def attention(kept: MemoryAttention) -> MemoryAttention:
    """Two alerts that are open, one that is not, and no silence."""
    kept.known = [an_alert(ONE), an_alert(TWO, "taxi_fare", "pending"), an_alert("c" * 64, "x", "inactive")]
    kept.made = []
    kept.is_away = kept.is_broken = False
    return kept


@pytest.fixture
def api(attention: MemoryAttention, open_api: httpx.Client) -> httpx.Client:
    return open_api


@pytest.fixture
def guarded(attention: MemoryAttention, guarded_api: httpx.Client) -> httpx.Client:
    return guarded_api


def refused(answer: httpx.Response, status: int, words: str, field: str | None = None) -> None:
    """Whether an answer is a refusal of the one shape."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"error", "field"}
    assert words in body["error"]
    assert body["field"] == field


# what it answers


def test_open_alerts_are_listed_with_labels_and_times_in_utc(api: httpx.Client) -> None:
    answer = api.get("/v1/alerts")

    assert [alert["fingerprint"] for alert in answer.json()] == [ONE, TWO]
    first = answer.json()[0]
    assert first["labels"] == {"alertname": "FeatureDrift", "model": "late_arrival", "column": "temp"}
    assert first["fired_at"] == "2026-03-01T12:00:00Z"


def test_a_value_that_is_no_number_is_null_in_json(api: httpx.Client) -> None:
    assert api.get("/v1/alerts").json()[0]["value"] is None


@pytest.mark.parametrize(
    ("wanted", "count"),
    [({"model": "taxi_fare"}, 1), ({"state": "inactive"}, 1), ({"state": "any"}, 3), ({"model": "none"}, 0)],
)
def test_alerts_can_be_narrowed(api: httpx.Client, wanted: dict[str, str], count: int) -> None:
    assert len(api.get("/v1/alerts", params=wanted).json()) == count


def test_an_alert_is_acknowledged_by_the_beginning_of_its_fingerprint(
    api: httpx.Client, attention: MemoryAttention
) -> None:
    answer = api.post(f"/v1/alerts/{ONE[:21]}/acknowledge", json={"author": " Ada ", "comment": "on it"})

    assert answer.status_code == 200
    assert (answer.json()["acknowledged_by"], answer.json()["acknowledged_comment"]) == ("Ada", "on it")
    assert attention.known[0].acknowledged_by == "Ada"


def test_a_silence_is_made_listed_and_ended(api: httpx.Client) -> None:
    made = api.post("/v1/silences", json=SILENCE)
    assert made.status_code == 201
    assert made.json()["ends_at"] == "2026-03-01T14:00:00Z"
    ended = api.post(f"/v1/silences/{made.json()['id']}/expire", json={})

    assert ended.json()["state"] == "expired"
    assert [silence["state"] for silence in api.get("/v1/silences").json()] == ["expired"]


def test_a_silence_may_begin_later(api: httpx.Client) -> None:
    made = api.post("/v1/silences", json=SILENCE | {"starts_at": "2026-03-02T00:00:00+01:00"})

    assert (made.json()["starts_at"], made.json()["ends_at"]) == ("2026-03-01T23:00:00Z", "2026-03-02T01:00:00Z")


def test_the_description_is_served_and_no_page_that_loads_scripts(api: httpx.Client) -> None:
    assert "/v1/silences" in api.get("/v1/openapi.json").json()["paths"]
    assert {api.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")} == {404}


# how it says no


@pytest.mark.parametrize(
    ("body", "words", "field"),
    [
        ({"for": "2 months"}, "a month has no fixed length", "for"),
        ({"for": None}, "say either ends_at, or for how long", "ends_at"),
        ({"ends_at": "2026-03-02"}, "say either ends_at, or for how long", "ends_at"),
        ({"for": None, "starts_at": "2026-03-03", "ends_at": "2026-03-02"}, "ends before it begins", "ends_at"),
        ({"for": None, "starts_at": "2026-01-01", "ends_at": "2026-01-02"}, "over already", "ends_at"),
        ({"starts_at": "9999-12-31T23:00:00Z"}, "later than any date", "for"),
        ({"starts_at": "tomorrow"}, "not a moment", "starts_at"),
        ({"starts_at": 1772366400}, "not a moment", "starts_at"),
        ({"matchers": []}, "is empty", "matchers"),
        ({"matchers": "a=b"}, "should be a list", "matchers"),
        ({"matchers": ["a=b", 3]}, "should be text", "matchers.1"),
        ({"matchers": ["a=b", "nothing"]}, "is no matcher", "matchers.1"),
        ({"author": " "}, "is empty", "author"),
        ({"author": "A\u0000da"}, "holds characters", "author"),
        ({"author": "x" * 300}, "is refused", "author"),
        ({"comment": ""}, "is empty", "comment"),
        ({"comments": ""}, "is not known", "comments"),
    ],
)
def test_a_wrong_silence_is_refused_with_the_field_that_is_wrong(
    api: httpx.Client, attention: MemoryAttention, body: dict[str, object], words: str, field: str
) -> None:
    refused(api.post("/v1/silences", json=SILENCE | body), 422, words, field)
    assert not attention.made


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"author": NaN}', "NaN is no number in JSON"),
        (b'{"author": "a", "author": "b"}', "twice"),
        (b'{"author": ' + b"[" * 30_000, "nested too deep"),
    ],
)
def test_what_is_not_json_is_refused(api: httpx.Client, content: bytes, words: str) -> None:
    headers = {"content-type": "application/json"}
    refused(api.post(f"/v1/alerts/{ONE}/acknowledge", content=content, headers=headers), 400, words)


@pytest.mark.parametrize("content", [b"", b"[]", b"3", b"null", b'"text"'])
def test_a_body_that_is_no_object_is_refused(api: httpx.Client, content: bytes) -> None:
    answer = api.post("/v1/silences", content=content, headers={"content-type": "application/json"})
    refused(answer, 422, "the body")


def test_half_a_pair_of_surrogates_is_refused(api: httpx.Client) -> None:
    content = json.dumps(SILENCE | {"comment": "\ud800"})
    answer = api.post("/v1/silences", content=content, headers={"content-type": "application/json"})
    refused(answer, 422, "should be text", "comment")


def test_a_fingerprint_that_nobody_has_is_not_found(api: httpx.Client) -> None:
    refused(api.post(f"/v1/alerts/{'d' * 64}/acknowledge", json={"author": "Ada"}), 404, "no alert")


def test_a_beginning_that_several_alerts_share_is_a_conflict(api: httpx.Client) -> None:
    refused(api.post(f"/v1/alerts/{'a' * 12}/acknowledge", json={"author": "Ada"}), 409, "say more of it")


@pytest.mark.parametrize("fingerprint", ["aaaa", "A" * 64, "%00aaaaaaaa", "a" * 65])
def test_what_cannot_be_a_fingerprint_is_refused(api: httpx.Client, fingerprint: str) -> None:
    answer = api.post(f"/v1/alerts/{fingerprint}/acknowledge", json={"author": "Ada"})
    refused(answer, 422, "fingerprint", "fingerprint")


@pytest.mark.parametrize(("silence_id", "status"), [("7", 404), ("0", 422), ("x", 422), (str(2**63), 422)])
def test_a_silence_that_is_not_there_cannot_be_ended(api: httpx.Client, silence_id: str, status: int) -> None:
    assert api.post(f"/v1/silences/{silence_id}/expire", json={}).status_code == status


@pytest.mark.parametrize(("state", "words"), [("burning", "'open', 'any'"), ("", "'open', 'any'")])
def test_a_state_that_is_not_known_is_refused(api: httpx.Client, state: str, words: str) -> None:
    refused(api.get("/v1/alerts", params={"state": state}), 422, words, "state")


def test_a_path_and_a_method_that_are_not_there_are_refused_in_the_same_shape(api: httpx.Client) -> None:
    refused(api.get("/v1/nothing"), 404, "Not Found")
    refused(api.get("/v1/silences/"), 404, "Not Found")
    refused(api.put("/v1/silences", json={}), 405, "Method Not Allowed")


@pytest.mark.parametrize("path", ["/v1/alerts", "/v1/silences", "/v1/healthz"])
def test_a_store_that_is_away_is_said_without_its_address(
    api: httpx.Client, attention: MemoryAttention, path: str
) -> None:
    attention.is_away = True
    answer = api.get(path)

    refused(answer, 503, "the store is away")
    assert answer.headers["retry-after"] == "10"


def test_a_fault_without_a_name_is_told_without_its_details(api: httpx.Client, attention: MemoryAttention) -> None:
    attention.is_broken = True
    answer = api.get("/v1/alerts")

    refused(answer, 500, "the log of the server says more")
    assert "secret" not in answer.text


# who and what is let in


def test_without_the_right_token_nothing_is_said(guarded: httpx.Client) -> None:
    for given in ("", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \u00e9"):
        answer = guarded.get("/v1/alerts", headers={"authorization": given.encode()})
        refused(answer, 401, "Authorization: Bearer TOKEN")
        assert "www-authenticate" in answer.headers
    for path in ("/v1/openapi.json", "/v1/nothing"):
        assert guarded.get(path).status_code == 401


def test_with_the_right_token_any_name_of_the_host_will_do(guarded: httpx.Client) -> None:
    headers = {"authorization": f"Bearer {TOKEN}", "host": "monitor:8500"}
    assert guarded.get("/v1/alerts", headers=headers).status_code == 200
    assert guarded.post("/v1/silences", headers=headers, json=SILENCE).status_code == 201


def test_whether_it_is_well_may_be_asked_without_a_token(guarded: httpx.Client) -> None:
    assert guarded.get("/v1/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("host", ["evil.example.org", "evil.example.org:80", "127.0.0.1.example.org", "10.0.0.1", ""])
def test_without_a_token_a_foreign_name_is_not_served(api: httpx.Client, host: str) -> None:
    refused(api.get("/v1/alerts", headers={"host": host}), 403, "only localhost is served")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8500", "127.0.0.1:1", "[::1]:8500"])
def test_without_a_token_the_names_of_this_machine_are_served(api: httpx.Client, host: str) -> None:
    assert api.get("/v1/alerts", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
def test_what_a_form_on_another_page_can_send_is_refused(
    api: httpx.Client, attention: MemoryAttention, kind: str | None
) -> None:
    headers = {} if kind is None else {"content-type": kind}
    answer = api.post("/v1/silences", content=json.dumps(SILENCE), headers=headers)

    refused(answer, 415, "should be application/json")
    assert not attention.made


def test_pages_of_other_sites_get_no_leave_to_write(api: httpx.Client) -> None:
    refused(api.post("/v1/silences", json=SILENCE, headers={"origin": "https://evil.example.org"}), 403, "other sites")
    asked = {"origin": "https://evil.example.org", "access-control-request-method": "POST"}
    for answer in (api.options("/v1/silences", headers=asked), api.get("/v1/alerts", headers=asked)):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(api: httpx.Client) -> None:
    refused(api.post("/v1/silences", json=SILENCE | {"comment": "x" * 70_000}), 413, "larger than 65536 bytes")


def test_a_body_without_a_length_is_counted_as_it_comes(api: httpx.Client) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 1000

    answer = api.post("/v1/silences", content=pieces(), headers={"content-type": "application/json"})
    refused(answer, 413, "larger than 65536 bytes")


def test_every_answer_has_the_headers_that_keep_browsers_careful(api: httpx.Client) -> None:
    for answer in (api.get("/v1/alerts"), api.get("/v1/nothing"), api.get("/v1/alerts", headers={"host": "evil"})):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers


# where it listens


def test_a_port_that_is_taken_is_said(attention: MemoryAttention) -> None:
    app = build(attention, token=None, now=lambda: NOW)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WorldError, match=rf"cannot listen on 127\.0\.0\.1, port {port}: Address already in use"):
            listening(app, address="127.0.0.1", port=port).__enter__()


def test_the_port_is_free_again_when_it_stops(attention: MemoryAttention) -> None:
    with served(attention) as url:
        port = httpx.URL(url).port
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
