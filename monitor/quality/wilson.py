"""Interval of a share."""

from __future__ import annotations

import math

QUANTILE = 1.959963984540054  # of the standard normal distribution, at 0.975


def wilson_interval(count: int, rows: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share.

    Parameters
    ----------
    count, rows
        So many rows out of all; at least one row.

    Returns
    -------
    tuple
        Lower and upper end, between 0 and 1. Never empty, also where no row or every row counts.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    J. Am. Stat. Assoc. 22, 209-212.

    Examples
    --------
    >>> wilson_interval(0, 10)
    (0.0, 0.277...)
    """
    share, square = count / rows, QUANTILE**2 / rows
    centre = (share + square / 2) / (1 + square)
    reach = QUANTILE / (1 + square) * math.sqrt(share * (1 - share) / rows + square / (4 * rows))
    lower = 0.0 if count == 0 else max(centre - reach, 0.0)
    upper = 1.0 if count == rows else min(centre + reach, 1.0)
    return lower, upper
