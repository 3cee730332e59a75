"""The models that are watched, and the references that they are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa

from monitor.store.tables import MODEL, REFERENCE, REFERENCE_BIN
from monitor.store.turns import take_turn
from monitor.store.upsert import Insert, Rows, insert
from monitor.window import to_epoch

LabelledShare = tuple[str, float]


@dataclass(frozen=True, slots=True)
class StoredReference:
    """A reference as it was read; `fingerprint` tells whether its source has changed since."""

    reference_id: str
    plan_id: str
    description: str
    fingerprint: str
    rows: int
    content: bytes | None
    leanings: Mapping[str, float] | None


def _replace_model(statement: Insert) -> Insert:
    """Where no reference is known now, the last one stays."""
    known = sa.func.coalesce(sa.func.nullif(statement.excluded.reference_id, ""), MODEL.c.reference_id)
    replaced = {name: statement.excluded[name] for name in ("task", "updated_at")}
    return statement.on_conflict_do_update(index_elements=[MODEL.c.model], set_={**replaced, "reference_id": known})


_MODELS = Rows(MODEL, [column.name for column in MODEL.columns], _replace_model)


def write_model(connection: sa.Connection, model: str, *, task: str, reference_id: str, now: datetime) -> None:
    """Note that a model is watched, and what it is held against from now on."""
    row = {"model": model, "task": task, "reference_id": reference_id, "updated_at": to_epoch(now)}
    _MODELS.write(connection, [row])


def write_reference(
    connection: sa.Connection,
    model: str,
    *,
    reference_id: str,
    description: str,
    rows: int,
    bins: Mapping[str, Sequence[LabelledShare]],
    now: datetime,
    plan_id: str = "",
    fingerprint: str = "",
    content: bytes | None = None,
    leanings: Mapping[str, float] | None = None,
) -> None:
    """Store a reference once; the same content has the same id.

    One that is there already learns its plan, its content, the newest fingerprint of its source and what that is
    called, and counts as the newest of its description again.
    """
    take_turn(connection, "write", model)  # a reference that nothing uses is not deleted meanwhile
    added = connection.execute(
        insert(connection, REFERENCE)
        .values(
            reference_id=reference_id,
            model=model,
            description=description,
            rows=rows,
            created_at=to_epoch(now),
            plan_id=plan_id,
            fingerprint=fingerprint,
            content=content,
            leanings=dict(leanings or {}),
        )
        .on_conflict_do_nothing()
        .returning(REFERENCE.c.reference_id)
    )
    if added.first() is None:
        learnt: dict[str, str | bytes] = {"plan_id": plan_id, "fingerprint": fingerprint, "content": content or b""}
        if content:
            learnt["description"] = description
        _renew(connection, reference_id, {name: value for name, value in learnt.items() if value}, now=now)
        return
    shares = [
        {
            "reference_id": reference_id,
            "column_name": column,
            "bin_order": order,
            "bin_label": label,
            "reference_share": share,
        }
        for column, labelled in bins.items()
        for order, (label, share) in enumerate(labelled)
    ]
    if shares:
        connection.execute(sa.insert(REFERENCE_BIN), shares)


def newest_reference(connection: sa.Connection, model: str, description: str) -> StoredReference | None:
    """What a model was last held against under a description."""
    row = (
        connection.execute(
            sa.select(*(REFERENCE.c[field.name] for field in fields(StoredReference)))
            .where(REFERENCE.c.model == model, REFERENCE.c.description == description)
            .order_by(REFERENCE.c.created_at.desc(), REFERENCE.c.reference_id)
            .limit(1)
        )
        .mappings()
        .first()
    )
    return None if row is None else StoredReference(**row)


def doubt_references(connection: sa.Connection, model: str) -> None:
    """Let the references of a model be read again when they are needed next, whatever their source says."""
    connection.execute(sa.update(REFERENCE).where(REFERENCE.c.model == model).values(fingerprint=""))


def read_reference(connection: sa.Connection, reference_id: str) -> StoredReference | None:
    """One reference, as it was when windows were held against it."""
    asked = sa.select(*(REFERENCE.c[field.name] for field in fields(StoredReference)))
    row = connection.execute(asked.where(REFERENCE.c.reference_id == reference_id)).mappings().first()
    return None if row is None else StoredReference(**row)


def descriptions(connection: sa.Connection, model: str) -> dict[str, str]:
    """What each reference of a model is, in words."""
    asked = sa.select(REFERENCE.c.reference_id, REFERENCE.c.description).where(REFERENCE.c.model == model)
    return {row.reference_id: row.description for row in connection.execute(asked)}


def reference_bins(connection: sa.Connection, reference_id: str) -> dict[str, tuple[LabelledShare, ...]]:
    """The bins of each column of a reference, in their order, with the share of rows in each."""
    rows = connection.execute(
        sa.select(REFERENCE_BIN.c.column_name, REFERENCE_BIN.c.bin_label, REFERENCE_BIN.c.reference_share)
        .where(REFERENCE_BIN.c.reference_id == reference_id)
        .order_by(REFERENCE_BIN.c.column_name, REFERENCE_BIN.c.bin_order)
    )
    return {
        column: tuple((row.bin_label, row.reference_share) for row in bins)
        for column, bins in groupby(rows, key=lambda row: row.column_name)
    }


def _renew(connection: sa.Connection, reference_id: str, learnt: Mapping[str, str | bytes], *, now: datetime) -> None:
    other = REFERENCE.alias("other")
    is_past = sa.exists().where(
        other.c.model == REFERENCE.c.model,
        other.c.description == REFERENCE.c.description,
        other.c.created_at >= REFERENCE.c.created_at,
        other.c.reference_id != reference_id,
    )
    is_new = [REFERENCE.c[name].is_distinct_from(value) for name, value in learnt.items()]
    connection.execute(  # most of the time nothing has changed, and nothing is written
        sa.update(REFERENCE)
        .where(REFERENCE.c.reference_id == reference_id, sa.or_(is_past, *is_new))
        .values(created_at=to_epoch(now), **learnt)
    )
