"""Times at which people are, or are not, to be told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, WithJsonSchema

from alerts.muting import Ranges, TimeInterval
from monitor.config.faults import did_you_mean, wrong
from monitor.config.part import Part, TimeZone

_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
Range = tuple[int, int]


def _minute(value: object) -> int:
    match = re.fullmatch(r"(\d\d):(\d\d)", value) if isinstance(value, str) else None
    minute = int(match[1]) * 60 + int(match[2]) if match else -1
    if match is None or int(match[2]) > 59 or not 0 <= minute <= 24 * 60:
        raise wrong('should be a time of the day in quotes, such as "22:00"; midnight at its end is "24:00"')
    return minute


def _range(value: object, number: Callable[[str], int]) -> Range:
    """`monday:friday`, or one for both ends."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        raise wrong("should be one, or a range such as monday:friday, 1:15 or 2026:2028")
    start, _, end = text.strip().lower().partition(":")
    found = number(start), number(end or start)
    if found[0] > found[1] and not found[0] > 0 > found[1]:
        raise wrong(f"`{text}` ends before it begins; write two ranges")
    return found


def _named(names: tuple[str, ...], first: int, what: str) -> Callable[[str], int]:
    def number(text: str) -> int:
        if text.isdecimal() and first and first <= int(text) < first + len(names):
            return int(text)
        if text not in names:
            raise wrong(f"`{text}` is not {what}{did_you_mean(text, names)}")
        return names.index(text) + first

    return number


def _day(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,2}", text) or not 1 <= abs(int(text)) <= 31:
        raise wrong(f"`{text}` is not a day of a month, 1 to 31, or -1 to -31 from its end")
    return int(text)


def _year(text: str) -> int:
    if not re.fullmatch(r"\d{4}", text):
        raise wrong(f"`{text}` is not a year")
    return int(text)


def _reader(number: Callable[[str], int]) -> BeforeValidator:
    return BeforeValidator(lambda value: _range(value, number))


def _schema(example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": ["string", "integer"], "examples": [example]})


TimeOfDay = Annotated[
    int, BeforeValidator(_minute), WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d$", "examples": ["22:00"]})
]
Weekdays = Annotated[Range, _reader(_named(_WEEKDAYS, 0, "a day of the week")), _schema("monday:friday")]
Months = Annotated[Range, _reader(_named(_MONTHS, 1, "a month")), _schema("january:march")]
Days = Annotated[Range, _reader(_day), _schema("1:7")]
Years = Annotated[Range, _reader(_year), _schema("2026:2027")]


class TimesSettings(Part):
    """From a time of the day to a later one."""

    start_time: TimeOfDay
    end_time: TimeOfDay


class IntervalSettings(Part):
    """Moments that lie in one of the ranges of each kind that is given."""

    times: tuple[TimesSettings, ...] = ()
    weekdays: tuple[Weekdays, ...] = ()
    days_of_month: tuple[Days, ...] = ()
    months: tuple[Months, ...] = ()
    years: tuple[Years, ...] = ()
    location: TimeZone = Field(default="UTC", description="The time zone whose clock is meant, such as Europe/Berlin.")

    def interval(self) -> TimeInterval:
        """As the alerts take it."""
        times: Ranges = tuple((one.start_time, one.end_time) for one in self.times)
        return TimeInterval(
            times=times,
            weekdays=self.weekdays,
            days_of_month=self.days_of_month,
            months=self.months,
            years=self.years,
            zone=ZoneInfo(self.location),
        )


Intervals = Mapping[str, tuple[IntervalSettings, ...]]
