"""Interval of a share."""

import pytest
from scipy import stats

from monitor.quality.wilson import wilson_interval


@pytest.mark.parametrize("count", [0, 1, 37, 99, 100])
def test_the_interval_agrees_with_scipy(count: int) -> None:
    exact = stats.binomtest(count, 100).proportion_ci(method="wilson")
    assert wilson_interval(count, 100) == pytest.approx((exact.low, exact.high), abs=1e-12)


def test_no_row_of_many_may_still_be_some() -> None:
    lower, upper = wilson_interval(0, 1_000)
    assert lower == 0.0
    assert 0.0 < upper < 0.005


def test_every_row_may_still_be_not_quite_all() -> None:
    lower, upper = wilson_interval(50, 50)
    assert 0.9 < lower < 1.0
    assert upper == 1.0
