"""Turns what Spark raises into `SourceError`s of one line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from monitor.errors import SourceError
from monitor.sources.faults import is_lasting_state

_LONGEST_MESSAGE = 400
_SECRET_WORDS = ("password", "passwd", "pwd", "secret", "token", "key", "credential", "signature", "sas", "auth")
_HOLDS_A_SECRET = re.compile(rf"(?i)({'|'.join(_SECRET_WORDS)})=|://[^/\s]*:[^/\s]*@")
_OURS = re.compile(r"^monitor\.errors\.SourceError: (.+)$", re.MULTILINE)
_CONDITION = re.compile(r"\[[A-Z][A-Z0-9_.]+\] ?(?P<words>[^\n]+)")
_CALL = re.compile(r"^An error occurred while calling \S+\n: ")
_CLASS = re.compile(r"^(?:[\w$]+\.)+[\w$]+: ")
_STATE = re.compile(r"\s*SQLSTATE: \w{5}.*")
_ADVICE = {
    "TIMESTAMP(NANOS": "; Spark reads no nanoseconds: write the times in microseconds",
    "DATA_SOURCE_NOT_FOUND": "; name its package in `conf: {spark.jars.packages: ...}`",
    "No suitable driver": "; name the package of the driver in `conf: {spark.jars.packages: ...}`",
}


@contextmanager
def translated(place: str, secrets: Collection[str]) -> Iterator[None]:
    """Whatever Spark raises inside comes out as a `SourceError`, without the secrets of its options."""
    from py4j.protocol import Py4JError, Py4JNetworkError  # noqa: PLC0415 - comes with the extra
    from pyspark.errors import PySparkException  # noqa: PLC0415

    try:
        yield
    except (PySparkException, Py4JError, Py4JNetworkError) as error:
        words = str(error)
        ours = _OURS.search(words)
        text = _masked(ours[1] if ours else _first_useful_line(words), secrets)
        # Not chained: the text of the cause may hold what is masked here.
        raise SourceError(f"{place}: {text}", permanent=bool(ours) or is_lasting_state(words)) from None


def secrets_of(settings: Mapping[str, str]) -> frozenset[str]:
    """The values that look like secrets by their names or themselves.

    >>> sorted(secrets_of({"dbtable": "log", "user": "ann", "password": "x1", "url": "jdbc:db://h/d?password=x1"}))
    ['jdbc:db://h/d?password=x1', 'x1']
    """
    return frozenset(
        value
        for name, value in settings.items()
        if value and (any(word in name.casefold() for word in _SECRET_WORDS) or _HOLDS_A_SECRET.search(value))
    )


def _first_useful_line(words: str) -> str:
    r"""What happened, without the names of classes and calls.

    >>> _first_useful_line("[PATH_NOT_FOUND] Path does not exist: file:/nope. SQLSTATE: 42K03")
    'Path does not exist: file:/nope.'
    >>> _first_useful_line("An error occurred while calling o1.load.\n: java.sql.SQLException: No driver\n\tat x.Y")
    'No driver'
    """
    advice = next((advice for sign, advice in _ADVICE.items() if sign in words), "")
    return _STATE.sub("", _line(words))[:_LONGEST_MESSAGE] + advice


def _line(words: str) -> str:
    of_python = words.partition("Traceback (most recent call last):")[2].partition("\n\tat ")[0]
    if of_python:  # of an executor; its last line tells
        return [line for line in of_python.splitlines() if line[:1].strip()][-1]
    if condition := _CONDITION.search(words):
        return condition["words"]
    causes = [_CALL.sub("", words), *words.split("\nCaused by: ")[1:]]
    return _CLASS.sub("", causes[-1].strip().partition("\n")[0])


def _masked(text: str, secrets: Collection[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
