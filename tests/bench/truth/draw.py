"""Rows of a world, for whoever wants rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from bench.truth.world import CATEGORIES, World

NAMES = np.array([*(f"value_{place}" for place in range(CATEGORIES)), "new"], dtype=object)


def draw_rows(world: World, window: int, columns: Iterable[str], random: np.random.Generator) -> dict[str, npt.NDArray]:
    """The values of some columns in a window: numbers with NaN for null, texts with None for null."""
    return {name: _column(world, window, name, random) for name in columns}


def _column(world: World, window: int, name: str, random: np.random.Generator) -> npt.NDArray:
    rows = int(world.rows[window])
    if name in world.numeric:
        place = world.numeric.index(name)
        values = random.normal(world.mean[window, place], world.scale[window, place], rows)
        values[random.random(rows) < world.nulls[window, place]] = np.nan
        return values
    place = world.categorical.index(name)
    texts = NAMES[random.choice(CATEGORIES + 1, rows, p=world.shares[window, place])]
    texts[random.random(rows) < world.nulls[window, world.mean.shape[1] + place]] = None
    return texts
