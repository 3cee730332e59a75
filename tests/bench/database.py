"""A PostgreSQL database of the bench's own, made at its start and dropped at its end."""

from __future__ import annotations

import os
import uuid
from contextlib import AbstractContextManager
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Self

import psycopg
import sqlalchemy as sa

from bench.process import CannotMeasureError

SERVER = os.environ.get("SEAMARK_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
SETTLING_SECONDS = 10


class Database(AbstractContextManager["Database"]):
    """The database with the rows, and beside it one for each store."""

    def __init__(self, server: str = SERVER) -> None:
        self._server = sa.make_url(server).set(drivername="postgresql")
        self._name = f"seamark_bench_{uuid.uuid4().hex[:8]}"
        self._made: list[str] = []

    @property
    def url(self) -> str:
        """The address of the rows; the database is made when it is first asked for."""
        if self._name not in self._made:
            self._create(self._name)
        return self._address(self._name)

    def fresh_store(self) -> str:
        """The address of an empty database."""
        name = f"{self._name}_store_{len(self._made)}"
        self._create(name)
        return self._address(name)

    def execute(self, statement: str) -> None:
        """Run a statement on the rows' database."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def fetch(self, statement: str, *, url: str | None = None) -> tuple[Any, ...]:
        """The one row of an answer."""
        with psycopg.connect(url or self.url, autocommit=True) as connection:
            return connection.execute(statement).fetchone() or ()

    def rows_read(self, table: str) -> int:
        """How many rows of a table the server has handed to its readers so far, by its own count.

        A session's counts come in when it ends, so this waits until all are gone.
        """
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        given_up = monotonic() + SETTLING_SECONDS
        while self.fetch(f"{others} AND backend_type = 'client backend'") != (0,) and monotonic() < given_up:
            sleep(0.05)
        (count,) = self.fetch(
            f"SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = '{table}'"
        )
        return int(count)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in self._made:
            self._on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def __enter__(self) -> Self:
        return self

    def _create(self, name: str) -> None:
        self._on_server(f"CREATE DATABASE {name}")
        self._made.append(name)

    def _on_server(self, statement: str) -> None:
        try:
            with psycopg.connect(self._plain(self._server), autocommit=True) as connection:
                connection.execute(statement)
        except psycopg.OperationalError as error:
            place = self._server.render_as_string()
            raise CannotMeasureError(f"no PostgreSQL at {place}: {str(error).splitlines()[0]}") from error

    def _address(self, name: str) -> str:
        return self._plain(self._server.set(database=name))

    @staticmethod
    def _plain(url: sa.URL) -> str:
        return url.render_as_string(hide_password=False)
