"""The turns of writers: asked for once, kept to the end of a transaction, and no longer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from monitor.store.database import open_store
from monitor.store.turns import share_turn, take_turn

HELD = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")


@pytest.fixture
def store(postgresql_url: str) -> Iterator[sa.Engine]:
    engine = open_store(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture
def asked(store: sa.Engine) -> list[str]:
    """The statements that ask for a turn."""
    statements: list[str] = []

    @sa.event.listens_for(store, "before_cursor_execute")
    def _note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "advisory_xact_lock" in statement:
            statements.append(statement)

    return statements


def test_a_turn_that_a_transaction_has_is_not_asked_for_again(store: sa.Engine, asked: list[str]) -> None:
    with store.begin() as connection:
        for model in ("a", "a", "b", "a"):
            take_turn(connection, "write", model)
        take_turn(connection, "alert", "a")
        assert len(asked) == 3
        assert connection.execute(HELD).scalar_one() == 3


def test_the_next_transaction_on_the_same_connection_has_none_of_them(store: sa.Engine, asked: list[str]) -> None:
    for _ in range(2):
        with store.begin() as connection:
            assert connection.execute(HELD).scalar_one() == 0
            take_turn(connection, "write", "a")
            assert connection.execute(HELD).scalar_one() == 1
    assert len(asked) == 2


def test_a_turn_that_is_shared_can_still_be_taken_alone(store: sa.Engine, asked: list[str]) -> None:
    with store.begin() as connection:
        share_turn(connection, "silence", "")
        take_turn(connection, "silence", "")
    assert len(asked) == 2
