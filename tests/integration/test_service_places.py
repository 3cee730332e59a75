"""The same rows give the same measurements, wherever they lie."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa
import yaml
from builders.rows import DAY, classifier_rows
from builders.world import write_rows
from pyarrow import parquet

from monitor.service import Seamark
from monitor.store.database import migrate, open_store
from monitor.window import utc

START = utc(2024, 3, 1)
CHANGED, END = START + 10 * DAY, START + 14 * DAY
MEASURED = """
SELECT metric, column_name, version, segment_key, segment_value, time_epoch, value, lower, upper, rows, status, reason,
       reference_id
FROM v_measurement WHERE metric <> 'unmatched_targets' ORDER BY 1, 2, 3, 4, 5, 6"""


def rows() -> pa.Table:
    batches = [classifier_rows(START, CHANGED, per_hour=4), classifier_rows(CHANGED, END, per_hour=4, shift=2.0)]
    return pa.Table.from_batches(batches)


def measured(folder: Path, predictions: dict[str, object], targets: dict[str, object]) -> list[tuple[object, ...]]:
    """What a backfill of the last days measures."""
    model = {
        "task": "binary_classification",
        "predictions": {
            **predictions,
            "columns": {"id": "id", "time": "time", "prediction": "prediction", "score": "score"},
            "features": {"numeric": ["amount"], "categorical": ["country"]},
            "time_zone": "UTC",
        },
        "targets": {**targets, "columns": {"id": "id", "target": "target"}},
        "reference": {"from": START.isoformat(), "to": CHANGED.isoformat()},
        "segments": ["country"],
        "min_rows": 10,
    }
    store = f"sqlite:///{folder}/store.db"
    (folder / "seamark.yaml").write_text(yaml.safe_dump({"version": 1, "store": store, "models": {"m": model}}))
    engine = open_store(store)
    migrate(engine)
    with Seamark.open(folder / "seamark.yaml") as seamark:
        outcomes = list(seamark.measure(seamark.backfill(CHANGED, END, [], again=False), notify=False))
    assert [outcome.status for outcome in outcomes if outcome] == ["done"] * 4, outcomes
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(MEASURED))]
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def from_tables(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    folder = tmp_path_factory.mktemp("tables")
    database = f"sqlite:///{folder}/log.db"
    write_rows(database, rows().to_batches())
    return measured(folder, {"database": database, "table": "predictions"}, {"table": "targets"})


def assert_same(found: list[tuple[object, ...]], wanted: list[tuple[object, ...]]) -> None:
    assert len(found) == len(wanted)
    for mine, other in zip(found, wanted, strict=True):
        assert mine[:6] == other[:6]
        for number, same in zip(mine[6:9], other[6:9], strict=True):
            assert number == (None if same is None else pytest.approx(same, rel=1e-9, abs=1e-12)), mine
        assert mine[9:] == other[9:]


def test_tables_measure_segments_too(from_tables: list[tuple[object, ...]]) -> None:
    assert {row[4] for row in from_tables} == {"", "AT", "CH", "DE"}
    assert {row[0] for row in from_tables if row[4] == "AT"} >= {"row_count", "roc_auc", "population_stability_index"}


def test_a_folder_of_parquet_files(tmp_path: Path, from_tables: list[tuple[object, ...]]) -> None:
    (tmp_path / "predictions").mkdir()
    for number, batch in enumerate(rows().drop_columns("target").to_batches()):
        parquet.write_table(pa.Table.from_batches([batch]), tmp_path / "predictions" / f"part-{number}.parquet")
    parquet.write_table(rows().select(["id", "target"]), tmp_path / "targets.parquet")
    found = measured(tmp_path, {"path": "predictions"}, {"path": "targets.parquet"})
    assert_same(found, from_tables)


def test_delta_tables(tmp_path: Path, from_tables: list[tuple[object, ...]]) -> None:
    deltalake = pytest.importorskip("deltalake", reason="the extra delta is not installed")
    deltalake.write_deltalake(str(tmp_path / "predictions"), rows().drop_columns("target"))
    deltalake.write_deltalake(str(tmp_path / "targets"), rows().select(["id", "target"]))
    found = measured(tmp_path, {"delta": "predictions"}, {"delta": "targets"})
    assert_same(found, from_tables)


def test_spark(tmp_path: Path, from_tables: list[tuple[object, ...]]) -> None:
    missing = "Spark needs Java 17" if shutil.which("java") is None else ""
    if missing and os.environ.get("CI") == "true":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    parquet.write_table(rows().drop_columns("target"), tmp_path / "predictions.parquet")
    parquet.write_table(rows().select(["id", "target"]), tmp_path / "targets.parquet")
    in_spark = {"format": "parquet", "master": "local[2]"}
    found = measured(
        tmp_path,
        {"spark": {**in_spark, "path": str(tmp_path / "predictions.parquet")}},
        {"spark": {**in_spark, "path": str(tmp_path / "targets.parquet")}},
    )
    assert_same(found, from_tables)
