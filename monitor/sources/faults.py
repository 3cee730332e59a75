"""Turns what databases and drivers raise into `SourceError`s that say what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from urllib.parse import unquote

import adbc_driver_manager as adbc
import pyarrow as pa
import sqlalchemy as sa

from monitor.errors import SourceError

_LONGEST_MESSAGE = 400
# SQLite and pymysql raise OperationalError, the class of passing troubles, for these as well.
_LASTING_WORDS = ("no such table", "no such column", "unknown column", "could not decode", "not a database")
_LASTING_ERRORS = (sa.exc.ProgrammingError, sa.exc.DataError, sa.exc.NotSupportedError)
# SQLSTATE classes: feature not supported, data exception, invalid schema name, syntax error or access rule violation.
_LASTING_STATES = ("0A", "22", "3F", "42")
_STATE = re.compile(r"SQLSTATE: (\w{5})")
# ADBC puts its own words before those of the database, and the whole statement, with its values, behind them.
_ADBC_BEFORE = re.compile(r"^.*(ERROR|FATAL|PANIC): +|^[A-Z_]+: (\[\w+\] )?(Failed to \w+ query: )?")
_ADBC_BEHIND = re.compile(r"\n\s*(LINE \d+:|Query was|query:)|\s*\.?\s*SQLSTATE:")


@contextmanager
def translated(url: sa.URL) -> Iterator[None]:
    """Whatever SQLAlchemy raises inside comes out as a `SourceError`, without password and parameters."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        raise SourceError(f"{place(url)}: {_words(error, url)}", permanent=_is_lasting(error)) from error


@contextmanager
def translated_arrow(url: sa.URL) -> Iterator[None]:
    """The same for what ADBC raises, and Arrow while it reads from ADBC; the statement is not repeated."""
    try:
        yield
    except (adbc.Error, pa.ArrowException, OSError) as error:
        words = str(error)
        # Not chained: the text of the cause has the statement with all values in it.
        raise SourceError(f"{place(url)}: {arrow_words(words, url)}", permanent=is_lasting_state(words)) from None


def arrow_words(words: str, url: sa.URL) -> str:
    """What the database itself said, in one line.

    >>> arrow_words("IO: [libpq] Failed: ERROR:  no such thing\\n\\nQuery was: SELECT 1", sa.make_url("postgresql://"))
    'no such thing'
    """
    return _in_one_line(_ADBC_BEFORE.sub("", _ADBC_BEHIND.split(words)[0], count=1), url)


def place(url: sa.URL) -> str:
    """Where a database is, for people; never with the password.

    >>> place(sa.make_url("postgresql://ann:secret@db.example.org/flights"))
    'postgresql database flights on db.example.org as ann'
    >>> place(sa.make_url("sqlite:///flights.db"))
    'SQLite file flights.db'
    """
    if url.get_backend_name() == "sqlite":
        return f"SQLite file {file_of(url)}" if url.database else "SQLite in memory"
    address = f"{url.host or 'the local socket'}" + (f":{url.port}" if url.port else "")
    user = f" as {url.username}" if url.username else ""
    return f"{url.get_backend_name()} database {url.database or '(default)'} on {address}{user}"


def file_of(url: sa.URL) -> str:
    """The file of a SQLite database, also where the URL names it as a URI."""
    name = url.database or ""
    return unquote(name.removeprefix("file:")) if name.startswith("file:") else name


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A suggestion to end a message with, or nothing.

    >>> did_you_mean("predicted_add", ["predicted_at", "carrier"])
    ', did you mean predicted_at?'
    """
    by_folded = {known.casefold(): known for known in names}
    close = get_close_matches(name.casefold(), by_folded, n=1)
    return f", did you mean {by_folded[close[0]]}?" if close else ""


def listed(names: Iterable[str], at_most: int = 20) -> str:
    """Names in rising order, cut where they would fill the screen."""
    ordered = sorted(names)
    more = f" and {len(ordered) - at_most} more" if len(ordered) > at_most else ""
    return ", ".join(ordered[:at_most]) + more


def _words(error: sa.exc.SQLAlchemyError, url: sa.URL) -> str:
    """What the driver says, in one line."""
    cause: BaseException = error
    if isinstance(error, sa.exc.StatementError) and error.orig is not None:
        cause = error.orig
    text = str(cause.args[-1]) if cause.args else str(cause)
    return _in_one_line(text, url) or type(cause).__name__


def _in_one_line(words: str, url: sa.URL) -> str:
    text = " ".join(words.split())[:_LONGEST_MESSAGE]
    # Drivers do not repeat passwords today; nothing promises that they never will.
    return text.replace(str(url.password), "***") if url.password else text


def _is_lasting(error: sa.exc.SQLAlchemyError) -> bool:
    if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
        return False
    words = str(error).casefold()
    return isinstance(error, _LASTING_ERRORS) or any(lasting in words for lasting in _LASTING_WORDS)


def is_lasting_state(words: str) -> bool:
    """Whether what ADBC said stays so."""
    state = _STATE.search(words)
    if state:
        return state[1].startswith(_LASTING_STATES)
    return any(lasting in words.casefold() for lasting in _LASTING_WORDS)
