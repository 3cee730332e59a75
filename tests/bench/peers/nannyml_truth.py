"""NannyML: the drift of every column by its default method and thresholds, in chunks as long as the windows."""

from __future__ import annotations

from collections.abc import Sequence

import nannyml
import numpy as np
import pandas as pd
from bench.truth.alarm import Alarm, episodes
from bench.truth.asked import answer
from bench.truth.draw import draw_rows
from bench.truth.scenario import DAY
from bench.truth.world import World


def watch(world: World, columns: Sequence[str], random: np.random.Generator) -> list[Alarm]:
    rows = [_window(world, window, columns, random) for window in range(world.windows)]
    calculator = nannyml.UnivariateDriftCalculator(
        column_names=list(columns),
        treat_as_categorical=[name for name in columns if name in world.categorical],
        timestamp_column_name="time",
        chunk_period="D" if world.length >= DAY else "h",
    )
    calculator.fit(pd.concat(rows[: world.reference], ignore_index=True))
    found = calculator.calculate(pd.concat(rows[world.reference :], ignore_index=True))
    alerts = found.filter(period="analysis").to_df().xs("alert", axis=1, level=2)
    chunks = found.filter(period="analysis").to_df()["chunk", "chunk", "start_date"]
    first = pd.Timestamp(world.start(world.reference)).tz_localize(None)
    alarming: list[set[str]] = [set() for _ in range(world.windows - world.reference)]
    for place, start in enumerate(pd.to_datetime(chunks)):
        window = int((start - first) / world.length)
        alarming[window] = {name for name, _ in alerts.columns[alerts.iloc[place].to_numpy(dtype=bool)]}
    return episodes(alarming)


def _window(world: World, window: int, columns: Sequence[str], random: np.random.Generator) -> pd.DataFrame:
    rows = pd.DataFrame(draw_rows(world, window, columns, random))
    start = pd.Timestamp(world.start(window)).tz_localize(None)
    rows["time"] = start + np.arange(len(rows)) * (world.length / max(len(rows), 1))
    return rows


if __name__ == "__main__":
    answer(watch)
