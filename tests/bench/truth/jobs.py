"""The children that the bench of truth starts, two at a time, and what their answers amount to."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench.environments import interpreter
from bench.run import Run
from bench.truth.aging import AGINGS, Aging
from bench.truth.alarm import Alarm
from bench.truth.catalogue import SCENARIOS
from bench.truth.page import line
from bench.truth.real import REAL
from bench.truth.row import DAYS_OF_A_MONTH, EVIDENTLY, NANNYML, WHOLE, Row
from bench.truth.scenario import DAY, Scenario
from bench.truth.tally import Tally, changed, quiet

PEERS = Path(__file__).resolve().parents[1] / "peers"
BUDGETS = (7, 30, 90)
MAIN = 30
LONG = 1000
CORES = 2
PEER_ROWS = 10e6  # that a peer may look at in a run, each row of the reference once for each window and column
Runs = list[list[Alarm]]


def measured(run: Run) -> list[Row]:
    """Every scenario by every tool."""
    python = interpreter("nannyml")
    jobs: list[Callable[[], Row]] = [
        *(partial(_real, run, name) for name in REAL),
        *(partial(_scenario, run, scenario, python) for scenario in SCENARIOS.values()),
        *(partial(_aging, run, aging, python) for aging in AGINGS.values()),
    ]
    with ThreadPoolExecutor(CORES) as pool:
        rows = list(pool.map(lambda job: _told(run, job()), jobs))
    return [*rows[len(REAL) :], *rows[: len(REAL)]]


def _told(run: Run, row: Row) -> Row:
    run.say(line(row))
    return row


def _real(run: Run, name: str) -> Row:
    """A real history, or the reason why it was not watched; each runs once, so that its intervals are wide."""
    try:
        history = REAL[name](Path(run.data or ""))
    except FileNotFoundError as error:
        missing = f"not there: {Path(str(error.filename)).name} (--data or SEAMARK_BENCH_DATA says where)"
        return Row(f"real: {name}", note=missing)
    asked = {"scenario": name, "runs": [0, 1], "days": BUDGETS, "data": str(run.data)}
    (own,) = run.module(f"Seamark: {history.title}", "truth.seamark", asked).answer
    months = history.live * (history.length / DAY) / DAYS_OF_A_MONTH
    runs = {days: [_alarms(found)] for days, found in zip(BUDGETS, own, strict=True)}
    return Row(
        history.title,
        {
            days: changed(one, history.changes, history.at, months) if history.changes else quiet(one, months)
            for days, one in runs.items()
        },
        note=f"{history.reference} windows of reference, {history.live} live, of {history.length.days} days",
        is_real=True,
    )


def _scenario(run: Run, scenario: Scenario, python: Path) -> Row:
    histories = max(int(run.histories / scenario.cost), 4)
    budgets = (MAIN,) if scenario.change else BUDGETS
    asked = {"scenario": scenario.name, "runs": [0, histories], "days": budgets}
    own = run.module(f"Seamark: {scenario.title}", "truth.seamark", asked).answer
    seamark = {days: _tally([_alarms(one[place]) for one in own], scenario) for place, days in enumerate(budgets)}
    peers = dict(_peers(run, scenario, python))
    return Row(scenario.title, seamark, peers, is_promised=scenario.is_promised)


def _peers(run: Run, scenario: Scenario, python: Path) -> Iterable[tuple[str, Tally]]:
    few = replace(scenario, live=_live_for_peers(scenario))
    histories = max(run.histories // (2 if scenario.change else 20), 1)
    asked = json.dumps({"scenario": scenario.name, "runs": [0, histories], "live": few.live})
    for name, program, script in (
        (EVIDENTLY, Path(sys.executable), "evidently_truth.py"),
        (NANNYML, python, "nannyml_truth.py"),
    ):
        answer = run.child(f"{name}: {scenario.title}", [str(program), str(PEERS / script), asked]).answer
        runs = [_alarms(one) for one in answer]
        yield name, _tally([[alarm for alarm in one if alarm.column] for one in runs], few)
        if name == EVIDENTLY:
            yield WHOLE, _tally([[alarm for alarm in one if not alarm.column] for one in runs], few)


def _live_for_peers(scenario: Scenario) -> int:
    if scenario.change:
        return scenario.live
    rows = scenario.reference * scenario.rows * scenario.columns
    return min(scenario.live, max(int(PEER_ROWS / rows), 3))


def _aging(run: Run, aging: Aging, python: Path) -> Row:
    histories = max(run.histories * 25 // 6, 4)
    asked = {"scenario": aging.name, "runs": [0, histories], "days": [LONG]}
    own = run.module(f"Seamark: {aging.title}", "truth.seamark", asked).answer
    words = [str(python), str(PEERS / "nannyml_performance.py"), json.dumps({**asked, "runs": [0, histories // 5]})]
    peer = run.child(f"{NANNYML}: {aging.title}", words).answer
    return Row(
        aging.title,
        {LONG: _aged([_alarms(one[0]) for one in own], aging)},
        {NANNYML: _aged([_alarms(one) for one in peer], aging)},
    )


def _aged(runs: Runs, aging: Aging) -> Tally:
    if not aging.worse:
        return quiet(runs, aging.live / DAYS_OF_A_MONTH)
    return changed(runs, {""}, aging.at, aging.at / DAYS_OF_A_MONTH, within=aging.soon)


def _tally(runs: Runs, scenario: Scenario) -> Tally:
    months = scenario.live * (scenario.length / DAY) / DAYS_OF_A_MONTH
    change = scenario.change
    return changed(runs, change.columns, change.at, months) if change else quiet(runs, months)


def _alarms(stored: Iterable[tuple[int, str, str]]) -> list[Alarm]:
    return [Alarm(*one) for one in stored]
