"""Evidence that something has become worse, gathered window by window, that may be looked at every day."""

from __future__ import annotations

import math
from collections.abc import Iterable

MIXED = (0.25, 0.5, 1.0, 2.0)  # of the tolerance beyond the tolerance: how much worse it may have become


def binomial_evidence(errors: float, rows: float, *, known: float, worse_by: float, weight: float = 1.0) -> float:
    """Log of how much likelier these errors are under rates above the tolerance than under the tolerance itself.

    An e-value: whatever the true rate up to ``known + worse_by``, its mean is at most 1.

    Parameters
    ----------
    errors, rows
        Of one window; errors from 0 to rows.
    known
        The reference's rate, from 0 to below 1.
    worse_by
        How much more is borne, above 0.
    weight
        Independent rows per row, above 0 up to 1: less than 1 where windows vary more than independent rows would.

    References
    ----------
    Shin, J., Ramdas, A., Rinaldo, A. (2024). E-detectors: a nonparametric framework for sequential change detection.
    New Engl. J. Statist. Data Sci. 2(2). Podkopaev, A., Ramdas, A. (2022). Tracking the risk of a deployed model.

    Examples
    --------
    >>> binomial_evidence(70, 500, known=0.10, worse_by=0.02) > 0 > binomial_evidence(50, 500, known=0.1, worse_by=0.02)
    True
    """
    borne = min(known + worse_by, 1 - 1e-9)
    rates = [min(borne + share * worse_by, 1 - 1e-12) for share in MIXED]
    logs = [
        weight * (errors * math.log(rate / borne) + (rows - errors) * math.log((1 - rate) / (1 - borne)))
        for rate in rates
    ]
    return _log_mean(logs)


def normal_evidence(value: float, *, known: float, worse_by: float, deviation: float) -> float:
    """The same for a level that varies about `known` with a standard deviation from window to window; higher is worse.

    Parameters
    ----------
    deviation
        Above 0, of one window's value.
    """
    beyond = (value - known - worse_by) / deviation
    steps = [max(share * worse_by / deviation, 0.1) for share in MIXED]
    return _log_mean([step * beyond - step**2 / 2 for step in steps])


def gathered(evidence: Iterable[float], *, most: float = math.inf) -> list[float]:
    """Evidence after each window, as a logarithm: what came before counts as long as it speaks for a change.

    It grows to `most` and no further, so that a long time of being worse is not held against what is well again.

    A limit of the logarithm of a number of windows is passed, while nothing has changed, once in so many windows on
    average, at most.

    Examples
    --------
    >>> gathered([-1.0, 0.5, 1.0, -3.0])
    [-1.0, 0.5, 1.5, -1.5]
    """
    found: list[float] = []
    so_far = 0.0
    for one in evidence:
        so_far = min(max(so_far, 0.0) + one, most)
        found.append(so_far)
    return found


def _log_mean(logs: list[float]) -> float:
    highest = max(logs)
    return highest + math.log(sum(math.exp(one - highest) for one in logs) / len(logs))
