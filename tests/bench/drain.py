"""Reads the columns of a table by ADBC and does nothing with them, in a process of its own: the floor for everybody."""

from __future__ import annotations

import json
import os
import sys

import adbc_driver_postgresql.dbapi as postgresql


def drained(url: str, select: str) -> int:
    """How many rows came."""
    with postgresql.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(select)
        return sum(batch.num_rows for batch in cursor.fetch_record_batch())


if __name__ == "__main__":
    json.dump({"rows": drained(os.environ["BENCH_DATABASE"], json.loads(sys.argv[1])["select"])}, sys.stdout)
