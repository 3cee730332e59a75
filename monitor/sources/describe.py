"""Tells how a table would be read, and what speaks against it, before any window is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isnan

from monitor.sources.log import Log, RemarkingLog
from monitor.sources.moments import repeated_hour_remarks
from monitor.sources.reflection import is_view, leads_an_index, sampled, type_name
from monitor.sources.spec import TIMES, TableSpec
from monitor.sources.table import SqlTable
from monitor.sources.targets import TargetLookup
from monitor.sources.values import number

_SAMPLE_ROWS = 1_000
_TIME_READERS = {"time": "each window", "ingested": "each look for late rows"}


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """One mapped column: its type in the database, what it is read as, what is wrong."""

    name: str
    column: str
    database_type: str
    read_as: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableReport:
    """What is known of a table without counting its rows; notes advise, problems spoil measurements."""

    table: str
    columns: tuple[ColumnReport, ...]
    is_empty: bool
    newest: datetime | None
    notes: tuple[str, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        empty = (f"table {self.table} has no rows",) if self.is_empty else ()
        return (*empty, *(problem for column in self.columns for problem in column.problems))


def describe(log: Log) -> TableReport:
    """Looks at what there is: of a table at types, indexes and the first rows."""
    if isinstance(log, SqlTable):
        return _describe_table(log)
    spec = log.spec
    columns = [ColumnReport(name, column, "", _kind(spec, name)) for name, column in spec.columns.items()]
    newest = log.newest() if "time" in spec.columns else None
    remarks = log.remarks() if isinstance(log, RemarkingLog) else ()
    return TableReport(spec.table, tuple(columns), log.is_empty(), newest, (*_arrival_notes(log), *remarks))


def _describe_table(table: SqlTable) -> TableReport:
    names = list(table.spec.columns)
    wanted = {table.column(name).name: table.column(name) for name in names}
    values = sampled(table.engine, list(wanted.values()), _SAMPLE_ROWS)
    return TableReport(
        table=table.spec.table,
        columns=tuple(_column(table, name, values[table.column(name).name]) for name in names),
        is_empty=table.is_empty(),
        newest=table.newest() if table.time else None,
        notes=(*_time_notes(table), *_arrival_notes(table), *_null_notes(table, values)),
    )


def describe_targets(lookup: TargetLookup) -> TableReport:
    """The same for a table whose rows are looked up by id."""
    table = lookup.table
    report = describe(table)
    if not isinstance(table, SqlTable):
        return report
    column = table.column("id")
    if leads_an_index(column) or is_view(table.engine, table.table):
        return report
    note = f"{column.name} of {table.spec.table} has no index: each look-up of targets reads the whole table"
    return TableReport(report.table, report.columns, report.is_empty, report.newest, (*report.notes, note))


def _column(table: SqlTable, name: str, values: Sequence[object]) -> ColumnReport:
    column = table.column(name)
    database_type = type_name(column, table.engine)
    report = ColumnReport(name, column.name, database_type, _read_as(table, name))
    if name in ("id", *TIMES):
        return report
    problem = _problem(values, table.spec.kinds[name] == "numeric")
    if not problem:
        return report
    problems = (f"{column.name} is {database_type} but {problem}",)
    return ColumnReport(name, column.name, database_type, report.read_as, problems)


def _read_as(table: SqlTable, name: str) -> str:
    is_understood = name == "time" or (name == "ingested" and not table.arrival_trouble)
    return str(table.understanding(name)) if is_understood else _kind(table.spec, name)


def _kind(spec: TableSpec, name: str) -> str:
    if name == "id":
        return "text"
    return name if name in TIMES else str(spec.kinds.get(name, name))


def _problem(values: Sequence[object], is_numeric: bool) -> str:
    if any(isinstance(value, bytes) for value in values):
        return "holds binary data, which is neither number nor category"
    wrong = [value for value in values if is_numeric and _is_no_number(value)]
    if not wrong:
        return ""
    return f"declared numeric: {wrong[0]!r} is no number ({len(wrong):,} of the first {len(values):,} rows)"


def _is_no_number(value: object) -> bool:
    if isinstance(value, float) or value is None:
        return False
    found = number(value)
    return found is None or isnan(found)


def _time_notes(table: SqlTable) -> list[str]:
    if table.time is None:
        return []
    notes = []
    for name, reader in _TIME_READERS.items():
        if (
            name in table.spec.columns
            and not leads_an_index(table.column(name))
            and not is_view(table.engine, table.table)
        ):
            notes.append(
                f"{table.column(name).name} of {table.spec.table} has no index: {reader} reads the whole table"
            )
    if table.time.forms & {"local", "text"}:
        notes += repeated_hour_remarks(table.column("time").name, table.time.zone)
    if table.has_rows_without_time():
        notes.append(f"some rows of {table.spec.table} have no {table.column('time').name}: they are in no window")
    return notes


def _arrival_notes(log: Log) -> list[str]:
    trouble = log.arrival_trouble
    return [f"{trouble}; until then late rows are found by counting all that may be late"] if trouble else []


def _null_notes(table: SqlTable, values: dict[str, list[object]]) -> list[str]:
    return [
        f"{name} of {table.spec.table} is null in all of the first {len(column):,} rows"
        for name, column in values.items()
        if column and all(value is None for value in column)
    ]
