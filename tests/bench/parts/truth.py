"""Whether alarms are true: false ones within the budget, changes found, beside what the peers do by default."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.finding import Finding
from bench.part import Part
from bench.report import machine
from bench.run import Run
from bench.truth.bars import BARS

PAGE = Path("docs/truth.md")
ENOUGH = 8  # histories: with fewer the page is not written


def measure(run: Run) -> Iterator[Finding]:
    from bench.truth.jobs import measured  # loads SciPy, which the parent of what other parts measure does without
    from bench.truth.judge import judged
    from bench.truth.page import markdown

    rows = measured(run)
    page = markdown(rows, f"{run.histories} histories of a usual line. {machine()}")
    run.say(page)
    if run.histories >= ENOUGH:
        PAGE.write_text(page)
        run.say(f"written to {PAGE}")
    yield from judged(rows)


PART = Part("truth", BARS, measure)
