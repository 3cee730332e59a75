"""Makes rows: the same seed gives the same rows, whatever they are written to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bench.columns import CATEGORIES, NUMERIC

ROWS_PER_BATCH = 100_000
SEED = 20260
NULL_SHARE = 0.03
Floats = npt.NDArray[np.float64]


def batches(
    name: str, rows: int, *, start: datetime, length: timedelta, shift: float = 0.0
) -> Iterator[pa.RecordBatch]:
    """Rows spread evenly over a stretch of time; a shift moves a quarter of the columns."""
    seed = [SEED, *name.encode()]
    step = length / rows
    for done in range(0, rows, ROWS_PER_BATCH):
        random = np.random.default_rng([*seed, done])
        yield _batch(random, name, range(done, min(rows, done + ROWS_PER_BATCH)), start, step, shift)


def _batch(
    random: np.random.Generator, name: str, numbers: range, start: datetime, step: timedelta, shift: float
) -> pa.RecordBatch:
    count = len(numbers)
    first = int(start.timestamp() * 1_000_000)
    times = first + (np.arange(numbers.start, numbers.stop) * (step / timedelta(microseconds=1))).astype(np.int64)
    columns = {
        "id": pa.array([f"{name}-{number:09}" for number in numbers]),
        "time": pa.array(times, pa.timestamp("us", "UTC")),
        **{column: _number(random, i, count, shift) for i, column in enumerate(NUMERIC)},
        **{column: _text(random, categories, count) for column, categories in CATEGORIES.items()},
    }
    return pa.RecordBatch.from_pydict(columns)


def _number(random: np.random.Generator, index: int, count: int, shift: float) -> pa.Array:
    """Four columns of each of five shapes; one of each shape has nulls, and one moves with the shift."""
    shapes = (_bell, _skewed, _two_humps, _many_zeros, _heavy_tailed)
    values = shapes[index % len(shapes)](random, count)
    values = values + shift if index // len(shapes) == 1 else values
    nulls = random.random(count) < NULL_SHARE if index // len(shapes) == 0 else None
    return pa.array(values, mask=nulls)


def _bell(random: np.random.Generator, count: int) -> Floats:
    return random.normal(50, 12, count)


def _skewed(random: np.random.Generator, count: int) -> Floats:
    return random.lognormal(1, 0.8, count)


def _two_humps(random: np.random.Generator, count: int) -> Floats:
    return np.where(random.random(count) < 0.4, random.normal(-3, 1, count), random.normal(4, 2, count))


def _many_zeros(random: np.random.Generator, count: int) -> Floats:
    return np.where(random.random(count) < 0.6, 0.0, np.round(random.exponential(20, count)))


def _heavy_tailed(random: np.random.Generator, count: int) -> Floats:
    return random.standard_t(3, count)


def _text(random: np.random.Generator, categories: int, count: int) -> pa.Array:
    """Categories of which the first are the most frequent."""
    weights = 1 / np.arange(1, categories + 1)
    chosen = random.choice(categories, size=count, p=weights / weights.sum())
    names = pa.array([f"value_{i:02}" for i in range(categories)])
    return names.take(pa.array(chosen))
