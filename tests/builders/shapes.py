"""Columns, scores and errors of many shapes: what a profile must be accurate on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.special import expit

Floats = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, int, float], Floats]  # generator, rows, and how far from the reference: 0 or 1


@dataclass(frozen=True)
class NumericShape:
    """How to draw a numeric column; `nulls` is the share of nulls."""

    draw: Draw
    nulls: float = 0.0
    has_numbers: bool = True
    varies: bool = True


def _mostly_nought(draw: np.random.Generator, rows: int, moved: float) -> Floats:
    return np.where(draw.random(rows) < 0.9 - 0.1 * moved, 0.0, draw.exponential(1 + moved, rows))


def _five_values(draw: np.random.Generator, rows: int, moved: float) -> Floats:
    weights = np.array([5.0, 4.0, 3.0, 2.0, 1.0 + 3 * moved])
    return draw.choice([-1.5, 0.0, 1.0, 2.0, 10.0], rows, p=weights / weights.sum())


def _spoilt(draw: np.random.Generator, rows: int, moved: float) -> Floats:
    """Numbers among NaN, infinite values and noughts of either sign."""
    values = draw.normal(moved, 1, rows)
    kind = draw.random(rows)
    for share, spoilt in ((0.05, np.nan), (0.07, np.inf), (0.08, -np.inf), (0.10, 0.0), (0.11, -0.0)):
        values = np.where((kind < share + 0.02 * moved) & (kind >= share - 0.01), spoilt, values)
    return values


NUMERIC: Mapping[str, NumericShape] = {
    "normal": NumericShape(lambda draw, rows, moved: draw.normal(0.3 * moved, 1 + 0.2 * moved, rows)),
    "student t, 3 degrees": NumericShape(lambda draw, rows, moved: draw.standard_t(3, rows) + 0.3 * moved),
    "student t, 2 degrees": NumericShape(lambda draw, rows, moved: draw.standard_t(2, rows) + 0.3 * moved),
    "lognormal, sigma 2": NumericShape(lambda draw, rows, moved: draw.lognormal(0.2 * moved, 2, rows)),
    "cauchy": NumericShape(lambda draw, rows, moved: draw.standard_cauchy(rows) + 0.5 * moved),
    "90 % noughts": NumericShape(_mostly_nought),
    "five values": NumericShape(_five_values),
    "constant": NumericShape(lambda _, rows, moved: np.full(rows, 7.25 + moved), varies=False),
    "integers to a million": NumericShape(
        lambda draw, rows, moved: np.floor(1e6 * draw.random(rows) ** (1 + 0.3 * moved))
    ),
    "offset 1e9": NumericShape(lambda draw, rows, moved: 1e9 + draw.normal(0.3 * moved, 1, rows)),
    "offset 1e15, integers": NumericShape(
        lambda draw, rows, moved: 1e15 + draw.integers(0, 1000, rows) + np.floor(100 * moved)
    ),
    "a fifth null": NumericShape(lambda draw, rows, moved: draw.normal(0.3 * moved, 1, rows), nulls=0.2),
    "NaN, infinite, nought": NumericShape(_spoilt, nulls=0.05),
    "all null": NumericShape(lambda _, rows, __: np.zeros(rows), nulls=1.0, has_numbers=False, varies=False),
}


def numeric_column(name: str, rows: int, *, moved: bool, seed: int) -> pa.Array:
    """A column of this shape."""
    shape, draw = NUMERIC[name], np.random.default_rng([seed, rows, *name.encode()])
    values = shape.draw(draw, rows, float(moved))
    return pa.array(values, pa.float64(), mask=draw.random(rows) < shape.nulls, from_pandas=False)


TEXTS: Mapping[str, Callable[[np.random.Generator, int], npt.NDArray[np.int64]]] = {
    "three categories": lambda draw, rows: draw.choice(3, rows, p=[0.6, 0.3, 0.1]),
    "1,200 categories": lambda draw, rows: draw.integers(0, 1_200, rows),
    "100,000 categories": lambda draw, rows: draw.integers(0, 100_000, rows),
    "a long tail of categories": lambda draw, rows: np.minimum(draw.zipf(1.5, rows), 2**40),
}


def text_column(name: str, rows: int, *, moved: bool, seed: int) -> pa.Array:
    """A column of this shape, a tenth null; moved, a fifth of its texts are new."""
    draw = np.random.default_rng([seed, rows, *name.encode()])
    numbers = TEXTS[name](draw, rows)
    fresh = draw.random(rows) < 0.2 * moved
    names = np.where(fresh, "new ", "value ").astype(object) + numbers.astype(str).astype(object)
    return pa.array(names, pa.string(), mask=draw.random(rows) < 0.1)


@dataclass(frozen=True)
class ScoreShape:
    """How to draw a score out of log odds; `noise` is what the score does not know of them."""

    log_odds: Callable[[np.random.Generator, int], Floats]
    noise: float = 1.0
    score: Callable[[Floats], Floats] = expit
    are_probabilities: bool = True


def _certain(odds: Floats) -> Floats:
    """Scores of which most are 0 or 1 to the last bit."""
    return np.where(np.abs(odds) > 1.0, (odds > 0).astype(np.float64), expit(odds))


SCORES: Mapping[str, ScoreShape] = {
    "calibrated": ScoreShape(lambda draw, rows: draw.normal(-1, 1.5, rows)),
    "rare class, scores below 0.02": ScoreShape(lambda draw, rows: draw.normal(-6, 0.7, rows)),
    "two decimals": ScoreShape(lambda draw, rows: draw.normal(0, 1, rows), score=lambda odds: np.round(expit(odds), 2)),
    "five values": ScoreShape(
        lambda draw, rows: draw.normal(0, 1, rows),
        score=lambda odds: np.clip(np.round(expit(odds) * 4) / 4, 0, 1),
    ),
    "0 and 1 to the last bit": ScoreShape(lambda draw, rows: draw.normal(0, 3, rows), score=_certain),
    "heavy tails": ScoreShape(lambda draw, rows: draw.standard_cauchy(rows) * 2),
    "almost separated": ScoreShape(lambda draw, rows: draw.normal(0, 12, rows), noise=0.1),
    "within 1e-6 of a half": ScoreShape(
        lambda draw, rows: draw.normal(0, 1, rows), score=lambda odds: 0.5 + 1e-6 * (expit(odds) - 0.5)
    ),
    "two clusters of 1e-5": ScoreShape(
        lambda draw, rows: draw.normal(0, 1, rows),
        score=lambda odds: np.where(odds > 0.5, 0.9, 0.1) + 1e-5 * odds,
    ),
    "margins, no probabilities": ScoreShape(
        lambda draw, rows: draw.normal(0, 2, rows), score=lambda odds: odds, are_probabilities=False
    ),
}


def scored_rows(name: str, rows: int, *, seed: int) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Scores, and whether the class came true."""
    shape, draw = SCORES[name], np.random.default_rng([seed, rows, *name.encode()])
    odds = shape.log_odds(draw, rows)
    came_true = draw.random(rows) < expit(odds + draw.normal(0, shape.noise, rows))
    came_true[:2] = [True, False]
    return shape.score(odds), came_true


