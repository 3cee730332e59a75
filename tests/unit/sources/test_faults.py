"""Messages about databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from monitor.errors import SourceError
from monitor.sources.engines import open_engine
from monitor.sources.faults import did_you_mean, listed, place, translated, translated_arrow

URL = sa.make_url("postgresql+psycopg://ann:hunter2@db.example.org:5433/flights")


def raised(error: sa.exc.SQLAlchemyError) -> SourceError:
    with pytest.raises(SourceError) as caught, translated(URL):
        raise error
    return caught.value


def test_a_place_names_host_user_and_database_but_no_password() -> None:
    assert place(URL) == "postgresql database flights on db.example.org:5433 as ann"


def test_a_place_in_sqlite_is_its_file() -> None:
    assert place(open_engine("sqlite:///some flights.db").url) == "SQLite file some flights.db"
    assert place(sa.make_url("sqlite://")) == "SQLite in memory"


@pytest.mark.parametrize(
    ("kind", "words", "permanent"),
    [
        (sa.exc.OperationalError, "connection refused", False),
        (sa.exc.OperationalError, "database is locked", False),
        (sa.exc.OperationalError, "no such table: predictions", True),
        (sa.exc.OperationalError, "Unknown column 'a' in 'SELECT'", True),
        (sa.exc.ProgrammingError, 'relation "predictions" does not exist', True),
        (sa.exc.DataError, "invalid input syntax", True),
        (sa.exc.DatabaseError, "file is not a database", True),
        (sa.exc.InterfaceError, "connection already closed", False),
    ],
)
def test_only_what_stays_wrong_is_permanent(kind: type[sa.exc.DBAPIError], words: str, permanent: bool) -> None:
    error = raised(kind("SELECT secret", {"id": "private"}, Exception(words)))
    assert error.permanent is permanent
    assert words in str(error)


def test_a_lost_connection_is_never_permanent() -> None:
    error = sa.exc.ProgrammingError("SELECT 1", {}, Exception("gone"), connection_invalidated=True)
    assert not raised(error).permanent


def test_statement_parameters_and_password_are_not_told() -> None:
    driver = Exception("login of ann with hunter2\n\tfailed")
    message = str(raised(sa.exc.OperationalError("SELECT secret", {"id": "private"}, driver)))
    assert message == f"{place(URL)}: login of ann with *** failed"


def test_a_full_pool_is_told_too() -> None:
    assert "limit reached" in str(raised(sa.exc.TimeoutError("limit reached")))


def test_a_suggestion_looks_past_upper_and_lower_case() -> None:
    assert did_you_mean("CARRIER", ["carrier", "origin"]) == ", did you mean carrier?"
    assert did_you_mean("weight", ["carrier", "origin"]) == ""


def test_long_lists_of_names_are_cut() -> None:
    assert listed(["b", "a", "c"], at_most=2) == "a, b and 1 more"


@pytest.mark.parametrize(
    ("words", "told", "permanent"),
    [
        (
            'NOT_FOUND: Failed to prepare query: ERROR:  relation "t" does not exist\nLINE 1: SELECT private\n   ^\n\n'
            "Query was: SELECT private. SQLSTATE: 42P01",
            'relation "t" does not exist',
            True,
        ),
        (
            "INVALID_DATA: [libpq] Failed to execute query: could not begin COPY: ERROR:  division by zero\n\n"
            "Query was: COPY (SELECT private) TO STDOUT. SQLSTATE: 22012",
            "division by zero",
            True,
        ),
        (
            "IO: [libpq] Execution error: FATAL:  terminating connection of ann with hunter2\n. SQLSTATE: 57P01",
            "terminating connection of ann with ***",
            False,
        ),
        (
            "INVALID_ARGUMENT: [SQLite] Failed to prepare query: no such table: t\nquery: SELECT private",
            "no such table: t",
            True,
        ),
        ("IO: Failed to step query: database is locked", "database is locked", False),
    ],
)
def test_what_adbc_raises_is_told_without_its_statement(words: str, told: str, permanent: bool) -> None:
    with pytest.raises(SourceError) as caught, translated_arrow(URL):
        raise OSError(words)
    assert str(caught.value) == f"{place(URL)}: {told}"
    assert caught.value.permanent is permanent
    assert caught.value.__suppress_context__
