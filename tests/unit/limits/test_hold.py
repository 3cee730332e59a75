"""Which limit each series of a window has: by its rule's kind, its share of the budget, and what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np
import pytest
from builders.limits import MONTHLY, limits_of

from alerts.bounds import Bounds
from alerts.rule import Rule
from monitor.calibration.budget import Budget
from monitor.calibration.kinds import Calibrated, Correction, Kind, Relative, Sequential, Side
from monitor.calibration.learned import History
from monitor.calibration.season import movement
from monitor.limits.calibrated import Calibration
from monitor.limits.gather import Group, Series
from monitor.limits.metrics import variation_of
from monitor.limits.past import NO_PAST, Past, PastValue, SeriesPast, key_of
from monitor.limits.words import no_windows, nothing_taught, too_generous, too_short
from monitor.measure import Wanted
from monitor.measurement import WHOLE, Estimate, Measurement
from monitor.profile.part import ALL
from monitor.window import Window, utc

DAY = timedelta(days=1)
PSI = "population_stability_index"
WANTED = Wanted("none", (PSI,), (), min_rows=1, has_targets=False)
COLUMNS = [f"c{number:02}" for number in range(20)]
ROWS = 500


def day(number: int) -> Window:
    return Window(utc(2013, 4, 1) + number * DAY, utc(2013, 4, 2) + number * DAY)


def psi(column: str, value: float, *, rows: int = ROWS) -> Measurement:
    return Measurement("m", PSI, day(0), Estimate(value, rows=rows), column_name=column)


def known(windows: int = 60, *, metric: str = PSI, columns: Sequence[str] = tuple(COLUMNS)) -> Calibration:
    """Windows in which nothing but chance moved."""
    random = np.random.default_rng(5)
    values = random.chisquare(9, (windows, len(columns))) / ROWS
    variation = variation_of(metric)
    scaled = variation.scale.forth(values, np.full_like(values, ROWS))
    phases = np.arange(windows) % 7
    history = History(
        scaled,
        np.full_like(values, 1 / ROWS),
        movement(random.normal(size=(windows, len(columns), 9)), phases),
        phases,
        is_distance=True,
    )
    return Calibration(DAY, (Group(tuple(Series(metric, one, WHOLE) for one in columns), history),), {ALL: 10**9})


def held(
    measurements: Sequence[Measurement],
    kind: Kind,
    *,
    calibration: Calibration | None,
    budget: Budget = MONTHLY,
    correction: Correction = "bonferroni",
    metric: str = PSI,
    past: Past = NO_PAST,
) -> list[Bounds]:
    rule = Rule(name="R", metric=metric, learned=True)
    limits = limits_of(WANTED, (rule,), {"R": kind}, budget=budget, correction=correction)
    found = limits.hold(measurements, reference={}, calibration=lambda: calibration, past=past)
    assert all(one.limit_high == one.bounds["R"].high and one.limit_low == one.bounds["R"].low for one in found)
    return [one.bounds["R"] for one in found]


def test_more_series_that_share_a_budget_have_wider_limits() -> None:
    (alone,) = held([psi("c00", 0.004)], Calibrated("above"), calibration=known())
    shared = held([psi(one, 0.004) for one in COLUMNS], Calibrated("above"), calibration=known())[0]
    assert alone.high is not None
    assert shared.high is not None
    assert 0.02 < alone.high < shared.high < 0.4


def test_a_larger_budget_narrows_limits_and_a_rule_may_have_its_own() -> None:
    seldom, often, own = (
        held([psi("c00", 0.004)], kind, calibration=known(), budget=budget)[0].high
        for kind, budget in (
            (Calibrated("above"), Budget(1, 90 * DAY)),
            (Calibrated("above"), Budget(1, 7 * DAY)),
            (Calibrated("above", Budget(1, 7 * DAY)), Budget(1, 90 * DAY)),
        )
    )
    assert seldom is not None
    assert often is not None
    assert often < seldom
    assert own == often


def test_fewer_rows_than_the_reference_had_widen_a_limit_that_follows_rows() -> None:
    many, few = (held([psi("c00", 0.0, rows=rows)], Calibrated("above"), calibration=known())[0] for rows in (500, 100))
    assert many.high is not None
    assert few.high is not None
    assert few.high > many.high


@pytest.mark.parametrize(
    ("side", "sides"), [("above", (False, True)), ("below", (True, False)), ("outside", (True, True))]
)
def test_a_limit_lies_on_the_side_that_is_asked_for(side: Side, sides: tuple[bool, bool]) -> None:
    (bounds,) = held([psi("c00", 0.004)], Calibrated(side), calibration=known())
    assert (bounds.low is not None, bounds.high is not None) == sides


def values(broken: int) -> list[Measurement]:
    """So many series far out, one just within the even share, the others quiet."""
    (even,) = {
        one.high for one in held([psi(one, 0.0) for one in COLUMNS], Calibrated("above"), calibration=known())[-1:]
    }
    assert even is not None
    far = [psi(one, 1.0) for one in COLUMNS[:broken]]
    return [*far, *(psi(one, 0.0) for one in COLUMNS[broken:-1]), psi(COLUMNS[-1], even * 0.98)]


@pytest.mark.parametrize(("correction", "found"), [("bonferroni", False), ("holm", True), ("benjamini_hochberg", True)])
def test_what_others_leave_over_finds_what_an_even_share_does_not(correction: Correction, found: bool) -> None:
    measurements = values(broken=15)
    bounds = held(measurements, Calibrated("above"), calibration=known(), correction=correction)
    assert [not one.holds(m.value) for one, m in zip(bounds, measurements, strict=True)] == [
        *[True] * 15, *[False] * 4, found
    ]  # fmt: skip


@pytest.mark.parametrize("correction", ["bonferroni", "holm", "benjamini_hochberg"])
def test_where_nothing_is_broken_each_correction_has_the_same_limits(correction: Correction) -> None:
    measurements = values(broken=0)
    even = held(measurements, Calibrated("above"), calibration=known())
    assert held(measurements, Calibrated("above"), calibration=known(), correction=correction) == even


def test_what_cannot_be_promised_says_why() -> None:
    measurement = psi("c00", 0.004)
    for calibration, budget, reason in (
        (None, MONTHLY, no_windows()),
        (known(columns=COLUMNS[1:]), MONTHLY, nothing_taught()),
        (known(10), MONTHLY, too_short()),
        (known(), Budget(1, DAY), too_generous()),
    ):
        (bounds,) = held([measurement], Calibrated("above"), calibration=calibration, budget=budget)
        assert bounds.reason.startswith(reason)


def test_a_short_reference_says_how_many_windows_are_lacking() -> None:
    (bounds,) = held([psi("c00", 0.004)], Calibrated("above"), calibration=known(10))
    assert bounds.windows is not None
    assert bounds.windows < 8
    assert 3 <= bounds.lacking <= 40


def past_of(measurement: Measurement, values: Mapping[int, float]) -> Past:
    seen = [
        PastValue(measurement.window_end - number * DAY, value, 500) for number, value in sorted(values.items())[::-1]
    ]
    return SeriesPast({key_of(measurement): seen})


@pytest.mark.parametrize(
    ("to", "past", "limits"),
    [
        ("previous", {1: 10.0, 2: 99.0}, (9.0, 11.0)),
        ("same hour last week", {1: 99.0, 7: 20.0}, (18.0, 22.0)),
        ("same hour yesterday", {7: 99.0}, (None, None)),
    ],
)
def test_relative_limits_are_measured_from_the_window_that_is_named(
    to: str, past: Mapping[int, float], limits: tuple[float | None, float | None]
) -> None:
    measurement = Measurement("m", "row_count", day(0), Estimate(10.0, rows=10))
    kind = Relative(to, 0.1)  # type: ignore[arg-type]
    (bounds,) = held([measurement], kind, calibration=None, metric="row_count", past=past_of(measurement, past))
    assert (bounds.low, bounds.high) == limits
    assert bounds.reason


def test_a_sequential_limit_without_a_known_value_says_so() -> None:
    measurement = Measurement("m", "accuracy", day(0), Estimate(0.9, rows=500))
    kind = Sequential(0.02, Budget(1, 1000 * DAY))
    (bounds,) = held([measurement], kind, calibration=None, metric="accuracy")
    assert (bounds.is_known, bounds.reason) == (False, "the reference has no value that could become worse")


def test_of_what_is_not_measured_nothing_is_gathered_or_read() -> None:
    rules = [Rule(name=name, metric=name, learned=True) for name in ("accuracy", PSI)]
    kinds: Mapping[str, Kind] = {name: Sequential(0.05, MONTHLY) for name in ("accuracy", PSI)}
    limits = limits_of(WANTED, rules, kinds)
    assert limits.metrics == {PSI}
    assert limits.reaches(DAY).keys() == {PSI}
