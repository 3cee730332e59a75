"""A model whose life holds all that an alert may meet: quiet, drift, hysteresis, gaps, few rows, worse answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from builders.rows import DAY, START, classifier_rows
from builders.world import write_rows

from monitor.service import Seamark
from monitor.store.database import migrate, open_store
from monitor.window import Window

FEBRUARY = START + 31 * DAY
END = FEBRUARY + 26 * DAY
GAP = Window(FEBRUARY + 19 * DAY, FEBRUARY + 21 * DAY)  # never measured
QUIET, DRIFTED, BACK_A_LITTLE, WORSE = (0.0, 1.0), (3.0, 1.0), (0.95, 1.0), (0.0, 4.0)
LIFE = (
    *([QUIET] * 5),
    *([DRIFTED] * 4),
    *([BACK_A_LITTLE] * 3),
    *([QUIET] * 2),
    None,
    "few",
    *([WORSE] * 6),
    *([DRIFTED] * 4),
)
RULES = """\
    - {alert: Drift, metric: population_stability_index, select: {column: amount}, window: 1 day,
       above: 0.2, clear: 0.08, for: 2 windows}
    - {alert: AnyDrift, metric: population_stability_index, above: calibrated, keep_firing_for: 2 days, severity: page}
    - {alert: AccuracyWorse, metric: accuracy, sequential: {worse_by: 0.02}}
    - {alert: RowsMissing, metric: row_count, below: calibrated, on_missing: fire, window: 1 day}
    - {alert: AucLeaps, metric: roc_auc, relative: {to: previous, by: 2%}, window: 1 day}
    - {alert: AucMissing, metric: roc_auc, below: 0.5, window: 2 days, on_missing: fire}
    - {alert: DriftBorne, metric: jensen_shannon, tolerance: 0.1, select: {column: "[ac]*"}}
"""
CONFIG = """\
version: 1
store: "{store}"
models:
  sound:
    task: binary_classification
    predictions:
      database: "{database}"
      table: predictions
      columns: {{id: id, time: time, prediction: prediction, score: score}}
      features: {{numeric: [amount], categorical: [country]}}
      time_zone: UTC
    targets: {{table: targets, columns: {{id: id, target: target}}}}
    reference: {reference}
    granularity: {granularity}
    windows: {windows}
    every: 1 day
    delay: 0s
    min_rows: 200
    measure: {{drift: [population_stability_index, jensen_shannon], performance: [accuracy, roc_auc]}}
alerts:
  rules:
{rules}"""


@dataclass(frozen=True, slots=True)
class History:
    """A folder with a configuration, whose store was filled by a backfill with a gap."""

    config: Path
    store: str

    def write(self, name: str = "seamark.yaml", **parts: str) -> Path:
        """The configuration under another name, with some parts replaced."""
        known = {
            "store": self.store,
            "database": f"sqlite:///{self.config.parent}/log.db",
            "reference": f"{{from: {START:%Y-%m-%d}, to: {FEBRUARY:%Y-%m-%d}}}",
            "granularity": "1 day",
            "windows": "[1 day, 2 days]",
            "rules": RULES,
        }
        path = self.config.parent / name
        path.write_text(CONFIG.format(**{**known, **parts}))
        return path


def write_history(folder: Path, store: str, *, has_gap: bool = True, **parts: str) -> History:
    """Rows, configuration, and a store in which everything was measured, but for the gap."""
    history = History(folder / "seamark.yaml", store)
    batches = [classifier_rows(START, FEBRUARY)]
    for number, kind in enumerate(LIFE):
        start = FEBRUARY + number * DAY
        if kind == "few":
            batches.append(classifier_rows(start, start + DAY, per_hour=4))
        elif isinstance(kind, tuple):
            batches.append(classifier_rows(start, start + DAY, shift=kind[0], noise=kind[1]))
    write_rows(f"sqlite:///{folder}/log.db", batches)
    history.write(**parts)
    engine = open_store(store)
    migrate(engine)
    engine.dispose()
    for start, end in ((FEBRUARY, GAP.start), (GAP.end, END)) if has_gap else ((FEBRUARY, END),):
        backfill(history.config, start, end)
    return history


def backfill(config: Path, start: datetime, end: datetime) -> None:
    """Measure a period."""
    with Seamark.open(config) as seamark:
        due = seamark.backfill(start, end, [], again=False)
        outcomes = list(seamark.measure(due, notify=False))
    assert all(one is not None and one.status != "failed" for one in outcomes), outcomes
