"""Opening engines, without any server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.errors import SourceError
from monitor.sources.engines import open_engine


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgresql://ann:secret@db/flights", "psycopg"),
        ("postgres://db/flights", "psycopg"),
        ("mysql://db/flights", "pymysql"),
        ("mariadb://db/flights", "pymysql"),
        ("sqlite:///flights.db", "pysqlite"),
    ],
)
def test_a_url_without_driver_gets_the_one_that_is_installed(url: str, driver: str) -> None:
    assert open_engine(url).driver == driver


@pytest.mark.parametrize("url", ["flights.db", "", "postgresql://ann:hunter2@db:port/flights"])
def test_what_is_no_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SourceError, match="not a database URL") as caught:
        open_engine(url)
    assert caught.value.permanent
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("snowflake://ann:hunter2@account/db", "pip install 'snowflake-sqlalchemy'"),
        ("oracle+oracledb://ann:hunter2@db/x", "pip install 'oracledb'"),
        ("mysql+mysqldb://ann:hunter2@db/x", "pip install 'mysqlclient'"),
        ("postgresqll://ann:hunter2@db/x", "did you mean postgresql?"),
        ("fivefold://ann:hunter2@db/x", "no kind of database that SQLAlchemy knows"),
    ],
)
def test_a_missing_driver_is_named_with_its_package(url: str, advice: str) -> None:
    with pytest.raises(SourceError) as caught:
        open_engine(url)
    assert advice in str(caught.value)
    assert caught.value.permanent
    assert "hunter2" not in str(caught.value)


def test_parameters_are_hidden_from_messages() -> None:
    assert open_engine("sqlite://").hide_parameters


def test_settings_in_the_url_win() -> None:
    engine = open_engine("postgresql://db/flights?application_name=mine", statement_timeout=timedelta(seconds=30))
    arguments = engine.dialect.create_connect_args(engine.url)[1]
    assert arguments["application_name"] == "mine"
