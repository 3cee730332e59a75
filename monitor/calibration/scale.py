"""Scales on which chance adds, so that what windows gave can be averaged and extrapolated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from monitor.profile.arrays import FloatArray

TINY = 1e-12
MOST_LOG = 700.0  # of a number that still is one


@dataclass(frozen=True, slots=True)
class Scale:
    """The way from values and their rows to the scale and back, and how far chance alone moves a value there."""

    name: str
    forth: Callable[[FloatArray, FloatArray], FloatArray]
    back: Callable[[float], float]
    least_deviation: Callable[[FloatArray, FloatArray], FloatArray]


def _angle(values: FloatArray, rows: FloatArray) -> FloatArray:
    """Twice the arcsine of the root, which varies alike near 0, 1 and between.

    Anscombe, F. J. (1948). The transformation of Poisson, binomial and negative-binomial data. Biometrika 35, 246-254.
    """
    angle: FloatArray = 2 * np.arcsin(np.sqrt((values * rows + 0.375) / (rows + 0.75)))
    return angle


def _share(angle: float) -> float:
    return float(np.sin(np.clip(angle, 0.0, np.pi) / 2) ** 2)


def _binomial(_values: FloatArray, rows: FloatArray) -> FloatArray:
    deviation: FloatArray = 1 / np.sqrt(rows + 0.5)
    return deviation


def _poisson(values: FloatArray, _rows: FloatArray) -> FloatArray:
    deviation: FloatArray = 1 / np.sqrt(values + 1)
    return deviation


def _none(values: FloatArray, _rows: FloatArray) -> FloatArray:
    return np.full_like(values, 1e-6)


def _root(power: float, name: str) -> Scale:
    """Cube roots of squared distances: they are close to normal, be it chance or a movement that makes them."""
    return Scale(
        name,
        lambda values, _rows: np.maximum(values, 0.0) ** power,
        lambda x: max(float(x), 0.0) ** (1 / power),
        lambda values, _rows: np.maximum(values, TINY) ** power / 10,
    )


SQUARE = _root(1 / 3, "squared distance")
DISTANCE = _root(2 / 3, "distance")
LEVEL = Scale("level", lambda values, _rows: values, float, _none)
POSITIVE = Scale(
    "positive", lambda values, _rows: np.log(np.maximum(values, TINY)), lambda x: float(np.exp(min(x, MOST_LOG))), _none
)
COUNT = Scale(
    "count", lambda values, _rows: np.log1p(values), lambda x: max(float(np.expm1(min(x, MOST_LOG))), 0.0), _poisson
)
SHARE = Scale("share", _angle, _share, _binomial)
