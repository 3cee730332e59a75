"""Evidently: the default test of every column, window by window, as its drift preset chooses and judges it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from bench.truth.alarm import Alarm, episodes
from bench.truth.asked import answer
from bench.truth.draw import draw_rows
from bench.truth.world import World
from evidently.legacy.calculations.stattests import get_stattest

DATASET_SHARE = 0.5  # of the columns drift: then the preset says that the data set does


def watch(world: World, columns: Sequence[str], random: np.random.Generator) -> list[Alarm]:
    rows = [pd.DataFrame(draw_rows(world, window, columns, random)) for window in range(world.windows)]
    reference = pd.concat(rows[: world.reference], ignore_index=True)
    alarming = [{name for name in columns if _drifts(reference[name], now[name])} for now in rows[world.reference :]]
    enough = DATASET_SHARE * (len(world.numeric) + len(world.categorical))
    whole = [{""} if len(names) >= enough else set() for names in alarming]
    return [*episodes(alarming), *episodes(whole)]


def _drifts(reference: pd.Series, current: pd.Series) -> bool:
    """Nulls are dropped first, as the preset does; a column without a value gives it an error, which nobody misses."""
    before, now = reference.dropna(), current.dropna()
    if now.empty:
        return True
    kind = "num" if pd.api.types.is_numeric_dtype(reference) else "cat"
    test = get_stattest(before, now, kind, None)
    return bool(test(before, now, kind, None).drifted)


if __name__ == "__main__":
    answer(watch)
