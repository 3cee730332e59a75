"""Checks once what a spec wants of a Spark frame, and tells everything that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from monitor.errors import SourceError
from monitor.sources.faults import did_you_mean, listed
from monitor.sources.sparkconditions import is_number, kind_of, time_condition, where_condition
from monitor.sources.sparkplace import SparkPlace
from monitor.sources.spec import TIMES, TableSpec
from monitor.window import Window, utc

if TYPE_CHECKING:
    from pyspark.sql.types import StructType

_ANY_WINDOW = Window(utc(2000), utc(2001))
_WITHOUT_ZONE = ("timestamp_ntz", "date")
_NO_CATEGORY = ("binary", "variant", "interval")


def check(schema: StructType, place: SparkPlace, spec: TableSpec) -> None:
    """Raises one permanent `SourceError` with all that is wrong."""
    problems = [*_missing_columns(schema, place, spec), *_unknown_zone(spec)]
    if not problems:
        problems = [*_wrong_filters(schema, spec), *_wrong_columns(schema, spec)]
    if problems:
        raise SourceError("\n".join(f"{place.name}: {problem}" for problem in problems), permanent=True)


def _missing_columns(schema: StructType, place: SparkPlace, spec: TableSpec) -> list[str]:
    known = schema.names
    wanted = dict.fromkeys([*spec.columns.values(), *(each.column for each in spec.where)])
    missing = [name for name in wanted if name not in known]
    has = f"it has: {listed(known)}"
    hint = ""
    if place.is_text and not any(name.casefold() == "header" for name in place.options):
        hint = "; if the first line holds the names, write `options: {header: true}`"
    return [f"no column {name}{did_you_mean(name, known) or ';'} {has}{hint}" for name in missing]


def _unknown_zone(spec: TableSpec) -> list[str]:
    try:
        ZoneInfo(spec.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return [f"no time zone is called {spec.time_zone}{did_you_mean(spec.time_zone or '', available_timezones())}"]
    return []


def _wrong_filters(schema: StructType, spec: TableSpec) -> list[str]:
    zone = ZoneInfo(spec.time_zone) if spec.time_zone else None
    problems = []
    for wanted in spec.where:
        try:
            where_condition(kind_of(schema, wanted.column), wanted, zone)
        except ValueError as error:
            problems.append(f"where {wanted.column} {wanted.op}: {error}")
    return problems


def _wrong_columns(schema: StructType, spec: TableSpec) -> list[str]:
    found = {name: _wrong(kind_of(schema, spec.columns[name]), name, spec) for name in spec.names()}
    return [f"{spec.columns[name]} is {problem}" for name, problem in found.items() if problem]


def arrival_trouble(schema: StructType, place: SparkPlace, spec: TableSpec) -> str:
    """Why the column `ingested` cannot be read, which spoils no window."""
    if "ingested" not in spec.columns:
        return ""
    problem = _wrong(kind_of(schema, spec.columns["ingested"]), "ingested", spec)
    return f"{place.name}: {spec.columns['ingested']} is {problem}" if problem else ""


def _wrong(kind: str, name: str, spec: TableSpec) -> str:
    """Why a column of this type cannot be read as what it is wanted for, or nothing."""
    if name in TIMES:
        if time_condition("any", kind, _ANY_WINDOW, None) is None:
            return f"{kind}: no time can be read from it"
        if kind in _WITHOUT_ZONE and spec.time_zone is None:
            return f"{kind}, which has no time zone: write `time_zone: UTC` (or another) beside `spark:`"
        return ""
    if spec.use(name) == "numeric":
        may_be = is_number(kind) or kind in ("boolean", "string", "void")
        return "" if may_be else f"{kind}, which is no number"
    return f"{kind}, which is no category" if any(word in kind for word in _NO_CATEGORY) else ""
