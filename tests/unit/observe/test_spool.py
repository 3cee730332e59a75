"""What was spooled comes back as it was."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from monitor.observe.spool import Spool

ROWS = pa.RecordBatch.from_pydict({"amount": [1.0, None, 3.0], "country": ["AT", None, "CH"]})


def test_batches_come_back_in_their_order() -> None:
    with Spool() as spool:
        for batch in (ROWS, ROWS.slice(1), ROWS.slice(0, 0)):
            spool.add(batch)
        assert list(spool.batches()) == [ROWS, ROWS.slice(1), ROWS.slice(0, 0)]


def test_nothing_spooled_is_nothing() -> None:
    with Spool() as spool:
        assert list(spool.batches()) == []


@pytest.mark.parametrize(("share", "rows"), [(0.25, [250, 3]), (1.0, [1_000, 10]), (5.0, [1_000, 10])])
def test_some_rows_are_the_first_of_each_batch_and_hold_no_memory_of_the_others(share: float, rows: list[int]) -> None:
    with Spool() as spool:
        for size in (1_000, 10):
            spool.add(pa.record_batch({"x": pa.array(np.arange(size, dtype=np.float64))}))
        found = list(spool.some(share))
    assert [batch["x"].to_pylist() for batch in found] == [list(range(count)) for count in rows]
    assert all(batch.get_total_buffer_size() < 8 * batch.num_rows + 100 for batch in found)
