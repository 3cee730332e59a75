"""Models whose targets come: they err as they did, or from a day on more often, and no column shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench.truth.world import Floats

PREDICTED_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Aging:
    """So many days with so many rows each; `worse` is what the share of errors grows by, on the live day `at`."""

    name: str
    title: str
    rows: int = 500
    error: float = 0.10
    worse: float = 0.0
    at: int = 20
    reference: int = 30
    live: int = 365
    soon: int = 10  # days, within which it should be found

    def errors(self) -> Floats:
        """The share of errors of each day."""
        day = np.arange(self.reference + self.live)
        shares: Floats = self.error + self.worse * (day >= self.reference + self.at)
        return shares


AGINGS = {
    aging.name: aging
    for aging in (
        Aging("targets", "500 targets a day, 10 % errors, for a year"),
        Aging("concept", "4 points of error more, 500 targets a day", worse=0.04, live=80),
    )
}


def draw_days(
    aging: Aging, random: np.random.Generator
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Predictions and targets of each day, as 0 and 1."""
    for share in aging.errors():
        prediction = (random.random(aging.rows) < PREDICTED_SHARE).astype(np.int64)
        wrong = random.random(aging.rows) < share
        yield prediction, np.where(wrong, 1 - prediction, prediction)
