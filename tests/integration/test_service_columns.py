"""Columns that come and go: in some files only, gone from the table, renamed after the reference was profiled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa
import yaml
from builders.rows import DAY, classifier_rows
from pyarrow import csv, parquet

from monitor.record import Outcome
from monitor.service import Seamark
from monitor.service.check import check_world
from monitor.service.settings import read_settings
from monitor.store.database import migrate, open_store
from monitor.window import utc

START = utc(2024, 3, 1)
CHANGED, END = START + 4 * DAY, START + 8 * DAY
NAMED = {"numeric": ["amount"], "categorical": ["country"]}


def rows(since: datetime, to: datetime) -> pa.Table:
    return pa.Table.from_batches([classifier_rows(since, to, per_hour=10)]).drop_columns("target")


def configured(folder: Path, predictions: dict[str, object], features: dict[str, list[str]] | None = None) -> Path:
    """A configuration whose reference are the first days of its log, on a store that is ready."""
    columns = {"id": "id", "time": "time", "prediction": "prediction", "score": "score"}
    named = {} if features is None else {"features": features}
    model = {
        "task": "binary_classification",
        "predictions": {**predictions, "columns": columns, "time_zone": "UTC", **named},
        "reference": {"from": START.isoformat(), "to": CHANGED.isoformat()},
        "min_rows": 10,
    }
    store = f"sqlite:///{folder}/store.db"
    config = folder / "seamark.yaml"
    config.write_text(yaml.safe_dump({"version": 1, "store": store, "models": {"m": model}}))
    engine = open_store(store)
    migrate(engine)
    engine.dispose()
    return config


def backfilled(config: Path, since: datetime = CHANGED, to: datetime = END) -> list[Outcome | None]:
    with Seamark.open(config) as seamark:
        return list(seamark.measure(seamark.backfill(since, to, [], again=False), notify=False))


def measured(config: Path, sql: str) -> Sequence[tuple[object, ...]]:
    store = open_store(read_settings(config).store.reveal())
    with store.begin() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(sql))]
    store.dispose()
    return found


def validated(config: Path) -> str:
    return "\n".join(check_world(read_settings(config), config))


NULLS = "SELECT value FROM v_measurement WHERE metric = 'null_share' AND column_name = 'amount' ORDER BY time"
DRIFT = (
    "SELECT status, reason FROM v_measurement"
    " WHERE metric = 'population_stability_index' AND column_name = 'amount' ORDER BY time"
)


def two_files(folder: Path, form: str) -> None:
    """Two files, of which only the older one has amounts."""
    folder.mkdir()
    write = parquet.write_table if form == "parquet" else csv.write_csv
    write(rows(START, CHANGED + 2 * DAY), folder / f"a.{form}")
    write(rows(CHANGED + 2 * DAY, END).drop_columns("amount"), folder / f"b.{form}")


@pytest.mark.parametrize("features", [NAMED, None], ids=["named", "read off"])
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_column_that_the_newest_file_lacks_keeps_its_values_in_the_others(
    tmp_path: Path, form: str, features: dict[str, list[str]] | None
) -> None:
    two_files(tmp_path / "log", form)
    config = configured(tmp_path, {"path": "log"}, features)
    assert [outcome.status for outcome in backfilled(config) if outcome] == ["done"] * 4
    assert measured(config, NULLS) == [(0.0,), (0.0,), (1.0,), (1.0,)]
    assert measured(config, DRIFT) == [("ok", "")] * 4
    assert f"amount is missing in 1 of 2 files and null in their rows: {tmp_path}/log/b.{form}" in validated(config)
