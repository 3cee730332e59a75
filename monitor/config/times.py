"""Lengths of time and moments, as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from monitor.config.faults import did_you_mean, wrong

_UNITS = {
    **dict.fromkeys(("s", "second", "seconds"), timedelta(seconds=1)),
    **dict.fromkeys(("m", "min", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("w", "week", "weeks"), timedelta(weeks=1)),
}
_SINGULAR = ("second", "minute", "hour", "day", "week")
_NO_FIXED_LENGTH = {"month": "30 days", "months": "30 days", "year": "365 days", "years": "365 days"}
_LENGTH = re.compile(r"(\d{1,9}) *([a-zA-Z]+)")
_LONGEST = timedelta(days=36_525)
_PATTERN = rf"^\d+ *({'|'.join(_UNITS)})$"
_AGO_PATTERN = rf"^\d+ *({'|'.join(_UNITS)}) +ago$"
_HOLD_PATTERN = rf"^\d+ *(windows?|{'|'.join(_UNITS)})$"


def read_length(value: object) -> timedelta:
    """A length of time that is not negative.

    >>> read_length("10 minutes"), read_length("2w")
    (datetime.timedelta(seconds=600), datetime.timedelta(days=14))
    """
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise wrong("a length of time needs its unit, such as 10 minutes or 7 days")
    match = _LENGTH.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise wrong("not a length of time, such as 10 minutes, 4 hours or 7 days")
    try:
        length = int(match[1]) * _unit(match[1], match[2])
    except OverflowError:
        length = timedelta.max
    if length > _LONGEST:
        raise wrong("longer than 100 years")
    return length


def _unit(number: str, unit: str) -> timedelta:
    if unit in _NO_FIXED_LENGTH:
        raise wrong(f"a {unit.removesuffix('s')} has no fixed length; write days, such as {_NO_FIXED_LENGTH[unit]}")
    if unit not in _UNITS:
        words = _SINGULAR if number == "1" else [f"{word}s" for word in _SINGULAR]
        raise wrong(f"`{number} {unit}` is not a length of time{did_you_mean(unit, words)}")
    return _UNITS[unit]


def read_positive_length(value: object) -> timedelta:
    """A length of time that is more than nothing."""
    length = read_length(value)
    if not length:
        raise wrong("should be longer than nothing")
    return length


def read_ago(value: object) -> timedelta:
    """How long ago: "7 days ago"."""
    if not isinstance(value, str) or not value.strip().endswith(" ago"):
        raise wrong("should say how long ago, such as 7 days ago")
    return read_length(value.strip().removesuffix(" ago"))


def say_length(length: timedelta) -> str:
    """A length of time in words, in its largest whole unit up to days.

    >>> say_length(timedelta(hours=36)), say_length(timedelta(days=1))
    ('36 hours', '1 day')
    """
    for unit in ("day", "hour", "minute"):
        if length and not length % _UNITS[unit]:
            count = length // _UNITS[unit]
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{int(length.total_seconds())} seconds"


@dataclass(frozen=True, slots=True)
class Hold:
    """How long a limit has to be broken: so many windows in a row, or a length of time."""

    windows: int = 1
    length: timedelta | None = None


def read_hold(value: object) -> Hold:
    """ "2 windows", or a length of time.

    >>> read_hold("2 windows")
    Hold(windows=2, length=None)
    """
    if isinstance(value, Hold):
        return value
    if isinstance(value, str) and (match := re.fullmatch(r"(\d{1,6}) *windows?", value.strip())):
        if int(match[1]) == 0:
            raise wrong("should be at least 1 window")
        return Hold(windows=int(match[1]))
    if isinstance(value, int) and not isinstance(value, bool):
        raise wrong("needs its unit, such as 2 windows or 4 hours")
    return Hold(length=read_positive_length(value))


def read_moment(value: object) -> datetime:
    """A moment in UTC; what names no zone is UTC, a date is its midnight."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise _no_moment() from None
    if not isinstance(value, date):
        raise _no_moment()
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise _no_moment() from None


def _no_moment() -> Exception:
    return wrong("not a moment, such as 2013-01-01 or 2013-01-01T06:30:00Z")


Length = Annotated[
    timedelta,
    BeforeValidator(read_positive_length),
    PlainSerializer(say_length),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["10 minutes", "1 day"]}),
]
LengthOrNothing = Annotated[
    timedelta,
    BeforeValidator(read_length),
    PlainSerializer(say_length),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["10 minutes"]}),
]
Ago = Annotated[
    timedelta,
    BeforeValidator(read_ago),
    PlainSerializer(lambda value: f"{say_length(value)} ago"),
    WithJsonSchema({"type": "string", "pattern": _AGO_PATTERN, "examples": ["7 days ago"]}),
]
HoldFor = Annotated[
    Hold,
    BeforeValidator(read_hold),
    WithJsonSchema({"type": "string", "pattern": _HOLD_PATTERN, "examples": ["2 windows", "4 hours"]}),
]
Moment = Annotated[
    datetime,
    BeforeValidator(read_moment),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d", "examples": ["2013-01-01"]}),
]
