"""What a dashboard says where the HTTP API does not do what it asks."""

from __future__ import annotations

import httpx
import pytest

from dashboards.api import Api, ApiFaultError, matchers


def said(answer: httpx.Response) -> str:
    api = Api("http://api", transport=httpx.MockTransport(lambda _: answer))
    with pytest.raises(ApiFaultError) as caught:
        api.expire(1)
    return str(caught.value)


def test_a_refusal_is_shown_as_the_api_words_it() -> None:
    answer = httpx.Response(422, json={"error": "matchers.0 is no matcher", "field": "matchers.0"})
    assert said(answer) == "Matchers.0 is no matcher."


def test_a_wrong_token_says_where_the_token_comes_from() -> None:
    assert "SEAMARK_API_TOKEN" in said(httpx.Response(401, json={"error": "no", "field": None}))


@pytest.mark.parametrize("answer", [httpx.Response(502, html="<h1>no</h1>"), httpx.Response(200, text="hello")])
def test_another_server_in_its_place_is_said(answer: httpx.Response) -> None:
    assert "and not as Seamark does" in said(answer)


@pytest.mark.parametrize("body", [[], {}, None, {"error": ""}])
def test_a_refusal_without_words_tells_its_status(body: object) -> None:
    assert "status 500" in said(httpx.Response(500, json=body))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "127.0.0.1:8500", "http://[", ""])
def test_an_api_that_is_not_there_is_said(url: str) -> None:
    with pytest.raises(ApiFaultError, match="does not answer"):
        Api(url).silences()


def test_the_token_goes_along_as_bearer() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=[])

    Api("http://api", "a-token", httpx.MockTransport(answer)).silences()
    assert seen[0].headers["authorization"] == "Bearer a-token"


def test_an_alert_that_the_api_does_not_know_is_said() -> None:
    api = Api("http://api", transport=httpx.MockTransport(lambda _: httpx.Response(200, json=[])))
    with pytest.raises(ApiFaultError, match="another store"):
        api.alert("churn", "a" * 64)


def test_matchers_quote_what_would_end_them() -> None:
    assert matchers({"column": 'a"b\\c\nd'}) == ['column="a\\"b\\\\c\\nd"']
