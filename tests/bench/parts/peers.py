"""Peers that are shown and held against no bar."""

from __future__ import annotations

from collections.abc import Iterator

from bench.finding import Finding, Spent
from bench.part import Part
from bench.peer import WHYLOGS, cost_of
from bench.process import CannotMeasureError
from bench.run import Run


def measure(run: Run) -> Iterator[Finding]:
    try:
        cost_of(run, WHYLOGS)
    except CannotMeasureError as error:
        run.spent.append(Spent(f"{WHYLOGS.name} {WHYLOGS.version}: {WHYLOGS.what}", None, None, str(error)))
    yield from ()


PART = Part("peers", (), measure)
