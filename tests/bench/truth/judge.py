"""What the rows say of every bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.finding import Finding
from bench.truth.bars import FEWER, LATE, MISSED, OVER, SEQUENTIAL, TENTH
from bench.truth.row import EVIDENTLY, NANNYML, Row

MAIN, LONG = 30, 1000  # days in which one false alarm is borne


def judged(rows: Sequence[Row]) -> Iterator[Finding]:
    """What the rows say of every bar."""
    made_up = [row for row in rows if not row.is_real]
    quiet = [row for row in made_up if MAIN in row.seamark and row.seamark[MAIN].found is None]
    changes = [row for row in made_up if MAIN in row.seamark and row.seamark[MAIN].found is not None]
    ageing = [row for row in rows if LONG in row.seamark]
    worst = max(quiet, key=lambda row: row.over_budget)
    yield OVER.measured(worst.over_budget, worst.title)
    promised = [row for row in changes if row.is_promised]
    missed = max(promised, key=lambda row: 1 - _found(row))
    yield MISSED.measured(1 - _found(missed), missed.title)
    for row in ageing:
        tally = row.seamark[LONG]
        if tally.found is None:
            yield SEQUENTIAL.measured(tally.false_alarms.value * LONG / MAIN, row.title)
        else:
            yield LATE.measured(float("inf") if tally.delay is None else tally.delay, row.title)
    behind = [row.title for row in changes if _found(row) < max(_peer_found(row), default=0.0)]
    yield FEWER.measured(float(len(behind)), "; ".join(behind))
    own = sum(row.seamark[MAIN].false_alarms.value for row in quiet)
    peers = min(sum(row.peers[name].false_alarms.value for row in quiet) for name in (EVIDENTLY, NANNYML))
    yield TENTH.measured(own / peers, f"{own:.1f} and {peers:.1f} a month, all quiet histories together")


def _found(row: Row) -> float:
    found = row.seamark[MAIN].found
    return found.value if found else 0.0


def _peer_found(row: Row) -> list[float]:
    return [tally.found.value for name, tally in row.peers.items() if tally.found and name in (EVIDENTLY, NANNYML)]
