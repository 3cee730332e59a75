"""What a peer is asked: a scenario, which runs of it, and how many windows of each."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from bench.truth.alarm import Alarm
from bench.truth.catalogue import SCENARIOS
from bench.truth.scenario import Scenario
from bench.truth.world import World, categorical_names, make_world, numeric_names, seeded

Watcher = Callable[[World, Sequence[str], np.random.Generator], list[Alarm]]


def watched_columns(scenario: Scenario) -> list[str]:
    """All columns; of a scenario with a change only those that change: what alarms falsely is seen without one."""
    if scenario.change:
        return list(scenario.change.columns)
    return [*numeric_names(scenario.numeric), *categorical_names(scenario.categorical)]


def answer(watch: Watcher) -> None:
    """Run what the command line asks; the alarms of each run go to standard output."""
    asked = json.loads(sys.argv[1])
    scenario = SCENARIOS[asked["scenario"]]
    scenario = replace(scenario, live=min(scenario.live, asked["live"]))
    columns = watched_columns(scenario)
    found = [
        watch(make_world(scenario, seeded(scenario, run)), columns, seeded(scenario, run, 1))
        for run in range(*asked["runs"])
    ]
    json.dump(found, sys.stdout)
