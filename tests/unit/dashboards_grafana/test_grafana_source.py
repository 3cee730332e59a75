"""The store as a data source, and what can be said of an address and a token before anything is sent."""

from __future__ import annotations

import pytest

from dashboards.grafana.connection import Connection, GrafanaError
from dashboards.grafana.publish import Target
from dashboards.grafana.source import DataSource


def test_a_store_without_a_port_is_asked_on_the_usual_one() -> None:
    assert DataSource.of_store("postgresql://reader@db/seamark").port == 5432


def test_a_password_with_signs_in_it_is_read_back() -> None:
    assert DataSource.of_store("postgresql://reader:a%40b%2Fc@db/seamark").password == "a@b/c"


@pytest.mark.parametrize(("asked", "given"), [("", "disable"), ("prefer", "disable"), ("verify-full", "verify-full")])
def test_ssl_is_what_the_store_asks_for_as_far_as_grafana_knows_it(asked: str, given: str) -> None:
    query = f"?sslmode={asked}" if asked else ""
    assert DataSource.of_store(f"postgresql://reader@db/seamark{query}").ssl_mode == given


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite:///seamark.db", "this one is sqlite"),
        ("no url", "no SQLAlchemy URL"),
        ("mysql+pymysql://db/seamark", "this one is mysql"),
        ("postgresql:///seamark", "host and database"),
        ("postgresql://reader@db", "host and database"),
        ("postgresql://reader:hunter2@db/seamark?sslmode=perhaps", "perhaps"),
    ],
)
def test_a_store_that_grafana_cannot_read_is_refused_in_words(url: str, message: str) -> None:
    with pytest.raises(GrafanaError, match=message) as caught:
        DataSource.of_store(url)
    assert caught.value.permanent
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(("host", "url"), [("db", "db:5432"), ("::1", "[::1]:5432")])
def test_host_and_port_are_one_address(host: str, url: str) -> None:
    assert DataSource(host=host, database="seamark", user="reader").body()["url"] == url


def test_the_password_goes_where_grafana_encrypts_it_and_nowhere_else() -> None:
    body = DataSource(host="db", database="seamark", user="reader", password="hunter2").body()
    assert body.pop("secureJsonData") == {"password": "hunter2"}
    assert "hunter2" not in str(body)


def test_secrets_are_not_printed() -> None:
    assert "hunter2" not in repr(DataSource(host="db", database="seamark", user="reader", password="hunter2"))
    assert "glsa_1" not in repr(Target("http://127.0.0.1:3000", "glsa_1"))


@pytest.mark.parametrize("url", ["", "grafana.example.org", "ftp://grafana", "https://", "http://a:b", "http://[::1"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(GrafanaError, match="no address"):
        Connection(url, "glsa_1")


@pytest.mark.parametrize("url", ["https://user:hunter2@grafana", "https://grafana/?orgId=1", "https://grafana/#a"])
def test_an_address_with_more_than_host_and_path_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(GrafanaError, match="no user, query or fragment") as caught:
        Connection(url, "glsa_1")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("token", ["", "  ", "a b", "a\nb", "tok€n"])
def test_a_token_that_cannot_stand_in_a_header_is_refused_without_repeating_it(token: str) -> None:
    with pytest.raises(GrafanaError, match="signs that no token has"):
        Connection("http://127.0.0.1:3000", token)


@pytest.mark.parametrize("url", ["http://127.0.0.1:3000", "http://127.0.0.1:3000/", "https://a.example.org/grafana/"])
def test_an_address_is_kept_without_its_last_slash(url: str) -> None:
    assert Connection(url, "glsa_1\n").url == url.rstrip("/")
