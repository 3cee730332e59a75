"""NannyML: the accuracy of a model by day, once its targets are here, against its default thresholds."""

from __future__ import annotations

import json
import sys

import nannyml
import numpy as np
import pandas as pd
from bench.truth.aging import AGINGS, Aging, draw_days
from bench.truth.alarm import Alarm, episodes
from bench.truth.scenario import DAY, START


def watch(aging: Aging, random: np.random.Generator) -> list[Alarm]:
    days = [_day(place, *drawn) for place, drawn in enumerate(draw_days(aging, random))]
    calculator = nannyml.PerformanceCalculator(
        metrics=["accuracy"],
        y_true="target",
        y_pred="prediction",
        y_pred_proba="score",
        problem_type="classification_binary",
        timestamp_column_name="time",
        chunk_period="D",
    )
    calculator.fit(pd.concat(days[: aging.reference], ignore_index=True))
    found = calculator.calculate(pd.concat(days[aging.reference :], ignore_index=True))
    alerts = found.filter(period="analysis").to_df()["accuracy", "alert"]
    return episodes([{""} if alert else set() for alert in alerts])


def _day(place: int, prediction: np.ndarray, target: np.ndarray) -> pd.DataFrame:
    start = pd.Timestamp(START + place * DAY).tz_localize(None)
    times = start + np.arange(len(target)) * (DAY / len(target))
    return pd.DataFrame({"prediction": prediction, "score": prediction * 0.8 + 0.1, "target": target, "time": times})


def main() -> None:
    asked = json.loads(sys.argv[1])
    aging = AGINGS[asked["scenario"]]
    found = [watch(aging, np.random.default_rng([run, aging.live])) for run in range(*asked["runs"])]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
