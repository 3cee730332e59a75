"""The limit falls as evidence gathers, and rises again where all is well."""

from __future__ import annotations

import pytest

from monitor.limits.evidence import Seen, binomial_limit, level_limit


def share(past: list[Seen]) -> float:
    return binomial_limit(past, 500, known=0.10, worse_by=0.02, weight=1.0, windows=1_000)


def test_one_day_needs_much_and_a_row_of_bad_days_ever_less() -> None:
    bad = Seen(0.14, 500)
    limits = [share([bad] * days) for days in range(13)]
    assert limits == sorted(limits, reverse=True)
    assert limits[0] > 0.17
    assert limits[12] < 0.14


def test_good_days_count_for_nothing_but_forget() -> None:
    good, bad = Seen(0.10, 500), Seen(0.14, 500)
    assert share([good] * 100) == pytest.approx(share([]))
    assert share([bad] * 5 + [good] * 20) == pytest.approx(share([]))


def test_a_level_behaves_alike() -> None:
    def limit(past: list[float]) -> float:
        seen = [Seen(value, 1) for value in past]
        return level_limit(seen, known=1.0, worse_by=0.05, deviation=0.05, windows=1_000)

    assert limit([1.2] * 2) < limit([1.2]) < limit([])
    assert limit([1.0] * 50) == pytest.approx(limit([]))
