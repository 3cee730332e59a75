"""The models that are watched, and the references that they are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.store.tables import MODEL, REFERENCE, REFERENCE_BIN
from monitor.store.upsert import insert
from monitor.window import to_epoch

LabelledShare = tuple[str, float]


def write_model(connection: sa.Connection, model: str, *, task: str, reference_id: str, now: datetime) -> None:
    """Note that a model is watched, and what it is held against from now on."""
    statement = insert(connection, MODEL).values(
        model=model, task=task, reference_id=reference_id, updated_at=to_epoch(now)
    )
    changed = {name: statement.excluded[name] for name in ("task", "updated_at")}
    if reference_id:
        changed["reference_id"] = statement.excluded.reference_id
    connection.execute(statement.on_conflict_do_update(index_elements=[MODEL.c.model], set_=changed))


def write_reference(
    connection: sa.Connection,
    model: str,
    *,
    reference_id: str,
    description: str,
    rows: int,
    bins: Mapping[str, Sequence[LabelledShare]],
    now: datetime,
) -> None:
    """Store a reference once; the same content has the same id."""
    added = connection.execute(
        insert(connection, REFERENCE)
        .values(
            reference_id=reference_id,
            model=model,
            description=description,
            rows=rows,
            created_at=to_epoch(now),
        )
        .on_conflict_do_nothing()
        .returning(REFERENCE.c.reference_id)
    )
    if added.first() is None:
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
