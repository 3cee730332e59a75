"""Count, mean and variance that add up."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from monitor.profile.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, mean, and the sum of squared distances from the mean.

    Adding agrees with computing over all values at once to float rounding. Values so large that their
    squares overflow give an infinite or NaN `m2`; `standard_deviation` is None then.

    References
    ----------
    Chan, T. F., Golub, G. H., LeVeque, R. J. (1979). Updating formulae and a pairwise algorithm for computing
    sample variances. Stanford STAN-CS-79-773.

    Examples
    --------
    >>> Moments.of(np.array([1.0, 2.0])) + Moments.of(np.array([3.0]))
    Moments(count=3, mean=2.0, m2=2.0)
    """

    count: int = 0
    mean: float = 0.0
    m2: float = 0.0

    @classmethod
    def of(cls, values: FloatArray) -> Moments:
        """Moments of finite values."""
        if values.size == 0:
            return NO_MOMENTS
        with np.errstate(over="ignore", invalid="ignore"):
            mean = float(np.add.reduce(values)) / values.size
            distances = values - mean
            rest = float(np.add.reduce(distances))  # what rounding left of the mean
            m2 = float(np.add.reduce(distances * distances)) - rest * (rest / values.size)
            return cls(values.size, mean + rest / values.size, max(m2, 0.0))

    def __add__(self, other: Moments) -> Moments:
        if other.count == 0:
            return self
        if self.count == 0:
            return other
        count = self.count + other.count
        distance = other.mean - self.mean
        mean = self.mean + distance * (other.count / count)
        m2 = self.m2 + other.m2 + distance * distance * (self.count * other.count / count)
        return Moments(count, mean, m2)

    @property
    def standard_deviation(self) -> float | None:
        """Root of the unbiased variance; None below two values or where it is no finite number."""
        if self.count < 2 or not math.isfinite(self.m2):
            return None
        return math.sqrt(self.m2 / (self.count - 1))


NO_MOMENTS = Moments()
