"""Evidence of worse performance: seldom for nothing, soon where there is something."""

from __future__ import annotations

import math

import numpy as np
import pytest

from monitor.calibration.sequential import binomial_evidence, gathered, normal_evidence

TARGETS, KNOWN, WORSE_BY, ARL = 500, 0.10, 0.02, 1_000
LIMIT = math.log(ARL)


def alarms(rates: np.ndarray, random: np.random.Generator) -> list[int]:
    """The days on which the evidence passes its limit."""
    errors = random.binomial(TARGETS, rates)
    evidence = gathered(binomial_evidence(e, TARGETS, known=KNOWN, worse_by=WORSE_BY) for e in errors)
    return [day for day, found in enumerate(evidence) if found >= LIMIT]


def test_a_hundred_quiet_years_hold_no_alarm() -> None:
    random = np.random.default_rng(1)
    assert sum(bool(alarms(np.full(365, KNOWN), random)) for _ in range(100)) == 0


def test_at_the_edge_of_what_is_borne_alarms_come_no_more_often_than_the_run_length() -> None:
    random = np.random.default_rng(2)
    days, began = 0, 0
    for _ in range(60):
        found = alarms(np.full(1_000, KNOWN + WORSE_BY), random)
        days += 1_000
        began += sum(day - 1 not in found for day in found)
    assert began <= 1.5 * days / ARL


def test_four_points_more_are_found_within_ten_days() -> None:
    random = np.random.default_rng(3)
    first = [next(iter(alarms(np.full(200, KNOWN + 0.04), random)), 200) + 1 for _ in range(200)]
    assert np.median(first) <= 10


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.1, 0.12])
def test_an_e_value_is_one_on_average_at_most(rate: float) -> None:
    errors = np.arange(TARGETS + 1)
    logs = [math.lgamma(TARGETS + 1) - math.lgamma(e + 1) - math.lgamma(TARGETS - e + 1) for e in errors]
    shares = [
        math.exp(log + (e * math.log(rate) if e else 0) + (TARGETS - e) * math.log1p(-rate)) if rate or not e else 0.0
        for e, log in zip(errors, logs, strict=True)
    ]
    evidence = [math.exp(binomial_evidence(int(e), TARGETS, known=KNOWN, worse_by=WORSE_BY)) for e in errors]
    assert np.dot(shares, evidence) <= 1 + 1e-9


def test_levels_alarm_for_what_is_beyond_the_tolerance_only() -> None:
    random = np.random.default_rng(5)

    def last(shift: float) -> float:
        values = random.normal(1.0 + shift, 0.05, 60)
        return max(gathered(normal_evidence(v, known=1.0, worse_by=0.05, deviation=0.05) for v in values))

    assert last(0.0) < LIMIT < last(0.15)
