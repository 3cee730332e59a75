"""Says which table to read, which columns of it, and which rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from monitor.profile.shape import Kind

Scalar = str | int | float | bool | Decimal | date | datetime
Use = Literal["time", "numeric", "categorical"]
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "is null", "is not null"]
ROWS_PER_BATCH = 20_000  # where each value is a Python object for a moment
ROWS_PER_ARROW_BATCH = 32_768
TIMES = ("time", "ingested")
NOT_FEATURES = ("id", *TIMES)


@dataclass(frozen=True, slots=True)
class Filter:
    """Keeps the rows whose column stands in a relation to a value; a null is in none but `is null`, as in SQL."""

    column: str
    op: Operator
    value: Scalar | tuple[Scalar, ...] | None = None


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table as Seamark reads it.

    `columns` maps the names of the batch (`id`, `time`, `prediction`, features, ...) to columns of the
    table; `kinds` says what each of them is read as, but for `id`, `time` and `ingested`, when the row was
    written, which is read only where it is asked for. `time_zone` is the zone of times that carry none: in
    the hour that daylight saving repeats they count as the first of the two, and in the hour that it leaves
    out as if the clock had not been changed yet.
    """

    table: str
    columns: Mapping[str, str]
    kinds: Mapping[str, Kind]
    where: tuple[Filter, ...] = ()
    time_zone: str | None = None

    def __post_init__(self) -> None:
        without_kind = [name for name in self.columns if name not in NOT_FEATURES and name not in self.kinds]
        if without_kind:
            raise ValueError(f"no kind is given for {', '.join(without_kind)}")

    def names(self, only: Collection[str] = ()) -> list[str]:
        """The columns of the batches: those that are asked for, or all but `ingested`."""
        return [name for name in self.columns if (name in only if only else name != "ingested")]

    def use(self, name: str) -> Use:
        """What a column is read as."""
        if name in TIMES:
            return "time"
        return "categorical" if name == "id" else self.kinds[name]
