"""Opening the store, and bringing its tables to this version."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from monitor.errors import StoreError, StoreVersionError
from monitor.store.views import DIALECTS

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 30
FRESH_SECONDS = 2


def open_store(url: str, *, clock: Callable[[], float] = time.monotonic) -> sa.Engine:
    """An engine on the store.

    Raises `StoreError` for a kind of database that cannot be a store.
    """
    try:
        parsed = sa.make_url(url)
        kind = parsed.get_backend_name()
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError) as error:
        raise StoreError("the store is no SQLAlchemy URL, as sqlite:///seamark.db", permanent=True) from error
    if kind not in DIALECTS:
        raise StoreError(f"the store is {kind}; it must be SQLite or PostgreSQL", permanent=True)
    if kind == "sqlite":
        return _sqlite(parsed, reads_only=False)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(
        parsed, hide_parameters=True, connect_args={"connect_timeout": 10, "application_name": "seamark"}
    )
    _look_before_use(engine, clock)
    return engine


def open_to_read(url: str) -> sa.Engine:
    """An engine on the store that the database lets write nothing, and that holds up nobody who does.

    Raises `StoreError` as `open_store` does.
    """
    engine = open_store(url)
    if engine.dialect.name == "sqlite":
        engine.dispose()
        return _sqlite(engine.url, reads_only=True)
    return engine.execution_options(postgresql_readonly=True)


def _look_before_use(engine: sa.Engine, clock: Callable[[], float]) -> None:
    """Ask a connection that has rested whether it still lives; one that was used a moment ago is not asked.

    A window has a dozen short transactions, and each would ask.
    """

    @sa.event.listens_for(engine, "checkin")
    def _on_checkin(_: object, record: sa.pool.ConnectionPoolEntry) -> None:
        record.info["used_at"] = clock()

    @sa.event.listens_for(engine, "checkout")
    def _on_checkout(
        connection: sa.engine.interfaces.DBAPIConnection, record: sa.pool.ConnectionPoolEntry, _: object
    ) -> None:
        used_at = record.info.get("used_at")
        if used_at is None or clock() - used_at < FRESH_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise sa.exc.InvalidatePoolError from error


def _sqlite(url: sa.URL, *, reads_only: bool) -> sa.Engine:
    if url.database and not Path(url.database).parent.is_dir():
        raise StoreError(f"the folder {Path(url.database).parent} of the store does not exist", permanent=True)
    engine = sa.create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: sa.engine.interfaces.DBAPIConnection, _: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's "begin" below opens transactions, not the driver
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        if reads_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        # A reader that turns writer could not wait for its turn.
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")

    return engine


def migrate(engine: sa.Engine) -> None:
    """Make the tables, or bring them to this version; safe to call again.

    Raises `StoreVersionError` for a store that a newer Seamark has made.
    """
    found = store_version(engine)
    if found is not None and found not in _known_versions():
        raise _too_new(found)
    try:
        with engine.begin() as connection:
            _upgrade(connection)
    except sa.exc.DBAPIError as error:
        raise away(engine, error) from error


def check_version(engine: sa.Engine) -> None:
    """Raise `StoreVersionError` unless the tables are those of this version."""
    wanted = max(_known_versions())
    found = store_version(engine)
    if found == wanted:
        return
    if found is None:
        raise StoreVersionError("the store has no tables yet: run `seamark migrate`", permanent=True)
    if found in _known_versions():
        raise StoreVersionError(
            f"the store has schema version {found}, this Seamark wants {wanted}: run `seamark migrate`",
            permanent=True,
        )
    raise _too_new(found)


def _known_versions() -> set[str]:
    """The versions that there are migrations to; they rise with the names of their files."""
    return {file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py")}


def _too_new(found: str) -> StoreVersionError:
    return StoreVersionError(
        f"the store has schema version {found}, which this Seamark does not know: install a newer Seamark",
        permanent=True,
    )


def store_version(engine: sa.Engine) -> str | None:
    """The schema version that the store says it has."""
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except sa.exc.DBAPIError as error:
        raise away(engine, error) from error


@contextmanager
def transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction; raises `StoreError` where the store cannot be reached or used."""
    try:
        with engine.begin() as connection:
            yield connection
    except sa.exc.DBAPIError as error:
        raise away(engine, error) from error


def away(engine: sa.Engine, error: sa.exc.DBAPIError) -> StoreError:
    """The store cannot be reached, in words and without its password."""
    cause = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    return StoreError(f"the store {engine.url.render_as_string(hide_password=True)} cannot be used: {cause}")


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
