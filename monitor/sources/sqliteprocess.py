"""Reads many rows of a SQLite file by ADBC, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from monitor.errors import SourceError
from monitor.sources.arrowcolumns import converted
from monitor.sources.cursor import by_cursor
from monitor.sources.faults import arrow_words, is_lasting_state, place
from monitor.sources.query import Query
from monitor.sources.reflection import reading
from monitor.sources.spec import ROWS_PER_ARROW_BATCH
from monitor.sources.sqlitecolumns import SqliteColumn, sqlite_columns, typed
from monitor.sources.sqltext import sql_text

WORTH_A_PROCESS = 50_000  # fewer rows are read by cursor before a process has started
_CHILD = Path(__file__).with_name("sqlitechild.py")
_PATIENCE_MILLISECONDS = 30_000


def by_process(query: Query, *, worth: int = WORTH_A_PROCESS) -> Generator[pa.RecordBatch] | None:
    """The rows, or None where this way is not known to give the same, or is no faster."""
    file = _file(query.engine)
    columns = sqlite_columns(query) if file else None
    statement = sql_text(typed(columns, query), query.engine) if columns else None
    if file is None or columns is None or statement is None or not _is_worth_it(query, worth):
        return None
    question = {
        "file": file,
        "statement": statement,
        "rows": ROWS_PER_ARROW_BATCH,
        "patience": _PATIENCE_MILLISECONDS,
    }
    return _rows(query, columns, json.dumps(question))


def _file(engine: sa.Engine) -> str | None:
    """The URI of the file, in the form of SQLite; None for what is no plain file."""
    url = engine.url
    name = url.database or ""
    if engine.dialect.driver != "pysqlite" or not sys.executable or name in ("", ":memory:"):
        return None
    if not name.startswith("file:"):
        return None
    allowed = {"uri", "mode", "timeout", "check_same_thread"}
    if not set(url.query) <= allowed or url.query.get("mode") not in ("ro", "rw") or "memory" in name:
        return None
    return f"{name}?mode={url.query['mode']}"


def _is_worth_it(query: Query, worth: int) -> bool:
    one = query.select([sa.literal(1)]).limit(worth).subquery()
    with reading(query.engine) as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(one)).scalar_one()) >= worth


def _rows(query: Query, columns: list[SqliteColumn], question: str) -> Generator[pa.RecordBatch]:
    with closing(_answered(query, question)) as batches:
        plain = _Plain(batches)
        yield from converted(query, plain.batches(), [column.conversion for column in columns])
    if plain.odd_rows:
        yield from by_cursor(query.narrowed(sa.or_(*(column.odd for column in columns))))


class _Plain:
    """The rows of a typed query without the first and the odd ones, which are counted."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self.odd_rows = 0

    def batches(self) -> Iterator[pa.RecordBatch]:
        skip = 1
        for batch in self._batches:
            rows, skip = batch.slice(skip), 0
            odd = rows.column(rows.num_columns - 1)
            odd_rows = pc.sum(odd, min_count=0).as_py()
            self.odd_rows += odd_rows
            yield rows.filter(pc.equal(odd, 0)) if odd_rows else rows


def _answered(query: Query, question: str) -> Generator[pa.RecordBatch]:
    with _child() as child:
        if child.stdin is None or child.stdout is None or child.stderr is None:
            raise AssertionError("pipes were asked for")
        try:
            child.stdin.write(question.encode())
            child.stdin.close()
            with pa.ipc.open_stream(child.stdout) as stream:
                yield from stream
        except (pa.ArrowException, OSError):
            child.kill()
        # A stream that breaks off between two batches looks like one that is complete.
        words = child.stderr.read().decode(errors="replace")
        if child.wait() != 0:
            raise _fault(query, words)


@contextmanager
def _child() -> Iterator[subprocess.Popen[bytes]]:
    """The process that reads; it ends with this block."""
    command = [sys.executable, "-P", str(_CHILD)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as child:  # noqa: S603 - our own program
        try:
            yield child
        finally:
            child.kill()


def _fault(query: Query, words: str) -> SourceError:
    said = arrow_words(words, query.engine.url) or "the process that read it was ended"
    return SourceError(f"{place(query.engine.url)}: {said}", permanent=is_lasting_state(words))
