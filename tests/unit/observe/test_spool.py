"""What was spooled comes back as it was."""

from __future__ import annotations

import pyarrow as pa

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
