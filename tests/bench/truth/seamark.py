"""Seamark on runs of a scenario: what a child of the bench does; says the alarms of each run, by budget."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from bench.truth.aging import AGINGS, Aging, draw_days
from bench.truth.alarm import Alarm
from bench.truth.catalogue import SCENARIOS
from bench.truth.profiles import counted_profiles
from bench.truth.real import REAL, RealHistory
from bench.truth.rules import defaults
from bench.truth.scenario import DAY, Scenario
from bench.truth.watch import watch
from bench.truth.world import make_world, seeded
from monitor.calibration.budget import Budget
from monitor.profile.model import profile_batch
from monitor.profile.plan import cut_plan
from monitor.profile.shape import ModelShape

MIN_ROWS = 200  # the default; fewer only where a scenario has no more
Found = dict[Budget, list[Alarm]]


def watch_scenario(scenario: Scenario, run: int, budgets: list[Budget]) -> Found:
    world = make_world(scenario, seeded(scenario, run))
    profiles = counted_profiles(world, seeded(scenario, run, 1))
    min_rows = min(MIN_ROWS, scenario.rows // 2)
    return watch(
        profiles,
        world.reference,
        world.length,
        lambda budget: defaults(budget, world.length, min_rows=min_rows),
        budgets,
    )


def watch_aging(aging: Aging, run: int, budgets: list[Budget]) -> Found:
    random = np.random.default_rng([run, aging.live])
    batches = [_batch(prediction, target) for prediction, target in draw_days(aging, random)]
    shape = ModelShape("binary_classification", {"prediction": "categorical"}, positive="1")
    plan = cut_plan(shape, batches[: aging.reference])
    return watch(
        [profile_batch(batch, plan) for batch in batches],
        aging.reference,
        DAY,
        lambda budget: defaults(budget, DAY, min_rows=MIN_ROWS, task="binary_classification"),
        budgets,
    )


def watch_real(history: RealHistory, budgets: list[Budget]) -> Found:
    batches = history.batches()
    plan = cut_plan(history.shape(), batches[: history.reference])
    return watch(
        [profile_batch(batch, plan) for batch in batches],
        history.reference,
        history.length,
        lambda budget: defaults(budget, history.length, min_rows=history.min_rows, task=history.task),
        budgets,
    )


def _batch(prediction: np.ndarray, target: np.ndarray) -> pa.RecordBatch:
    columns = {"prediction": prediction, "target": target}
    return pa.record_batch({name: pa.array(values).cast(pa.string()) for name, values in columns.items()})


def _watched(name: str, run: int, budgets: list[Budget], folder: Path) -> Found:
    if name in REAL:
        return watch_real(REAL[name](folder), budgets)
    return watch_aging(AGINGS[name], run, budgets) if name in AGINGS else watch_scenario(SCENARIOS[name], run, budgets)


def main() -> None:
    asked = json.loads(sys.argv[1])
    budgets = [Budget(1, timedelta(days=days)) for days in asked["days"]]
    found = []
    for run in range(*asked["runs"]):
        name = asked["scenario"]
        alarms = _watched(name, run, budgets, Path(asked.get("data", "")))
        found.append([alarms[budget] for budget in budgets])
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
