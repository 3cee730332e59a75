"""The sample of a report is bounded, uniform and the same each time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from scipy import stats

from monitor.report.sampling import sample


def rows(count: int, *, with_id: bool = True) -> pa.RecordBatch:
    columns = {"value": pa.array(np.arange(count, dtype=float))}
    if with_id:
        columns["id"] = pa.array([str(number) for number in range(count)])
    return pa.RecordBatch.from_pydict(columns)


def batches(whole: pa.RecordBatch, size: int) -> list[pa.RecordBatch]:
    return [whole.slice(start, size) for start in range(0, whole.num_rows, size)]


def values(table: pa.Table | None) -> list[float]:
    assert table is not None
    return sorted(table["value"].to_pylist())


def test_fewer_rows_than_asked_for_are_all_kept() -> None:
    assert values(sample(iter([rows(10)]), 100)) == list(range(10))


def test_no_rows_give_no_sample() -> None:
    assert sample(iter([rows(0)]), 100) is None


def test_the_sample_does_not_depend_on_the_batches() -> None:
    whole = rows(5000)
    assert values(sample(iter(batches(whole, 70)), 300)) == values(sample(iter([whole]), 300))


def test_rows_without_an_id_can_be_sampled_too() -> None:
    assert len(values(sample(iter(batches(rows(5000, with_id=False), 900)), 300))) == 300


def test_every_row_has_the_same_chance() -> None:
    found = values(sample(iter(batches(rows(20_000), 3000)), 2000))
    assert stats.kstest(np.array(found) / 20_000, "uniform").pvalue > 0.001
