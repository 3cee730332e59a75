"""Lets the writers of one model go one after the other."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa

Matter = Literal["run", "write", "act", "alert", "silence"]


def take_turn(connection: sa.Connection, matter: Matter, model: str) -> None:
    """Wait until no other transaction has this turn, and keep it to the end of this one.

    SQLite has one writer at a time anyway. Who takes several turns takes them in the order of the models' names, and
    of one model in the order of `Matter`.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_key(matter, model))))


def share_turn(connection: sa.Connection, matter: Matter, model: str) -> None:
    """Wait until nobody has this turn alone; who wants it alone waits to the end of this transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_key(matter, model))))


def _key(matter: Matter, model: str) -> sa.ColumnElement[int]:
    return sa.func.hashtext(f"seamark {matter} {model}")
