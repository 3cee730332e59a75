"""How far the rows and the targets of a model have been read."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa

from monitor.store.tables import WATERMARK
from monitor.store.upsert import Insert, Rows
from monitor.window import from_epoch, to_epoch


@dataclass(frozen=True, slots=True)
class Watermark:
    """Up to which moment all was read, exclusive; None where nothing was read that way."""

    rows_until: datetime | None = None
    ingested_until: datetime | None = None
    targets_until: datetime | None = None


NAMES = tuple(field.name for field in fields(Watermark))
_INGESTED = sa.select(WATERMARK.c.model, WATERMARK.c.ingested_until).where(WATERMARK.c.ingested_until.is_not(None))
_OF_MODEL = sa.select(WATERMARK).where(WATERMARK.c.model == sa.bindparam("of_model"))


def read_watermark(connection: sa.Connection, model: str) -> Watermark:
    """How far a model has been read."""
    row = connection.execute(_OF_MODEL, {"of_model": model}).mappings().first()
    if row is None:
        return Watermark()
    return Watermark(**{name: from_epoch(row[name]) for name in NAMES if row[name] is not None})


def ingested_until(connection: sa.Connection) -> dict[str, datetime]:
    """Up to when late rows were looked for, of every model that has been read."""
    return {row.model: from_epoch(row.ingested_until) for row in connection.execute(_INGESTED)}


def write_watermark(connection: sa.Connection, model: str, watermark: Watermark) -> None:
    """Move a model's marks on; none moves back, nor does one that is None."""
    moments = {name: getattr(watermark, name) for name in NAMES}
    known = {name: None if moment is None else to_epoch(moment) for name, moment in moments.items()}
    _WATERMARKS.write(connection, [{"model": model, **known}])


def _later(old: sa.ColumnElement[int], new: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.case((new > old, new), else_=sa.func.coalesce(old, new))


def _move_on(statement: Insert) -> Insert:
    later = {name: _later(WATERMARK.c[name], statement.excluded[name]) for name in NAMES}
    return statement.on_conflict_do_update(index_elements=[WATERMARK.c.model], set_=later)


_WATERMARKS = Rows(WATERMARK, ("model", *NAMES), _move_on)
