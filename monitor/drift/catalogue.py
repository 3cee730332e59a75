"""All drift methods by name."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.drift import (
    chi_squared,
    hellinger,
    jensen_shannon,
    kolmogorov_smirnov,
    l_infinity,
    mean_shift,
    population_stability_index,
    total_variation,
    wasserstein,
)
from monitor.drift.method import CountMethod, DriftMethod

METHODS: dict[str, DriftMethod] = {
    method.name: method
    for method in (
        population_stability_index.METHOD,
        jensen_shannon.METHOD,
        hellinger.METHOD,
        total_variation.METHOD,
        l_infinity.METHOD,
        chi_squared.METHOD,
        kolmogorov_smirnov.METHOD,
        wasserstein.METHOD,
        mean_shift.METHOD,
    )
}


def drift_of_segments(names: Sequence[str]) -> tuple[str, ...]:
    """The first of these measures that compares counts, which is what is kept of segments; or none.

    >>> drift_of_segments(["wasserstein", "jensen_shannon", "hellinger"])
    ('jensen_shannon',)
    """
    return tuple(name for name in names if isinstance(METHODS[name], CountMethod))[:1]
