"""Targets that came are told apart by the buckets of their predictions."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa

from monitor.observe.came import came
from monitor.observe.data import NewOutcomes
from monitor.window import utc

HOUR = timedelta(hours=1)


def predictions(*times: datetime | None) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({"time": pa.array(times, pa.timestamp("us", "UTC"))})


def test_the_predictions_of_all_batches_come_together() -> None:
    early, late = utc(2024, 1, 1, 5), utc(2024, 1, 1, 7)
    found = came(
        [
            NewOutcomes(3, [predictions(early + HOUR / 2, late)], [predictions(early)]),
            NewOutcomes(2, [predictions(late + HOUR / 3)], []),
        ],
        HOUR,
    )
    assert found.rows == 5
    assert found.first_starts == [early, late, late]
    assert found.again_starts == [early]
    assert sum(batch.num_rows for batch in found.first) == 3


def test_a_prediction_without_a_time_is_in_no_bucket() -> None:
    found = came([NewOutcomes(2, [predictions(None, utc(2024))], [predictions(None)])], HOUR)
    assert (found.rows, found.first_starts, found.again_starts) == (2, [utc(2024)], [])
    assert found.first[0].num_rows == 1
