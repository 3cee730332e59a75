"""Starts Spark, or takes the session that is there."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import SourceError
from monitor.sources.spec import ROWS_PER_ARROW_BATCH

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_DEFAULTS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "FATAL",  # what fails comes as an error
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.adaptive.advisoryPartitionSizeInBytes": "16m",  # the driver holds some copies of what it gets at once
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(ROWS_PER_ARROW_BATCH),
}
# On one machine nobody else needs to reach it, whatever the name of the machine resolves to.
_LOCAL = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
Settings = tuple[tuple[str, str], ...]
_lock = threading.Lock()
_beside: dict[Settings, SparkSession] = {}


def spark_session(master: str | None, conf: Mapping[str, str]) -> SparkSession:
    """The session of this process, started if there is none; for other settings one beside it.

    Spark runs once in a process: another `master`, or a setting that only a start can change, is refused.
    """
    with _lock:
        running = _running()
        if running is None:
            _beside.clear()
            return _started(master, conf)
        _refuse_another_master(running, master)
        changed = tuple(sorted((name, value) for name, value in conf.items() if running.conf.get(name, None) != value))
        if not changed:
            return running
        if changed not in _beside:
            _beside[changed] = _with_settings(running, changed)
        return _beside[changed]


def quiet_about_pandas() -> None:
    """Spark warns that it does not know pandas 3 yet at each function that takes Arrow, where no pandas is used."""
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)


def missing_java(environment: Mapping[str, str]) -> str:
    """What to do where there is no Java, or nothing.

    >>> missing_java({"PATH": ""})
    'Spark needs Java 17 or newer: install it, and set JAVA_HOME or put java on the PATH'
    """
    home = environment.get("JAVA_HOME")
    found = (Path(home) / "bin" / "java").exists() if home else shutil.which("java", path=environment.get("PATH", ""))
    return "" if found else "Spark needs Java 17 or newer: install it, and set JAVA_HOME or put java on the PATH"


def require_pyspark() -> None:
    """Raises a `SourceError` that says what to install where it is missing."""
    quiet_about_pandas()
    try:
        import pyspark.sql  # noqa: F401, PLC0415 - an extra that few need
    except ImportError as error:
        message = "reading with Spark needs the package pyspark: pip install 'seamark[spark]'"
        raise SourceError(message, permanent=True) from error


def _running() -> SparkSession | None:
    from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    try:
        return SparkSession.active()
    except PySparkRuntimeError:
        return None


def _started(master: str | None, conf: Mapping[str, str]) -> SparkSession:
    from pyspark.sql import SparkSession  # noqa: PLC0415

    if message := missing_java(os.environ):
        raise SourceError(message, permanent=True)
    is_local = (master or "").startswith("local")
    if master is None or is_local:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # or Spark takes the first python3 on the PATH
    builder = SparkSession.builder.appName("seamark").config(map={**_DEFAULTS, **(_LOCAL if is_local else {}), **conf})
    return (builder.master(master) if master else builder).getOrCreate()


def _refuse_another_master(running: SparkSession, master: str | None) -> None:
    taken = running.sparkContext.master
    if master is not None and master != taken:
        message = f"Spark runs in this process with master {taken} and cannot run with {master} too: name one for all"
        raise SourceError(message, permanent=True)


def _with_settings(running: SparkSession, settings: Settings) -> SparkSession:
    beside = running.newSession()
    for name, value in settings:
        if not beside.conf.isModifiable(name):
            message = (
                f"Spark runs in this process already, and {name} is settled by its start: give all models one `conf`"
            )
            raise SourceError(message, permanent=True)
        beside.conf.set(name, value)
    return beside
