"""Lets the writers of one model go one after the other."""

from __future__ import annotations

from typing import Literal
from weakref import WeakKeyDictionary

import sqlalchemy as sa

Matter = Literal["run", "write", "act", "alert", "silence"]


_TURN = sa.func.hashtext(sa.bindparam("turn", type_=sa.Text))
_ALONE = sa.select(sa.func.pg_advisory_xact_lock(_TURN))
_SHARED = sa.select(sa.func.pg_advisory_xact_lock_shared(_TURN))
_TAKEN: WeakKeyDictionary[sa.Transaction, set[str]] = WeakKeyDictionary()


def take_turn(connection: sa.Connection, matter: Matter, model: str) -> None:
    """Wait until no other transaction has this turn, and keep it to the end of this one.

    SQLite has one writer at a time anyway. Who takes several turns takes them in the order of the models' names, and
    of one model in the order of `Matter`. One that this transaction has already is not asked for again.
    """
    if connection.dialect.name != "postgresql":
        return
    taken, turn = _taken(connection), _name(matter, model)
    if turn not in taken:
        connection.execute(_ALONE, {"turn": turn})
        taken.add(turn)


def share_turn(connection: sa.Connection, matter: Matter, model: str) -> None:
    """Wait until nobody has this turn alone; who wants it alone waits to the end of this transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(_SHARED, {"turn": _name(matter, model)})


def _taken(connection: sa.Connection) -> set[str]:
    """The turns that a transaction has; none of a connection that has begun none."""
    transaction = connection.get_transaction()
    return set() if transaction is None else _TAKEN.setdefault(transaction, set())


def _name(matter: Matter, model: str) -> str:
    return f"seamark {matter} {model}"
