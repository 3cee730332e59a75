"""Reads a SQLite file by ADBC in a process of its own: `python sqlitechild.py`, the question on stdin, Arrow on stdout.

The driver has a SQLite of its own. Two in one process undo each other's locks, and then neither is safe from
writers: https://www.sqlite.org/howtocorrupt.html#_multiple_copies_of_sqlite_linked_into_the_same_application
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

import adbc_driver_manager as adbc
import adbc_driver_sqlite
import pyarrow as pa
from adbc_driver_sqlite import StatementOptions


def main() -> int:
    """Writes the rows as one stream; what goes wrong goes to stderr, under an exit status that is not 0."""
    question = json.load(sys.stdin)
    try:
        with adbc_driver_sqlite.connect(question["file"]) as database, adbc.AdbcConnection(database) as connection:
            _answer(question, connection)
    except BrokenPipeError:
        return 1
    except (adbc.Error, pa.ArrowException, OSError) as error:
        sys.stderr.write(str(error))
        return 1
    return 0


def _answer(question: Mapping[str, str | int], connection: adbc.AdbcConnection) -> None:
    with adbc.AdbcStatement(connection) as statement:
        for setting in (f"PRAGMA busy_timeout = {int(question['patience'])}", "PRAGMA query_only = 1"):
            statement.set_sql_query(setting)
            statement.execute_update()
        statement.set_options(**{StatementOptions.BATCH_ROWS.value: str(question["rows"])})
        statement.set_sql_query(str(question["statement"]))
        handle, _ = statement.execute_query()
        with (
            pa.RecordBatchReader.from_stream(handle) as reader,
            pa.ipc.new_stream(sys.stdout.buffer, reader.schema) as out,
        ):
            for batch in reader:
                _check_text(batch)
                out.write_batch(batch)


def _check_text(batch: pa.RecordBatch) -> None:
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        raise OSError("Could not decode to UTF-8 what a column of text holds") from None


if __name__ == "__main__":
    sys.exit(main())