ERRORS: Mapping[str, Callable[[np.random.Generator, int], tuple[Floats, Floats]]] = {
    "normal": lambda draw, rows: (draw.normal(0, 1, rows), draw.normal(0, 1, rows)),
    "student t, 2 degrees": lambda draw, rows: (draw.normal(0, 1, rows), draw.standard_t(2, rows)),
    "cauchy": lambda draw, rows: (draw.standard_cauchy(rows), draw.standard_cauchy(rows)),
    "lognormal, sigma 2": lambda draw, rows: (draw.lognormal(0, 2, rows), draw.lognormal(0, 2, rows)),
    "90 % without error": lambda draw, rows: (draw.normal(0, 1, rows), _mostly_nought(draw, rows, 0.0)),
    "one error for all": lambda draw, rows: (draw.integers(-9, 9, rows) * 1.0, np.full(rows, 0.5)),
    "targets at 1e9": lambda draw, rows: (1e9 + draw.normal(0, 1, rows), draw.normal(0, 1, rows)),
    "targets at 1e15": lambda draw, rows: (1e15 + draw.integers(0, 1000, rows), draw.integers(-50, 50, rows) * 1.0),
}


def regression_rows(name: str, rows: int, *, seed: int) -> tuple[Floats, Floats]:
    """Targets and predictions."""
    draw = np.random.default_rng([seed, rows, *name.encode()])
    target, error = ERRORS[name](draw, rows)
    return target, target + error
