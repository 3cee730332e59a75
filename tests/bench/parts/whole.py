"""The whole way from PostgreSQL to stored measurements, against those who read everything into pandas."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.filling import need
from bench.finding import Bar, Finding, as_share
from bench.part import Part
from bench.peer import EVIDENTLY, NANNYML, Peer, cost_of
from bench.process import CannotMeasureError, Cost
from bench.run import Run
from bench.seamark import MODEL, configured, model
from bench.tables import DAY, FIRST_DAY, SECOND_DAY

REPETITIONS = 3
SAME = "1M + 1M rows x 25 columns out of PostgreSQL, whole process to stored measurements"
TIME = Bar(f"{SAME}: time, against Evidently", 1 / 25, as_share)
MEMORY = Bar(f"{SAME}: peak memory, against Evidently", 1 / 10, as_share)
NANNYML_TIME = Bar(f"{SAME}: time, against NannyML", 1 / 8, as_share)
NEXT = Bar("the next window of 1M rows, reference known: time, against Evidently", 1 / 50, as_share)


def measure(run: Run) -> Iterator[Finding]:
    need(run, "reference_rows", "predictions")
    first, following = [], []
    for _ in range(REPETITIONS):
        seamark = configured(run, {MODEL: model("predictions", "reference_rows")})
        first.append(seamark.backfill("Seamark, first window", FIRST_DAY, SECOND_DAY, rows=run.rows))
        following.append(seamark.backfill("Seamark, next window", SECOND_DAY, SECOND_DAY + DAY, rows=run.rows))
    ours = run.spend("Seamark, PostgreSQL: reference and first window", first, rows=2 * run.rows)
    again = run.spend("Seamark, PostgreSQL: the next window", following, rows=run.rows)
    yield from _against(run, EVIDENTLY, (TIME, ours, _seconds), (MEMORY, ours, _megabytes), (NEXT, again, _seconds))
    yield from _against(run, NANNYML, (NANNYML_TIME, ours, _seconds))


Figure = tuple[float, str]


def _seconds(cost: Cost) -> Figure:
    return cost.seconds, f"{cost.seconds:.1f} s"


def _megabytes(cost: Cost) -> Figure:
    return cost.megabytes, f"{cost.megabytes:,.0f} MB"


def _against(run: Run, peer: Peer, *asked: tuple[Bar, Cost, Callable[[Cost], Figure]]) -> Iterator[Finding]:
    """A peer that cannot be measured hides no other."""
    try:
        theirs = cost_of(run, peer)
    except CannotMeasureError as error:
        yield from (bar.missing(str(error)) for bar, _, _ in asked)
        return
    for bar, cost, figure in asked:
        (our_value, we_say), (their_value, they_say) = figure(cost), figure(theirs)
        yield bar.measured(our_value / their_value, f"{we_say} against {they_say}")


PART = Part("whole", (TIME, MEMORY, NEXT, NANNYML_TIME), measure)
