"""The rules of a configuration that names none, as the product reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.calibration.budget import Budget
from monitor.config.loader import read
from monitor.limits.hold import Limits
from monitor.service.watching import limits_of

MODEL = "model"
CONFIGURATION = """
version: 1
store: sqlite:///bench.db
models:
  model:
    task: {task}
    predictions: {{table: predictions, columns: {{id: id, time: time, prediction: prediction}}}}
    {targets}
    reference: {{from: 2025-01-06, to: 2025-02-05}}
"""
TARGETS = "targets: {table: outcomes, columns: {id: id, target: target}}"
AT_ONCE = timedelta(0)


def defaults(budget: Budget, every: timedelta, *, min_rows: int, task: str = "none") -> Limits:
    """The default rules for a budget; only what they look at is measured.

    An alert ends as soon as its value is back within the limit, so that episodes are counted as those of others are:
    by default alerts go on for days, and what swings about its limit counts once.
    """
    text = CONFIGURATION.format(task=task, targets="" if task == "none" else TARGETS)
    settings = read(text, file="seamark.yaml", folder=Path(), environment={})
    limits = limits_of(settings, settings.models[MODEL])
    looked_at = {rule.metric for rule in limits.rules}
    wanted = replace(
        limits.wanted,
        drift=tuple(name for name in limits.wanted.drift if name in looked_at),
        performance=tuple(name for name in limits.wanted.performance if name in looked_at),
        quality=tuple(name for name in limits.wanted.quality if name in looked_at),
        min_rows=min_rows,
    )
    rules = tuple(replace(rule, keep_firing_for=AT_ONCE) for rule in limits.rules)
    return replace(limits, rules=rules, wanted=wanted, budget=budget, windows=(every,), every=every)
