"""How far scores lie from the shares that come true."""

from __future__ import annotations

import math

import numpy as np
import scipy

from monitor.measurement import Estimate
from monitor.performance.interval import Z
from monitor.performance.metric import ClassMetric, ClassProfile
from monitor.performance.probability_loss import improper_scores
from monitor.profile.arrays import FloatArray
from monitor.profile.score_bins import CalibrationBins


def expected_calibration_error(profile: ClassProfile) -> Estimate:
    """Mean distance between score and share that came true, over ten bins of equal width, weighted by rows.

    With many classes: of the highest score, and whether its class came true.

    A perfectly calibrated model still shows a little, by chance alone: about `sqrt(2 / pi)` standard errors of each
    bin. The lower limit takes off the most of this that is compatible with the bin, so it is 0 unless the scores
    are truly off.

    References
    ----------
    Naeini, M. P., Cooper, G. F., Hauskrecht, M. (2015). Obtaining well calibrated probabilities using Bayesian
    binning. AAAI 2015, 2901-2907. Bias: Kumar, A., Liang, P., Ma, T. (2019). Verified uncertainty calibration.
    """
    return improper_scores(profile) or _estimate(profile.calibration)


def _estimate(bins: CalibrationBins) -> Estimate:
    filled = bins.rows > 0
    rows, counts = int(bins.rows.sum()), bins.rows[filled].astype(np.float64)
    gaps = np.abs(bins.hits - bins.confidence)[filled] / counts
    value = float(counts @ gaps) / rows
    # one more miss, spread over all rows: bins without any miss are not certain
    spread = np.maximum(bins.squares[filled] / counts - np.square(gaps), 1.0 / rows)
    by_chance = float(counts @ chance_gap(gaps, np.sqrt(spread / counts))) / rows
    variance = max(float(bins.squares.sum()) / rows - value * value, 1.0 / rows)
    reach = Z * math.sqrt(variance / rows)
    return Estimate(value, max(value - by_chance - reach, 0.0), min(value + reach, 1.0), rows=rows)


def chance_gap(gaps: FloatArray, errors: FloatArray) -> FloatArray:
    """By how much the size of a gap is expected to exceed its true size, at the smallest size that is compatible.

    The mean of a folded normal distribution less its location.

    References
    ----------
    Leone, F. C., Nelson, L. S., Nottingham, R. B. (1961). The folded normal distribution. Technometrics 3, 543-550.
    """
    smallest = np.maximum(gaps - Z * errors, 0.0)
    ratio = smallest / errors
    density = np.exp(-np.square(ratio) / 2.0)
    excess = errors * math.sqrt(2.0 / math.pi) * density - 2.0 * smallest * scipy.special.ndtr(-ratio)
    return np.asarray(excess, dtype=np.float64)


EXPECTED_CALIBRATION_ERROR = ClassMetric(
    name="expected_calibration_error",
    title="Expected calibration error",
    better="lower",
    bounds=(0.0, 1.0),
    needs_score=True,
    source="Naeini, Cooper and Hauskrecht 2015",
    measure=expected_calibration_error,
)
