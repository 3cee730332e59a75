"""What Spark reads: a table of its catalogue, or a place in one of its formats."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.sources.sparkfaults import secrets_of, translated
from monitor.sources.sparksession import require_pyspark, spark_session

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

# A schema that is known spares these formats another look at the files; others refuse one.
_TAKE_A_SCHEMA = frozenset({"csv", "json", "orc", "parquet", "xml"})
_TIMES_WITHOUT_ZONE = "spark.sql.timestampType"
_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class SparkPlace:
    """A `table` of the catalogue, or a `format` with path and options; `master` and `conf` say how Spark is started."""

    table: str | None = None
    format: str | None = None
    path: str | None = None
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    master: str | None = None
    conf: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """What is read, for people; never with a secret."""
        return f"Spark table {self.table}" if self.table else f"Spark {self.format} {self.path or ''}".rstrip()

    @property
    def is_text(self) -> bool:
        """Whether the files have no types."""
        return (self.format or "").casefold() == "csv"

    @property
    def secrets(self) -> frozenset[str]:
        """What must not appear in a message."""
        return secrets_of({**self.options, **self.conf})


def loaded(place: SparkPlace, schema: StructType | None = None) -> DataFrame:
    """The rows of this moment; Spark would remember the files of a former one."""
    require_pyspark()
    with translated(place.name, place.secrets):
        session = spark_session(place.master, place.conf)
        with _loading, _zones_are_not_guessed(session):
            return _table(session, place.table) if place.table else _files(session, place, schema)


def _table(session: SparkSession, name: str) -> DataFrame:
    found = session.table(name)
    session.catalog.refreshTable(name)
    return found


def _files(session: SparkSession, place: SparkPlace, schema: StructType | None) -> DataFrame:
    reader = session.read.format(place.format or "parquet").options(**place.options)
    if schema is not None and (place.format or "").casefold() in _TAKE_A_SCHEMA:
        reader = reader.schema(schema)
    return reader.load(place.path) if place.path else reader.load()


@contextmanager
def _zones_are_not_guessed(session: SparkSession) -> Iterator[None]:
    """CSV, JSON and JDBC give times without zone as such, and not as if they were in the zone of the session."""
    before = str(session.conf.get(_TIMES_WITHOUT_ZONE))
    session.conf.set(_TIMES_WITHOUT_ZONE, "TIMESTAMP_NTZ")
    try:
        yield
    finally:
        session.conf.set(_TIMES_WITHOUT_ZONE, before)
