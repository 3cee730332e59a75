"""A window that went wrong, with everything that is known of it: what facts are found in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa
import sqlalchemy as sa
from builders.limits import limits_of

from alerts.evaluate import Evaluation, evaluate
from alerts.rule import Rule
from monitor.facts import FactFinder
from monitor.limits.past import NO_PAST
from monitor.measure import Wanted, measure
from monitor.measurement import Measurement
from monitor.observe import Reference
from monitor.observe.parts import Parts, measured_parts
from monitor.observe.reference import reference_of
from monitor.profile.leaning import leanings
from monitor.profile.plan import PlanCutter
from monitor.profile.scan import profile_whole
from monitor.profile.shape import ModelShape
from monitor.store import runs
from monitor.store.measurements import write_measurements
from monitor.store.worker import this_worker
from monitor.window import Window, utc

DAY = Window(utc(2024, 5, 1), utc(2024, 5, 2))


@dataclass(frozen=True)
class Case:
    """A window held against a reference."""

    reference: Reference
    current: Parts
    wanted: Wanted
    rules: Sequence[Rule]

    def measured(self, window: Window = DAY) -> list[Measurement]:
        measured = measure(self.wanted, self.reference, self.current, model="m", window=window, unmatched_targets=3)
        limits = limits_of(self.wanted, self.rules)
        return limits.hold(measured, reference=self.reference.parts, calibration=lambda: None, past=NO_PAST)

    def recorded(self, store: sa.Connection, window: Window = DAY) -> list[Measurement]:
        """The measurements of a window, written and done."""
        found = self.measured(window)
        write_measurements(store, found)
        runs.plan(store, "m", [window])
        claim = runs.claim(store, "m", window, window.end, this_worker())
        assert claim is not None
        runs.finish(store, claim, "done", now=window.end)
        return found

    def evaluation(self, measured: Sequence[Measurement]) -> Evaluation:
        return evaluate(self.rules, measured, {})

    def finder(self, store: sa.Connection, measured: Sequence[Measurement], window: Window = DAY) -> FactFinder:
        return FactFinder(store, self.wanted, window, self.reference, self.current, measured)


def case(before: pa.RecordBatch, now: pa.RecordBatch, shape: ModelShape, wanted: Wanted, rules: Sequence[Rule]) -> Case:
    """The bins are cut on the rows before."""
    cutter = PlanCutter(shape)
    cutter.add(before)
    plan = cutter.cut()
    reference = reference_of(
        "m", measured_parts(profile_whole([before], plan), plan), plan, "plan", "rows before", leanings([before], plan)
    )
    return Case(reference, measured_parts(profile_whole([now], plan), plan), wanted, rules)


def days_before(number: int) -> Window:
    """A window so many days before the one that is looked at."""
    shift = timedelta(days=number)
    return Window(DAY.start - shift, DAY.end - shift)
