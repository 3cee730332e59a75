"""A part of the bench: what it promises, and how that is measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.finding import Bar, Finding
from bench.run import Run


@dataclass(frozen=True, slots=True)
class Part:
    """`measure` gives a finding for each bar; it may raise `CannotMeasureError` at any moment."""

    name: str
    bars: tuple[Bar, ...]
    measure: Callable[[Run], Iterator[Finding]]
