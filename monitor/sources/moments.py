"""Reads times out of what tables hold: moments, local times, text, epoch numbers; never shifted silently."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Unit = Literal["seconds", "milliseconds", "microseconds", "nanoseconds"]
PER_SECOND: dict[Unit, int] = {
    "seconds": 1,
    "milliseconds": 1_000,
    "microseconds": 1_000_000,
    "nanoseconds": 1_000_000_000,
}
INSTANT = pa.timestamp("us", tz="UTC")
_LOCAL = pa.timestamp("us")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Zones have changed their offset at whole quarters of an hour since long before 1990.
_QUARTER_MICROSECONDS = 15 * 60 * 1_000_000


class UnreadableTimeError(ValueError):
    """A value that is no time, or not one time only."""


def moments(values: Sequence[object], zone: tzinfo | None) -> pa.Array:
    """Times in UTC with microseconds; `zone` is that of the values that carry none.

    Raises `UnreadableTimeError` if any value cannot be read.
    """
    types = set(map(type, values)) - {type(None)}
    if types == {str}:
        fast = _from_text(values, zone)
    elif types == {datetime}:
        fast = _from_datetimes(values, zone)
    elif types <= {int}:  # Arrow would cut the fractions off floats
        fast = _from_whole_numbers(values)
    else:
        fast = None
    if fast is not None:
        return fast
    return pa.array([moment(value, zone) for value in values], INSTANT)


def moment(value: object, zone: tzinfo | None) -> datetime | None:
    """One time in UTC.

    >>> moment("2013-04-01 02:00:00+02:00", None)
    datetime.datetime(2013, 4, 1, 0, 0, tzinfo=datetime.timezone.utc)
    >>> moment(1364774400000, None)
    datetime.datetime(2013, 4, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if value is None:
        return None
    if isinstance(value, str):
        return _in_utc(_parsed(value), zone)
    if isinstance(value, datetime):
        return _in_utc(value, zone)
    if isinstance(value, date):
        return _in_utc(datetime.combine(value, time()), zone)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _from_number(value)
    raise UnreadableTimeError(f"{value!r} is no time")


def unit_of(value: float | Decimal) -> Unit | None:
    """The unit in which a number of this size is a time between 1990 and 2100.

    >>> unit_of(1364774400), unit_of(1364774400000), unit_of(2456384.5)
    ('seconds', 'milliseconds', None)
    """
    for unit, per_second in PER_SECOND.items():
        if _EARLIEST * per_second <= value < _LATEST * per_second:
            return unit
    return None


def instants(local: pa.Array, zone: tzinfo) -> pa.Array:
    """Moments from local times; where a clock shows an hour twice, the first of the two."""
    microseconds = np.asarray(local.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False))
    quarters, where = np.unique(microseconds // _QUARTER_MICROSECONDS, return_inverse=True)
    offsets = np.array([_offset_microseconds(int(quarter), zone) for quarter in quarters], dtype=np.int64)
    return _with_nulls(microseconds - offsets[where] if len(quarters) else microseconds, local)


def sets_clocks_back(zone: tzinfo) -> bool:
    """Whether clocks there show an hour twice in a year, by the rules since 2015.

    >>> from zoneinfo import ZoneInfo
    >>> [sets_clocks_back(ZoneInfo(name)) for name in ("Europe/Berlin", "Australia/Sydney", "Asia/Tokyo", "UTC")]
    [True, True, False, False]
    """
    return any(
        len({datetime(year, month, 1, tzinfo=zone).utcoffset() for month in (1, 4, 7, 10)}) > 1
        for year in range(2015, 2036)
    )


def repeated_hour_remarks(column: str, zone: tzinfo | None) -> list[str]:
    """What becomes of times without offset in the hour that clocks show twice, if they do."""
    if zone is None or not sets_clocks_back(zone):
        return []
    return [
        f"{column} is read in {zone} where it has no offset: rows of the hour that clocks show twice, when they are set"
        " back, all count as the first of the two"
    ]


def _offset_microseconds(quarter: int, zone: tzinfo) -> int:
    local = datetime(1970, 1, 1, tzinfo=zone) + timedelta(microseconds=quarter * _QUARTER_MICROSECONDS)
    return (local.utcoffset() or timedelta()) // timedelta(microseconds=1)


def _with_nulls(microseconds: npt.NDArray[np.int64], like: pa.Array) -> pa.Array:
    mask = np.asarray(like.is_null().to_numpy(zero_copy_only=False))
    return pa.array(microseconds, pa.int64(), mask=mask).cast(INSTANT)


def _parsed(value: str) -> datetime:
    if not _ISO.match(value):
        raise UnreadableTimeError(f"{value!r} is no time in the form of ISO 8601 (2013-04-01 13:00:00+00:00)")
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise UnreadableTimeError(f"{value!r} is no time: {error}") from None


def _in_utc(value: datetime, zone: tzinfo | None) -> datetime:
    if value.tzinfo is not None:
        return value.astimezone(UTC)
    if zone is None:
        raise UnreadableTimeError(f"{str(value)!r} has no time zone")
    return value.replace(tzinfo=zone).astimezone(UTC)


def _from_number(value: float | Decimal) -> datetime:
    unit = unit_of(value) if math.isfinite(value) else None
    if unit is None:
        raise UnreadableTimeError(f"{value} is no time between 1990 and 2100 in seconds, or smaller units, since 1970")
    if isinstance(value, int | Decimal):  # exact, where a float has no more digits to give
        microseconds = int(value * 1_000_000 // PER_SECOND[unit])
    else:
        microseconds = round(value / PER_SECOND[unit] * 1_000_000)
    return _EPOCH + timedelta(microseconds=microseconds)


def _from_text(values: Sequence[object], zone: tzinfo | None) -> pa.Array | None:
    """All values at once, if all have an offset or none has; Arrow refuses any mixture."""
    texts = pa.array(values, pa.string())
    try:
        return texts.cast(INSTANT)
    except pa.ArrowInvalid:
        pass
    if zone is None:
        return None
    try:
        return instants(texts.cast(_LOCAL), zone)
    except pa.ArrowInvalid:
        return None


def _from_datetimes(values: Sequence[object], zone: tzinfo | None) -> pa.Array | None:
    # Arrow takes a time without zone for UTC, and drops the zone of others, without a word.
    have_zone = {value.tzinfo is not None for value in values if isinstance(value, datetime)}
    if have_zone == {True}:
        return pa.array(values, INSTANT)
    if have_zone == {False} and zone is not None:
        return instants(pa.array(values, _LOCAL), zone)
    return None


def _from_whole_numbers(values: Sequence[object]) -> pa.Array | None:
    """All values at once, if they are of one unit."""
    try:
        numbers = pa.array(values, pa.int64())
    except (pa.ArrowInvalid, OverflowError):
        return None
    present = numbers.drop_null()
    if len(present) == 0:
        return numbers.cast(INSTANT)
    array = np.asarray(present.to_numpy(zero_copy_only=False))
    units = {unit_of(int(array.min())), unit_of(int(array.max()))}
    unit = units.pop()
    if units or unit is None:
        return None
    all_values = np.asarray(numbers.fill_null(0).to_numpy(zero_copy_only=False))
    per_second = PER_SECOND[unit]
    scaled = (
        all_values // (per_second // 1_000_000) if per_second > 1_000_000 else all_values * (1_000_000 // per_second)
    )
    return _with_nulls(scaled, numbers)
