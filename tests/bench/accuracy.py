"""Prints, in Markdown, the largest error of each statistic on each shape of data: `python tests/bench/accuracy.py`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders.accuracy import PROMISED, SIZES, numeric_errors, regression_errors, score_errors, text_errors
from builders.shapes import ERRORS, NUMERIC, SCORES, TEXTS

Errors = Mapping[str, float]


def rows() -> Iterator[tuple[str, Errors]]:
    """Each shape with the largest errors over all sizes, equal and moved."""
    for name in NUMERIC:
        yield name, largest(numeric_errors(name, size, moved=moved) for size in SIZES for moved in (False, True))
    for name in TEXTS:
        yield name, largest(text_errors(name, size, moved=moved) for size in SIZES for moved in (False, True))
    for name in SCORES:
        yield f"scores: {name}", largest(score_errors(name, size) for size in SIZES)
    for name in ERRORS:
        yield f"errors: {name}", largest(regression_errors(name, size) for size in SIZES)


def largest(errors: Iterable[Errors]) -> Errors:
    found: dict[str, float] = {}
    for of_one in errors:
        for statistic, error in of_one.items():
            found[statistic] = max(found.get(statistic, 0.0), error)
    return found


def tables() -> Iterator[str]:
    """One table for each group of shapes that the same statistics are measured on."""
    head: tuple[str, ...] = ()
    for name, errors in rows():
        statistics = tuple(statistic for statistic in PROMISED if statistic in errors)
        if not set(statistics) <= set(head):
            head = (*statistics,)
            yield f"\n| shape | {' | '.join(head)} |\n|---|{'---|' * len(head)}"
            yield f"| *promised* | {' | '.join(f'*{PROMISED[statistic]:g}*' for statistic in head)} |"
        yield f"| {name} | {' | '.join(shown(errors, statistic) for statistic in head)} |"


def shown(errors: Errors, statistic: str) -> str:
    if statistic not in errors:
        return ""
    mark = "**" if errors[statistic] > PROMISED[statistic] else ""
    return f"{mark}{errors[statistic]:.2g}{mark}"


if __name__ == "__main__":
    for line in tables():
        sys.stdout.write(f"{line}\n")
