"""Numbers, times and verdicts in words that a person on call understands."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
LENGTHS = ((86400, "day", "d"), (3600, "hour", "h"), (60, "minute", "m"), (1, "second", "s"))


def number(value: float | None, *, digits: int = 3) -> str:
    """A number with so many significant digits, large ones without an exponent.

    >>> number(0.67149), number(0.7), number(81234.5), number(None)
    ('0.671', '0.7', '81,234', 'no value')
    >>> number(float("nan")), number(float("inf"))
    ('no value', 'infinite')
    """
    if value is None or math.isnan(value):
        return "no value"
    if math.isinf(value):
        return "infinite" if value > 0 else "minus infinite"
    if 1000 <= abs(value) < 1e15:
        return f"{value:,.{max(0, digits - 5)}f}"
    return f"{value:.{digits}g}"


def numbers_apart(value: float, limit: float) -> tuple[str, str]:
    """A value and its limit with as many digits as it takes to tell them apart.

    >>> numbers_apart(0.671, 0.7), numbers_apart(0.69996, 0.7)
    (('0.671', '0.7'), ('0.69996', '0.7'))
    """
    for digits in range(3, 18):
        texts = number(value, digits=digits), number(limit, digits=digits)
        if texts[0] != texts[1]:
            break
    return texts


def numbers_alike(*values: float | None) -> tuple[str, ...]:
    """Numbers that are compared, all to the same place: that of the third digit of the largest.

    >>> numbers_alike(0.00133, 0.257, 0.0692), numbers_alike(12.3456, 0.5), numbers_alike(81_234.5, 3.0)
    (('0.001', '0.257', '0.069'), ('12.3', '0.5'), ('81,234', '3'))
    """
    sizes = [abs(value) for value in values if value is not None and math.isfinite(value) and value]
    if not sizes or not 1e-6 < max(sizes) < 1e15:
        return tuple(number(value) for value in values)
    places = max(0, 2 - math.floor(math.log10(max(sizes))))
    return tuple(
        number(value) if value is None or not math.isfinite(value) else _to_place(value, places) for value in values
    )


def _to_place(value: float, places: int) -> str:
    text = f"{value:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def moment(time: datetime) -> str:
    """A time in UTC; midnight is a day.

    >>> moment(datetime(2013, 6, 3, tzinfo=UTC)), moment(datetime(2013, 6, 3, 14, tzinfo=UTC))
    ('2013-06-03', '2013-06-03 14:00 UTC')
    """
    time = time.astimezone(UTC)
    return f"{time:%Y-%m-%d}" if (time.hour, time.minute) == (0, 0) else f"{time:%Y-%m-%d %H:%M} UTC"


def timestamp(time: datetime) -> str:
    """A time as machines read it: RFC 3339 in UTC.

    >>> timestamp(datetime(2013, 6, 3, 14, tzinfo=UTC))
    '2013-06-03T14:00:00Z'
    """
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant(time: datetime) -> str:
    """A time to the minute, with its zone.

    >>> instant(datetime(2013, 6, 3, tzinfo=UTC))
    '2013-06-03 00:00 UTC'
    """
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def lasting(span: timedelta) -> str:
    """How long something lasts, in its largest unit or two.

    >>> lasting(timedelta(days=90)), lasting(timedelta(hours=27)), lasting(timedelta(seconds=90))
    ('90 days', '1 day 3 hours', '1 minute')
    """
    days, rest = divmod(int(span.total_seconds()), 86_400)
    hours, minutes = divmod(rest // 60, 60)
    parts = ((days, "day"), (0 if days > 9 else hours, "hour"), (0 if days else minutes, "minute"))
    words = [f"{count:,} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(words) or "less than a minute"


def share(part: float) -> str:
    """A share as a percentage, with a decimal where it is small.

    >>> share(0.314), share(0.083), share(0.0004), share(0.0), share(0.9996)
    ('31 %', '8.3 %', '0.04 %', '0 %', '99.96 %')
    """
    percent = 100 * part
    if percent in (0, 100):
        return f"{percent:.0f} %"
    distance = min(percent, abs(100 - percent))
    if distance < 0.005:
        return "under 0.01 %" if percent < 50 else "over 99.99 %"
    return f"{percent:.{2 if distance < 0.095 else 1 if (distance < 9.95 and percent < 50) or distance < 1 else 0}f} %"


def clipped(text: str, room: int) -> str:
    """A text that takes no more room than this; what is cut away is shown by three dots.

    >>> clipped("departure_delay", 15), clipped("departure_delay", 10)
    ('departure_delay', 'departure…')
    """
    return text if len(text) <= room else f"{text[: room - 1]}…"


def printable(text: str) -> str:
    """Text without line breaks and control characters, which could forge headers or drive a terminal.

    >>> printable("late\\r\\nBcc: everybody \\x1b[2J")
    'late Bcc: everybody [2J'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def length(seconds: int) -> str:
    """A length of time in its largest whole unit.

    >>> length(604800), length(3600), length(5400)
    ('7 days', '1 hour', '90 minutes')
    """
    count, unit, _ = _largest_unit(seconds)
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def short_length(seconds: int) -> str:
    """A length of time as Prometheus writes it.

    >>> short_length(604800), short_length(5400)
    ('7d', '90m')
    """
    count, _, letter = _largest_unit(seconds)
    return f"{count}{letter}"


def seconds_of(short: str) -> int:
    """A length of time as `short_length` writes it, in seconds.

    >>> seconds_of("7d"), seconds_of("90m")
    (604800, 5400)
    """
    return int(short[:-1]) * next(size for size, _, letter in LENGTHS if letter == short[-1:])


def in_a_row(windows: int) -> str:
    """The how-manieth window it is, from the second on.

    >>> in_a_row(1), in_a_row(2), in_a_row(12)
    ('', ', second window in a row', ', 12th window in a row')
    """
    if windows < 2:
        return ""
    return f", {ordinal(windows)} window in a row"


def ordinal(count: int) -> str:
    """A count as an order.

    >>> ordinal(3), ordinal(11), ordinal(21), ordinal(112)
    ('third', '11th', '21st', '112th')
    """
    if count < len(ORDINALS):
        return ORDINALS[count]
    ending = "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}"


def _largest_unit(seconds: int) -> tuple[int, str, str]:
    return next((seconds // size, unit, letter) for size, unit, letter in LENGTHS if seconds % size == 0)
