"""Turns what databases and drivers raise into `SourceError`s that say what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from urllib.parse import unquote

import sqlalchemy as sa

from monitor.errors import SourceError

_LONGEST_MESSAGE = 400
# SQLite and pymysql raise OperationalError, the class of passing troubles, for these as well.
_LASTING_WORDS = ("no such table", "no such column", "unknown column", "could not decode", "not a database")
_LASTING_ERRORS = (sa.exc.ProgrammingError, sa.exc.DataError, sa.exc.NotSupportedError)


@contextmanager
def translated(url: sa.URL) -> Iterator[None]:
    """Whatever SQLAlchemy raises inside comes out as a `SourceError`, without password and parameters."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        raise SourceError(f"{place(url)}: {_words(error, url)}", permanent=_is_lasting(error)) from error


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
    text = " ".join(text.split())[:_LONGEST_MESSAGE] or type(cause).__name__
    # Drivers do not repeat passwords today; nothing promises that they never will.
    return text.replace(str(url.password), "***") if url.password else text


def _is_lasting(error: sa.exc.SQLAlchemyError) -> bool:
    if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
        return False
    words = str(error).casefold()
    return isinstance(error, _LASTING_ERRORS) or any(lasting in words for lasting in _LASTING_WORDS)
