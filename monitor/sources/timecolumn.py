"""Understands the time column of a table: in which forms it holds times, and how SQL finds a window in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor.sources.faults import listed
from monitor.sources.moments import PER_SECOND, Unit, UnreadableTimeError, moment, unit_of
from monitor.sources.reflection import is_of_mariadb, is_sqlite, raw, reading, type_name
from monitor.window import EPOCH, Window

Form = Literal["instant", "local", "day", "text", "number"]
_DAY = timedelta(days=1)
# Clocks are set back or forth by an hour at most; SQL reads this much more and Python decides exactly.
_CLOCK_CHANGE = timedelta(hours=3)
_ISO_LIKE = "____-__-__%"
_TYPED: tuple[tuple[type, Form], ...] = (
    (sa.Date, "day"),
    (sa.String, "text"),
    (sa.Integer, "number"),
    (sa.Numeric, "number"),
    (sa.Float, "number"),
)


class UnclearTimeError(ValueError):
    """The times of a column cannot be understood without shifting some of them silently."""


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """How the times of one column are understood; `storages` are what SQLite was found to keep them as."""

    column: sa.Column[object]
    forms: frozenset[Form]
    zone: ZoneInfo | None
    unit: Unit | None = None
    storages: frozenset[str] = frozenset()

    @property
    def is_exact(self) -> bool:
        """Whether SQL alone finds exactly the rows of a window."""
        return self.forms == {"instant"} or (self.forms == {"local"} and self.zone == ZoneInfo("UTC"))

    def within(self, window: Window) -> sa.ColumnElement[bool]:
        """The rows of a window, with a margin where this is not exact."""
        return sa.or_(sa.false(), *(self._between(form, window) for form in sorted(self.forms)))

    def __str__(self) -> str:
        names = {
            "instant": "moments with a zone",
            "local": f"times in {self.zone}",
            "day": f"days in {self.zone}",
            "text": "text in the form of ISO 8601"
            + (f", in {self.zone} where no offset is given" if self.zone else ""),
            "number": f"{self.unit} since 1970",
        }
        return " and ".join(names[form] for form in sorted(self.forms)) or "no times yet"

    def _between(self, form: Form, window: Window) -> sa.ColumnElement[bool]:
        low, high = _bounds(form, window, self.zone, self.unit)
        if form in ("instant", "local", "day"):
            return sa.and_(self.column >= low, self.column < high)
        # Only the bound gets a type: a column of floats must not be compared as whole numbers.
        column: sa.ColumnElement[object] = sa.type_coerce(self.column, sa.types.NULLTYPE)
        if form == "text":
            return sa.and_(column >= sa.literal(low, sa.String()), column < sa.literal(high, sa.String()))
        return sa.and_(column >= sa.literal(low, sa.BigInteger()), column < sa.literal(high, sa.BigInteger()))


def understood(engine: sa.Engine, column: sa.Column[object], zone: ZoneInfo | None) -> TimeColumn:
    """Looks at type and values of the column; raises `UnclearTimeError` where they allow two readings."""
    if is_sqlite(engine):
        return _by_values(engine, column, zone)
    form = _declared_form(column, engine)
    if form in ("text", "number"):
        return _by_values(engine, column, zone)
    if is_of_mariadb(column, "TIMESTAMP"):  # a moment, which the session shows in UTC
        return TimeColumn(column, frozenset({form}), ZoneInfo("UTC"))
    if form != "instant" and zone is None:
        raise UnclearTimeError(_no_zone(column))
    return TimeColumn(column, frozenset({form}), zone)


def _declared_form(column: sa.Column[object], engine: sa.Engine) -> Form:
    if isinstance(column.type, sa.DateTime):
        return "instant" if column.type.timezone else "local"
    for kind, form in _TYPED:
        if isinstance(column.type, kind) and not isinstance(column.type, sa.Enum):
            return form
    raise UnclearTimeError(f"{column.name} is {type_name(column, engine)}: no time can be read from it")


def _by_values(engine: sa.Engine, column: sa.Column[object], zone: ZoneInfo | None) -> TimeColumn:
    forms: set[Form] = set()
    storages: set[str] = set()
    unit: Unit | None = None
    for found in _survey(engine, column):
        if found.storage == "text":
            _check_text(column, [found.low, found.high] if found.malformed is None else [found.malformed], zone)
            forms.add("text")
        elif found.storage in ("integer", "real", "number"):
            unit = _common_unit(column, found.low, found.high, unit)
            forms.add("number")
        else:
            raise UnclearTimeError(f"{column.name} holds values of type {found.storage}: no time can be read from them")
        storages.add(found.storage)
    return TimeColumn(column, frozenset(forms), zone, unit, frozenset(storages))


@dataclass(frozen=True, slots=True)
class _Survey:
    """The values of one kind of storage: least, greatest, and one whose text is not ISO 8601."""

    storage: str
    low: object
    high: object
    malformed: object


def _survey(engine: sa.Engine, column: sa.Column[object]) -> list[_Survey]:
    value = raw(column, engine)
    by_type = is_sqlite(engine)
    declared = "text" if isinstance(column.type, sa.String) else "number"
    storage = sa.func.typeof(column) if by_type else sa.literal(declared)
    unlike = sa.case((sa.type_coerce(column, sa.String()).not_like(_ISO_LIKE), value))
    malformed = sa.func.min(unlike) if by_type or declared == "text" else sa.null()
    statement = sa.select(storage, sa.func.min(value), sa.func.max(value), malformed).where(column.is_not(None))
    statement = statement.group_by(storage) if by_type else statement
    with reading(engine) as connection:
        found = [_Survey(*row) for row in connection.execute(statement)]
    return [survey for survey in found if survey.low is not None]


def _check_text(column: sa.Column[object], examples: list[object], zone: ZoneInfo | None) -> None:
    for example in examples:
        try:
            moment(example, zone or ZoneInfo("UTC"))
        except UnreadableTimeError as error:
            raise UnclearTimeError(f"{column.name}: {error}") from None
        try:
            moment(example, zone)
        except UnreadableTimeError:
            raise UnclearTimeError(_no_zone(column, f", for example {example!r}")) from None


def _common_unit(column: sa.Column[object], low: object, high: object, so_far: Unit | None) -> Unit:
    units = {_unit(low), _unit(high)} | ({so_far} if so_far else set())
    values = f"{column.name} holds numbers from {low} to {high}, which are"
    if None in units:
        raise UnclearTimeError(f"{values} not all times between 1990 and 2100 in seconds (or smaller units) since 1970")
    if len(units) > 1:
        named = listed(unit for unit in units if unit)
        raise UnclearTimeError(f"{values} times in different units ({named})")
    return next(unit for unit in units if unit)


def _unit(value: object) -> Unit | None:
    return unit_of(value) if isinstance(value, int | float | Decimal) else None


def _bounds(form: Form, window: Window, zone: ZoneInfo | None, unit: Unit | None) -> tuple[object, object]:
    if form == "instant":
        return window.start, window.end
    if form == "number":
        per_second = PER_SECOND[unit or "seconds"]
        low, high = (int((moment - EPOCH).total_seconds()) for moment in (window.start, window.end))
        return (low - 1) * per_second, (high + 2) * per_second
    if form == "text":  # the day comes first, and no offset is longer than a day
        return str(_date(window.start - _DAY)), str(_date(window.end + 2 * _DAY))
    local = [moment.astimezone(zone).replace(tzinfo=None) for moment in (window.start, window.end)]
    if form == "day":
        return _date(local[0] - _DAY), _date(local[1] + 2 * _DAY)
    margin = timedelta() if zone == ZoneInfo("UTC") else _CLOCK_CHANGE
    return local[0] - margin, local[1] + margin


def _date(moment: datetime) -> date:
    return moment.date()


def _no_zone(column: sa.Column[object], example: str = "") -> str:
    return (
        f"{column.name} has no time zone{example}:"
        f" write `time_zone: UTC` (or another) beside `table: {_table_name(column)}`"
    )


def _table_name(column: sa.Column[object]) -> str:
    return column.table.fullname if isinstance(column.table, sa.Table) else ""
