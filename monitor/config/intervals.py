"""Times at which people are, or are not, to be told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, field_validator

from alerts.muting import Ranges, TimeInterval
from monitor.config.faults import did_you_mean, wrong
from monitor.config.part import Part, TimeZone

_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MOST_DAYS = 31
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
    return number(start), number(end or start)


def _forward(value: object, number: Callable[[str], int]) -> Range:
    start, end = _range(value, number)
    if start > end:
        raise wrong(f"`{value}` ends before it begins; write two ranges")
    return start, end


def _days(value: object) -> Range:
    """Days of a month; which of its days one from its end is depends on the month, and it has 31 at most."""
    start, end = _range(value, _day)
    if start < 0 < end:
        raise wrong(f"`{value}` begins at the end of a month and ends after its first day; write two ranges")
    if start > (end if end > 0 else _MOST_DAYS + 1 + end) or end < start < 0:
        raise wrong(f"`{value}` ends before it begins; write two ranges")
    return start, end


def _named(names: tuple[str, ...], first: int, what: str) -> Callable[[str], int]:
    def number(text: str) -> int:
        if text.isdecimal() and first and first <= int(text) < first + len(names):
            return int(text)
        if text not in names:
            raise wrong(f"`{text}` is not {what}{did_you_mean(text, names)}")
        return names.index(text) + first

    return number


def _day(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,2}", text) or not 1 <= abs(int(text)) <= _MOST_DAYS:
        raise wrong(f"`{text}` is not a day of a month, 1 to 31, or -1 to -31 from its end")
    return int(text)


def _year(text: str) -> int:
    if not re.fullmatch(r"\d{4}", text):
        raise wrong(f"`{text}` is not a year")
    return int(text)


def _reader(number: Callable[[str], int]) -> BeforeValidator:
    return BeforeValidator(lambda value: _forward(value, number))


def _schema(example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": ["string", "integer"], "examples": [example]})


TimeOfDay = Annotated[
    int, BeforeValidator(_minute), WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d$", "examples": ["22:00"]})
]
Weekdays = Annotated[Range, _reader(_named(_WEEKDAYS, 0, "a day of the week")), _schema("monday:friday")]
Months = Annotated[Range, _reader(_named(_MONTHS, 1, "a month")), _schema("january:march")]
Days = Annotated[Range, BeforeValidator(_days), _schema("1:7")]
Years = Annotated[Range, _reader(_year), _schema("2026:2027")]


class TimesSettings(Part):
    """From a time of the day to a later one."""

    start_time: TimeOfDay
    end_time: TimeOfDay

    @field_validator("end_time")
    @classmethod
    # pydantic leaves the context's type open.
    def _later(cls, end: int, info: ValidationInfo[Any]) -> int:
        if end <= info.data.get("start_time", -1):
            raise wrong('should be later than start_time; write a night as two: to "24:00", and from "00:00"')
        return end


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
