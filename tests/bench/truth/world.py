"""From a scenario to the distribution of every column in every window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

import numpy as np
import numpy.typing as npt

from bench.truth.scenario import DAY, START, Change, ChangeKind, Scenario, Variation

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CATEGORIES = 8
CENTRE = 5.0  # of every number, whose rows have a deviation of 1
NULLS = 0.02
DAYS_OF_A_WEEK = 7


@dataclass(frozen=True)
class World:
    """Rows of each window, and the distribution of each column in it; windows stand first in every shape.

    `mean` and `scale` are of the numeric columns, `shares` of the categories of the others (the last is one that the
    reference never had), `nulls` of all columns, the numeric ones first.
    """

    reference: int
    length: timedelta
    rows: Ints
    mean: Floats
    scale: Floats
    shares: Floats
    nulls: Floats

    @property
    def windows(self) -> int:
        return len(self.rows)

    @property
    def numeric(self) -> list[str]:
        return numeric_names(self.mean.shape[1])

    @property
    def categorical(self) -> list[str]:
        return categorical_names(self.shares.shape[1])

    def start(self, window: int) -> datetime:
        return START + window * self.length


def numeric_names(count: int) -> list[str]:
    return ["score", *(f"number_{place:03}" for place in range(1, count))][:count]


def categorical_names(count: int) -> list[str]:
    return ["prediction", *(f"category_{place:03}" for place in range(1, count))][:count]


def seeded(scenario: Scenario, run: int, *more: int) -> np.random.Generator:
    """The same randomness for the same run of the same scenario."""
    return np.random.default_rng([crc32(scenario.name.encode()), run, *more])


def make_world(scenario: Scenario, random: np.random.Generator) -> World:
    """One history of a model, as the scenario says."""
    moves = movements(scenario, random)
    base = np.log(1 / np.arange(1.0, CATEGORIES + 1))
    tilt = np.linspace(1, -1, CATEGORIES)
    odds = np.exp(base + moves[:, scenario.numeric :, None] * tilt)
    shares = np.zeros((*odds.shape[:2], CATEGORIES + 1))
    shares[..., :-1] = odds / odds.sum(axis=2, keepdims=True)
    numbers = moves[:, : scenario.numeric]
    world = World(
        scenario.reference,
        scenario.length,
        random.poisson(expected_rows(scenario)),
        CENTRE + numbers,
        np.ones_like(numbers),
        shares,
        np.full(moves.shape, NULLS),
    )
    if scenario.change:
        apply(scenario.change, world)
    return world


def movements(scenario: Scenario, random: np.random.Generator) -> Floats:
    """How far each column is off its centre in each window."""
    varies, shape = scenario.varies, (scenario.windows, scenario.columns)
    own, common = _wander(varies, shape, random), _wander(varies, (shape[0], 1), random)
    signs = random.choice([-1.0, 1.0], shape[1])
    moves = np.sqrt(1 - varies.shared) * own + np.sqrt(varies.shared) * common * signs
    days = np.arange(shape[0]) * (scenario.length / DAY)
    season = np.sin(2 * np.pi * days / DAYS_OF_A_WEEK)[:, None]
    moved: Floats = varies.spread * moves + varies.weekly * season * signs
    return moved


def _wander(varies: Variation, shape: tuple[int, int], random: np.random.Generator) -> Floats:
    """Numbers with a variance of 1, each window's leaning on the one before."""
    news = random.standard_t(varies.tail, shape) if varies.tail else random.normal(size=shape)
    if varies.tail > 2:
        news /= np.sqrt(varies.tail / (varies.tail - 2))
    wandered = news.copy()
    for now in range(1, len(wandered)):
        wandered[now] = varies.persistence * wandered[now - 1] + np.sqrt(1 - varies.persistence**2) * news[now]
    return wandered


def expected_rows(scenario: Scenario) -> Floats:
    """How many rows each window has on average."""
    days = np.arange(scenario.windows) * (scenario.length / DAY)
    factor = {
        "steady": np.ones_like(days),
        "weekly": np.where(days % DAYS_OF_A_WEEK >= 5, 0.5, 1.0),
        "nights": 1.05 - np.cos(2 * np.pi * days),
        "growing": 1.01**days,
    }[scenario.traffic]
    rows: Floats = scenario.rows * factor
    return rows


def apply(change: Change, world: World) -> None:
    """Put the change into the windows from its first on."""
    first = world.reference + change.at
    weight = np.clip((np.arange(first, world.windows) - first + 1) / change.over, 0.0, 1.0)
    for column in change.columns:
        CHANGES[change.kind](world, column, first, change.size * weight)


def _shift(world: World, column: str, first: int, size: Floats) -> None:
    world.mean[first:, world.numeric.index(column)] += size


def _scale(world: World, column: str, first: int, size: Floats) -> None:
    world.scale[first:, world.numeric.index(column)] *= size


def _factor(world: World, column: str, first: int, size: Floats) -> None:
    place = world.numeric.index(column)
    world.mean[first:, place] *= size
    world.scale[first:, place] *= size


def _constant(world: World, column: str, first: int, size: Floats) -> None:
    place = world.numeric.index(column)
    world.mean[first:, place], world.scale[first:, place] = CENTRE, 0.0


def _new_category(world: World, column: str, first: int, size: Floats) -> None:
    shares = world.shares[first:, world.categorical.index(column)]
    shares *= 1 - size[:, None]
    shares[:, -1] = size


def _swap(world: World, column: str, first: int, size: Floats) -> None:
    shares = world.shares[first:, world.categorical.index(column)]
    shares[:, 0] -= size
    shares[:, 1] += size


def _nulls(world: World, column: str, first: int, size: Floats) -> None:
    world.nulls[first:, [*world.numeric, *world.categorical].index(column)] += size


CHANGES: dict[ChangeKind, Callable[[World, str, int, Floats], None]] = {
    "shift": _shift,
    "scale": _scale,
    "factor": _factor,
    "constant": _constant,
    "new category": _new_category,
    "swap": _swap,
    "nulls": _nulls,
}
