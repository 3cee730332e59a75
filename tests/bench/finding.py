"""A bar, and how what was measured stands against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bench.process import Cost

Verdict = Literal["held", "missed", "not measured", "not comparable", "failed"]


def as_share(value: float) -> str:
    """A ratio that is hoped to be small.

    >>> as_share(1 / 83.2), as_share(1.4)
    ('1/83', '1.40')
    """
    return f"1/{1 / value:.0f}" if 0 < value < 0.5 else f"{value:.2f}"


def as_times(value: float) -> str:
    return f"{value:.2f}"


def as_milliseconds(value: float) -> str:
    return f"{value:.1f} ms"


def as_megabytes(value: float) -> str:
    return f"{value:.0f} MB"


@dataclass(frozen=True, slots=True)
class Bar:
    """What is promised: a value of at most so much."""

    what: str
    limit: float
    say: Callable[[float], str]
    depends_on_rows: bool = True

    def measured(self, value: float, how: str) -> Finding:
        return Finding(self, value, how)

    def missing(self, reason: str, *, failed: bool = False) -> Finding:
        return Finding(self, None, reason, failed)


@dataclass(frozen=True, slots=True)
class Finding:
    """A measured value with the figures behind it, or the reason why there is none."""

    bar: Bar
    value: float | None
    how: str
    failed: bool = False

    def verdict(self, *, comparable: bool) -> Verdict:
        if self.value is None:
            return "failed" if self.failed else "not measured"
        if not comparable and self.bar.depends_on_rows:
            return "not comparable"
        return "held" if self.value <= self.bar.limit else "missed"


@dataclass(frozen=True, slots=True)
class Spent:
    """One line of the table of costs."""

    what: str
    rows: int | None
    cost: Cost | None
    note: str = ""
