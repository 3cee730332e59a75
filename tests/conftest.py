"""Real databases for the tests: a fresh, empty one for each test that asks."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

POSTGRESQL = os.environ.get("SEAMARK_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
MARIADB = os.environ.get("SEAMARK_TEST_MARIADB", "mysql+pymysql://root@127.0.0.1:3306/test")


def _fresh_database(server: str, drop: str) -> Iterator[str]:
    """A database of its own on a server, dropped afterwards."""
    name = f"seamark_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    try:
        with admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError as error:
        missing = f"no server at {sa.make_url(server).render_as_string()}: {error.orig}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    try:
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(drop.format(name=name)))


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """A fresh PostgreSQL database."""
    yield from _fresh_database(POSTGRESQL, "DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def mariadb_url() -> Iterator[str]:
    """A fresh MariaDB database."""
    yield from _fresh_database(MARIADB, "DROP DATABASE {name}")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A fresh, empty database of each kind that can be a store."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    return f"sqlite:///{request.getfixturevalue('tmp_path')}/seamark.db"
