"""Spark for the tests: one session for all of them, and rows in every place that it can load without more packages."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from monitor.sources.sparkplace import SparkPlace
from monitor.sources.sparksession import missing_java, require_pyspark, spark_session

MASTER = "local[2]"
DERBY = "org.apache.derby.iapi.jdbc.AutoloadedDriver"  # the one driver that comes with pyspark


@cache
def running_spark() -> Any:
    """A session on two threads; where there is no Spark the tests are skipped, and fail where all must be there."""
    missing = missing_java(os.environ)
    try:
        import pyspark  # noqa: F401
    except ImportError:
        missing = "pyspark is not installed"
    if missing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    require_pyspark()
    folder = tempfile.mkdtemp(prefix="seamark-spark-")
    return spark_session(
        MASTER,
        {
            "spark.sql.shuffle.partitions": "2",
            "spark.sql.warehouse.dir": folder,
            "spark.driver.extraJavaOptions": f"-Dderby.stream.error.file={folder}/derby.log",
        },
    )


def parquet_files(session: Any, folder: Path, table: pa.Table) -> SparkPlace:
    rows = max(1, -(-table.num_rows // 3))
    for number, start in enumerate(range(0, max(1, table.num_rows), rows)):
        parquet.write_table(table.slice(start, rows), folder / f"part-{number}.parquet")
    return SparkPlace(format="parquet", path=str(folder))


def csv_file(session: Any, folder: Path, table: pa.Table) -> SparkPlace:
    csv.write_csv(table, folder / "log.csv")
    options = {"header": "true", "inferSchema": "true", "escape": '"'}  # as most write it, but not Spark
    return SparkPlace(format="csv", path=str(folder), options=options)


def orc_files(session: Any, folder: Path, table: pa.Table) -> SparkPlace:
    _frame(session, folder, table).write.orc(str(folder / "orc"))
    return SparkPlace(format="orc", path=str(folder / "orc"))


def view(session: Any, folder: Path, table: pa.Table) -> SparkPlace:
    name = f"view_{uuid4().hex}"
    _frame(session, folder, table).createOrReplaceTempView(name)
    return SparkPlace(table=name)


def saved_table(session: Any, folder: Path, table: pa.Table) -> SparkPlace:
    name = f"table_{uuid4().hex}"
    _frame(session, folder, table).write.saveAsTable(name)
    return SparkPlace(table=name)


def jdbc(session: Any, folder: Path, table: pa.Table) -> SparkPlace:
    """A table of Derby in memory."""
    options = {"url": f"jdbc:derby:memory:{uuid4().hex};create=true", "driver": DERBY, "dbtable": "LOG"}
    _frame(session, folder, table).write.format("jdbc").options(**options).save()
    return SparkPlace(format="jdbc", options=options)


PLACES: Mapping[str, Callable[[Any, Path, pa.Table], SparkPlace]] = {
    "parquet": parquet_files,
    "csv": csv_file,
    "orc": orc_files,
    "view": view,
    "saved table": saved_table,
    "jdbc": jdbc,
}


def _frame(session: Any, folder: Path, table: pa.Table) -> Any:
    raw = folder / "raw.parquet"
    parquet.write_table(table, raw)
    return session.read.parquet(str(raw))
