"""The user that Grafana logs in as, on a real PostgreSQL: it may read the views, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.seeding import seed_store

from dashboards.grafana import catalogue
from monitor.store.database import migrate, open_store
from monitor.store.tables import METADATA
from monitor.store.views import VIEWS

SCRIPT = Path(catalogue.__file__).parent / "reader.sql"
PASSWORD = "a'b\"c\\d e"


@pytest.fixture
def owner(postgresql_url: str) -> Iterator[sa.Engine]:
    engine = open_store(postgresql_url)
    migrate(engine)
    seed_store(engine, days=3)
    yield engine
    engine.dispose()


@pytest.fixture
def reader_name(owner: sa.Engine) -> Iterator[str]:
    """A name of its own, since roles belong to the whole server."""
    name = f"Reader {uuid.uuid4().hex[:8]}"
    yield name
    with owner.begin() as connection:
        if connection.scalar(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}):
            connection.exec_driver_sql(f'DROP OWNED BY "{name}"')
            connection.exec_driver_sql(f'DROP ROLE "{name}"')


def let_read(owner: sa.Engine, reader: str) -> None:
    psql = shutil.which("psql")
    if psql is None:
        if os.environ.get("CI") == "true":
            pytest.fail("psql is not installed")
        pytest.skip("psql is not installed")
    url = owner.url.set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run(
        [psql, url, "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", str(SCRIPT)],
        env={**os.environ, "SEAMARK_READER_USER": reader, "SEAMARK_READER_PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def reader(owner: sa.Engine, reader_name: str) -> Iterator[sa.Engine]:
    let_read(owner, reader_name)
    engine = sa.create_engine(owner.url.set(username=reader_name, password=PASSWORD))
    yield engine
    engine.dispose()


def test_the_reader_reads_every_view(reader: sa.Engine) -> None:
    with reader.connect() as connection:
        for view in VIEWS:
            assert connection.exec_driver_sql(f"SELECT COUNT(*) FROM {view}").scalar() is not None


def test_the_reader_reads_no_table(reader: sa.Engine) -> None:
    for table in METADATA.tables:
        with reader.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            connection.exec_driver_sql(f"SELECT * FROM {table}")


@pytest.mark.parametrize("statement", ["DROP VIEW v_model", "DELETE FROM alert", "CREATE TABLE own (a integer)"])
def test_the_reader_changes_nothing_even_if_it_leaves_read_only_mode(reader: sa.Engine, statement: str) -> None:
    with reader.connect() as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = off")
        connection.commit()
        with pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"):
            connection.exec_driver_sql(statement)


def test_after_a_migration_the_script_gives_the_views_back(owner: sa.Engine, reader: sa.Engine) -> None:
    with owner.begin() as connection:
        connection.exec_driver_sql("DROP VIEW v_model")
        connection.exec_driver_sql("CREATE VIEW v_model AS SELECT 1 AS model")
    let_read(owner, str(reader.url.username))
    with reader.connect() as connection:
        assert connection.exec_driver_sql("SELECT model FROM v_model").scalar() == 1
