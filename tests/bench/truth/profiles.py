"""Profiles of a world's windows: drawn as counts, which is quick, or made of rows, which is what they stand for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from scipy.special import ndtr, ndtri

from bench.truth.draw import NAMES, draw_rows
from bench.truth.world import CATEGORIES, CENTRE, Floats, World
from monitor.profile.bins import COARSE_BINS, Bins
from monitor.profile.categorical import Categories
from monitor.profile.categorysums import CategorySums
from monitor.profile.layout import LEFTOVERS
from monitor.profile.model import ModelProfile, profile_batch
from monitor.profile.numericsums import NULL, SPECIAL, NumericSums
from monitor.profile.outcome import no_outcome
from monitor.profile.plan import Plan, cut_plan
from monitor.profile.shape import ModelShape

REACH = 8.0  # deviations: what lies further out is outside the reference


def shape_of(world: World) -> ModelShape:
    kinds = {**dict.fromkeys(world.numeric, "numeric"), **dict.fromkeys(world.categorical, "categorical")}
    return ModelShape("none", kinds)


def count_plan(world: World) -> Plan:
    """Ten bins of equal mass, and an open one at either end."""
    inner = ndtri(np.arange(1, COARSE_BINS) / COARSE_BINS)
    edges = CENTRE + np.concatenate([[-REACH], inner, [REACH]])
    bins = Bins(edges, None, np.concatenate([[0], np.arange(2, COARSE_BINS + 1)]))
    categories = Categories(tuple(NAMES[:-1]))
    scales = {**dict.fromkeys(world.numeric, bins), **dict.fromkeys(world.categorical, categories)}
    return Plan(shape_of(world), scales)


def counted_profiles(world: World, random: np.random.Generator) -> list[ModelProfile]:
    """A profile for each window, its rows per bin and category drawn at once."""
    plan = count_plan(world)
    numbers = random.multinomial(world.rows[:, None], _bin_chances(world, plan))
    texts = random.multinomial(world.rows[:, None], _category_chances(world))
    return [_profile(plan, int(world.rows[place]), numbers[place], texts[place]) for place in range(world.windows)]


def profiles_of_rows(world: World, random: np.random.Generator) -> list[ModelProfile]:
    """A profile for each window, of rows; its bins are cut on the reference."""
    batches = list(_batches(world, random))
    plan = cut_plan(shape_of(world), batches[: world.reference])
    return [profile_batch(batch, plan) for batch in batches]


def _batches(world: World, random: np.random.Generator) -> Iterator[pa.RecordBatch]:
    for window in range(world.windows):
        columns = draw_rows(world, window, [*world.numeric, *world.categorical], random)
        yield pa.record_batch({name: pa.array(values, from_pandas=True) for name, values in columns.items()})


def _bin_chances(world: World, plan: Plan) -> Floats:
    """Shape (windows, columns, bins + 1); the last is that of a null."""
    if not world.numeric:
        return np.ones((world.windows, 0, 1))
    edges = plan.layout.numeric[0].bins.edges
    with np.errstate(divide="ignore", invalid="ignore"):
        below = ndtr((edges - world.mean[..., None]) / world.scale[..., None])
    constant = world.scale[..., None] == 0
    below = np.where(constant, (edges > world.mean[..., None]).astype(np.float64), below)
    ends = np.zeros((*world.mean.shape, 1))
    bins = np.diff(np.concatenate([ends, below, ends + 1], axis=2), axis=2)
    nulls = world.nulls[:, : world.mean.shape[1], None]
    return np.concatenate([bins * (1 - nulls), nulls], axis=2)


def _category_chances(world: World) -> Floats:
    """Shape (windows, columns, categories + 2); the last are those of a new category and of a null."""
    nulls = world.nulls[:, world.mean.shape[1] :, None]
    return np.concatenate([world.shares * (1 - nulls), nulls], axis=2)


def _profile(plan: Plan, rows: int, numbers: np.ndarray, texts: np.ndarray) -> ModelProfile:
    special = np.zeros((len(numbers), SPECIAL), np.int64)
    special[:, NULL] = numbers[:, -1]
    kept = np.zeros((len(texts), CATEGORIES + LEFTOVERS), np.int64)
    kept[:, :CATEGORIES], kept[:, -2:] = texts[:, :CATEGORIES], texts[:, CATEGORIES:]
    unseen = tuple({"new": int(count)} if count else {} for count in kept[:, -2])
    numeric = NumericSums.counted(numbers[:, :-1].ravel(), special)
    return ModelProfile(plan, rows, numeric, CategorySums(kept.ravel(), unseen), no_outcome(plan))
