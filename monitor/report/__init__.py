"""Evidently's page about a window, made in a process of its own on a bounded sample."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa

from monitor.errors import WorldError
from monitor.observe import Data
from monitor.profile.shape import ModelShape
from monitor.report.definition import PageDefinition
from monitor.report.sampling import sample
from monitor.window import Window

LAST_LINES = 3


def make_report(data: Data, window: Window, output: Path, *, title: str, rows: int, timeout: timedelta) -> int:
    """Write the page and return its size in bytes.

    Raises `WorldError` where a side has no rows, or the page is not done in time.
    """
    current = _frame(data.current(window), data.shape, rows, f"no predictions in the window {window}")
    basis = data.basis(window)
    batches = data.current(basis.slides) if basis.slides else basis.rows()
    reference = _frame(batches, data.shape, rows, f"the reference is empty: {basis.description}")
    shown = [name for name in data.shape.kinds if current[name].notna().any() and reference[name].notna().any()]
    definition = PageDefinition(
        title=title,
        numeric=[name for name in shown if data.shape.kinds[name] == "numeric"],
        categorical=[name for name in shown if data.shape.kinds[name] == "categorical"],
    )
    with tempfile.TemporaryDirectory(prefix="seamark-report-") as folder:
        current[shown].to_parquet(Path(folder, "current.parquet"))
        reference[shown].to_parquet(Path(folder, "reference.parquet"))
        Path(folder, "definition.json").write_text(definition.to_json(), encoding="utf-8")
        page = Path(folder, "page.html")
        _make_page(folder, timeout)
        output.write_bytes(page.read_bytes())
    return output.stat().st_size


def _frame(batches: Iterator[pa.RecordBatch], shape: ModelShape, rows: int, complaint: str) -> pd.DataFrame:
    table = sample(batches, rows)
    if table is None:
        raise WorldError(complaint, permanent=True)
    frame: pd.DataFrame = table.to_pandas()
    return frame.reindex(columns=list(shape.kinds))


def _make_page(folder: str, timeout: timedelta) -> None:
    """Evidently takes seconds and hundreds of megabytes to import: it stays out of this process."""
    command = [sys.executable, "-m", "monitor.report.evidently_page", folder]
    environment = {**os.environ, "DO_NOT_TRACK": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no word of the user's
            command, env=environment, capture_output=True, text=True, timeout=timeout.total_seconds(), check=False
        )
    except subprocess.TimeoutExpired as error:
        raise WorldError(
            f"the report was not done within {timeout.total_seconds():g} s: take fewer rows, or a longer time-out"
        ) from error
    if done.returncode:
        last = " / ".join(done.stderr.strip().splitlines()[-LAST_LINES:])
        raise WorldError(f"Evidently could not make the report: {last}", permanent=True)
