"""Opens databases with settings that suit reading."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import sqlalchemy as sa

from monitor.errors import SourceError
from monitor.sources.faults import did_you_mean

_CONNECT_SECONDS = 10
_BUSY_SECONDS = 30
_STATEMENTS_KEPT = 50  # each holds on to the table that it was made for
_DRIVERS = {  # what is meant where the URL names no driver
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
_PACKAGES = {  # where module or dialect and package on PyPI differ
    "psycopg": "psycopg[binary]",
    "psycopg2": "psycopg2-binary",
    "MySQLdb": "mysqlclient",
    "pymysql": "seamark[mariadb]",
    "snowflake": "snowflake-sqlalchemy",
    "bigquery": "sqlalchemy-bigquery",
    "redshift": "sqlalchemy-redshift",
    "databricks": "databricks-sqlalchemy",
    "clickhouse": "clickhouse-sqlalchemy",
    "duckdb": "duckdb-engine",
}
_BUILT_IN = ("sqlite", "postgresql", "mysql", "mariadb", "oracle", "mssql")


def open_engine(url: str, *, statement_timeout: timedelta | None = None) -> sa.Engine:
    """An engine that gives up on a server that does not answer; it does not connect yet.

    `statement_timeout` bounds one statement on PostgreSQL and the wait for an answer on MariaDB.
    """
    parsed = _parsed(url)
    arguments = _connect_arguments(parsed, statement_timeout)
    chosen = {key: value for key, value in arguments.items() if key not in parsed.query}
    try:
        return sa.create_engine(
            parsed, connect_args=chosen, pool_pre_ping=True, hide_parameters=True, query_cache_size=_STATEMENTS_KEPT
        )
    except sa.exc.NoSuchModuleError as error:
        raise SourceError(_unknown_database(parsed), permanent=True) from error
    except ModuleNotFoundError as error:
        package = _PACKAGES.get(error.name or "", error.name)
        message = f"{parsed.drivername} needs a driver that is not installed: pip install '{package}'"
        raise SourceError(message, permanent=True) from error


def _parsed(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        # The URL may hold a password, and so may the error: neither is repeated.
        raise SourceError(
            "not a database URL; it looks like sqlite:///file.db or postgresql://user:password@host:5432/database",
            permanent=True,
        ) from None
    parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
    return _never_created(parsed) if parsed.get_backend_name() == "sqlite" else parsed


def _never_created(url: sa.URL) -> sa.URL:
    """The same SQLite file, but a wrong path is an error and not a new, empty database."""
    name = url.database or ""
    if name in ("", ":memory:") or name.startswith("file:"):
        return url
    return url.set(database=f"file:{quote(name)}").update_query_dict({"mode": "rw", "uri": "true"})


def _connect_arguments(url: sa.URL, statement_timeout: timedelta | None) -> dict[str, str | int]:
    backend = url.get_backend_name()
    if backend == "sqlite":
        return {"timeout": _BUSY_SECONDS}
    if backend == "postgresql" and url.get_driver_name() in ("psycopg", "psycopg2"):
        arguments: dict[str, str | int] = {"connect_timeout": _CONNECT_SECONDS, "application_name": "seamark"}
        if statement_timeout:
            milliseconds = statement_timeout // timedelta(milliseconds=1)
            arguments["options"] = f"-c statement_timeout={milliseconds}"
        return arguments
    if backend in ("mysql", "mariadb") and url.get_driver_name() == "pymysql":
        patience = {"read_timeout": max(1, int(statement_timeout.total_seconds()))} if statement_timeout else {}
        return {"connect_timeout": _CONNECT_SECONDS, **patience}
    return {}


def _unknown_database(url: sa.URL) -> str:
    name = url.drivername.partition("+")[0]
    if name in _PACKAGES:
        return f"{name} needs a package that is not installed: pip install '{_PACKAGES[name]}'"
    return f"{url.drivername} is no kind of database that SQLAlchemy knows" + (
        did_you_mean(name, _BUILT_IN) or "; the package with its dialect may not be installed"
    )
