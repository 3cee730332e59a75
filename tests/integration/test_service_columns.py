"""Columns that come and go: in some files only, gone from the table, renamed after the reference was profiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa
import yaml
from builders.rows import DAY, classifier_rows
from pyarrow import compute, csv, parquet

from monitor.errors import ConfigError
from monitor.record import Outcome
from monitor.service import Seamark
from monitor.service.check import check_world
from monitor.service.settings import read_settings
from monitor.sources.dataset import FileLog
from monitor.sources.spec import TableSpec
from monitor.store.database import migrate, open_store
from monitor.window import Window, utc

START = utc(2024, 3, 1)
CHANGED, END = START + 4 * DAY, START + 8 * DAY
OF_THE_FIRST_DAYS = {"from": START.isoformat(), "to": CHANGED.isoformat()}
ROLLING = {"last": "2 days", "ending": "1 day ago"}
NAMED = {"numeric": ["amount"], "categorical": ["country"]}


def rows(since: datetime, to: datetime) -> pa.Table:
    return pa.Table.from_batches([classifier_rows(since, to, per_hour=10)]).drop_columns("target")


def configured(
    folder: Path,
    predictions: dict[str, object],
    features: dict[str, list[str]] | None = None,
    *,
    reference: Mapping[str, str] = OF_THE_FIRST_DAYS,
    zone: str = "UTC",
    **more: str,
) -> Path:
    """A configuration of one model, on a store that is ready."""
    columns = {"id": "id", "time": "time", "prediction": "prediction", "score": "score", **more}
    named = {} if features is None else {"features": features}
    model = {
        "task": "binary_classification",
        "predictions": {**predictions, **({"time_zone": zone} if zone else {}), "columns": columns, **named},
        "reference": dict(reference),
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


def in_sqlite(folder: Path, table: pa.Table) -> dict[str, object]:
    engine = sa.create_engine(f"sqlite:///{folder}/log.db")
    table.to_pandas().to_sql("log", engine, index=False, if_exists="replace")
    engine.dispose()
    return {"database": f"sqlite:///{folder}/log.db", "table": "log"}


def in_parquet(folder: Path, table: pa.Table) -> dict[str, object]:
    parquet.write_table(table, folder / "log.parquet")
    return {"path": "log.parquet"}


def in_csv(folder: Path, table: pa.Table) -> dict[str, object]:
    csv.write_csv(table, folder / "log.csv")
    return {"path": "log.csv"}


def in_delta(folder: Path, table: pa.Table) -> dict[str, object]:
    deltalake = pytest.importorskip("deltalake")
    deltalake.write_deltalake(str(folder / "log"), table, mode="overwrite", schema_mode="overwrite")
    return {"delta": "log"}


PLACES: dict[str, Callable[[Path, pa.Table], dict[str, object]]] = {
    "sqlite": in_sqlite,
    "parquet": in_parquet,
    "csv": in_csv,
    "delta": in_delta,
}
every_place = pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)


@every_place
@pytest.mark.parametrize("reference", [OF_THE_FIRST_DAYS, ROLLING], ids=["a period", "rolling"])
def test_no_reference_is_read_without_a_feature_that_is_configured(
    tmp_path: Path, place: Callable[[Path, pa.Table], dict[str, object]], reference: dict[str, str]
) -> None:
    predictions = place(tmp_path, rows(START, END).drop_columns("amount"))
    config = configured(tmp_path, predictions, NAMED, reference=reference)
    name = str(predictions.get("table") or next(iter(tmp_path.glob("log*"))))
    reason = (
        f"{name} has no column amount, and the reference is not read without:"
        " bring the column back, or write `features` without"
    )
    outcomes = backfilled(config, to=CHANGED + DAY)
    assert [(outcome.status, outcome.reason) for outcome in outcomes if outcome] == [("failed", reason)]
    assert measured(config, "SELECT count(*) FROM v_model WHERE reference_id <> ''") == [(0,)]


@every_place
def test_a_feature_that_is_gone_once_the_reference_is_known_is_a_finding(
    tmp_path: Path, place: Callable[[Path, pa.Table], dict[str, object]]
) -> None:
    config = configured(tmp_path, place(tmp_path, rows(START, END)), NAMED)
    backfilled(config, to=CHANGED + DAY)
    place(tmp_path, rows(START, END).drop_columns("amount"))
    assert [outcome.status for outcome in backfilled(config) if outcome] == ["done"] * 3
    assert measured(config, NULLS) == [(0.0,), (1.0,), (1.0,), (1.0,)]
    assert measured(config, DRIFT) == [("ok", "")] * 4
    assert measured(config, "SELECT count(DISTINCT reference_id) FROM v_measurement") == [(1,)]


def renamed(table: pa.Table) -> pa.Table:
    return table.rename_columns({"amount": "sum"})


@every_place
def test_a_feature_that_was_read_off_the_reference_and_is_renamed_is_missed(
    tmp_path: Path, place: Callable[[Path, pa.Table], dict[str, object]]
) -> None:
    config = configured(tmp_path, place(tmp_path, rows(START, END)))
    backfilled(config, to=CHANGED + DAY)
    place(tmp_path, renamed(rows(START, END)))
    assert [outcome.status for outcome in backfilled(config) if outcome] == ["done"] * 3
    assert measured(config, NULLS) == [(0.0,), (1.0,), (1.0,), (1.0,)]
    assert measured(config, DRIFT) == [("ok", "")] * 4
    assert measured(config, "SELECT count(DISTINCT reference_id) FROM v_measurement") == [(1,)]
    assert measured(config, "SELECT DISTINCT column_name FROM v_measurement WHERE column_name = 'sum'") == []
    with pytest.raises(ConfigError, match="no column amount"):
        validated(config)


def test_a_rolling_reference_keeps_its_features_until_its_bins_are_cut_anew_and_then_asks_for_them(
    tmp_path: Path,
) -> None:
    table = pa.Table.from_batches([classifier_rows(START, END, per_hour=30)]).drop_columns("target")
    config = configured(tmp_path, in_sqlite(tmp_path, table), reference=ROLLING)
    backfilled(config, to=CHANGED + 2 * DAY)
    in_sqlite(tmp_path, renamed(table))
    same_bins, new_bins = (one for one in backfilled(config) if one is not None)
    assert same_bins.status == "done"
    assert measured(config, NULLS) == [(0.0,), (0.0,), (1.0,)]
    assert new_bins.status == "failed"
    assert new_bins.reason.startswith("log has no column amount, and the reference is not read without")


def test_a_column_that_is_new_since_the_reference_was_profiled_is_told_and_changes_nothing(tmp_path: Path) -> None:
    config = configured(tmp_path, in_sqlite(tmp_path, rows(START, END)))
    backfilled(config, to=CHANGED + DAY)
    more = rows(START, END).append_column("weight", rows(START, END)["amount"])
    in_sqlite(tmp_path, more)
    backfilled(config)
    assert measured(config, "SELECT count(DISTINCT reference_id) FROM v_measurement") == [(1,)]
    told = "not watched, since new after it was profiled: weight; to take in, name all `features`"
    assert f"models.m.reference: {told}" in validated(config)


def test_features_that_were_named_once_settle_nothing_that_is_read_off_later(tmp_path: Path) -> None:
    predictions = in_sqlite(tmp_path, rows(START, END))
    backfilled(configured(tmp_path, predictions, {"numeric": [], "categorical": ["country"]}), to=CHANGED + DAY)
    config = configured(tmp_path, predictions)
    backfilled(config)
    assert [row for (row,) in measured(config, NULLS)] == [0.0] * 3


def test_a_reference_table_with_other_columns_is_another_reference_and_is_said_to_be(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    table = rows(START, END).append_column("sum", rows(START, END)["amount"])
    predictions = in_sqlite(tmp_path, table)
    engine = sa.create_engine(str(predictions["database"]))
    config = configured(tmp_path, predictions, reference={"table": "training_set"})
    training = rows(START, CHANGED).drop_columns(["id", "time"])
    training.to_pandas().to_sql("training_set", engine, index=False)
    backfilled(config, to=CHANGED + DAY)
    renamed(training).to_pandas().to_sql("training_set", engine, index=False, if_exists="replace")
    engine.dispose()
    with caplog.at_level("INFO", "monitor.observe"):
        assert [outcome.status for outcome in backfilled(config) if outcome] == ["done"] * 3
    said = [record.getMessage() for record in caplog.records if record.name.startswith("monitor.observe")]
    assert said == ["m: the reference (table training_set) is profiled anew, without amount and with sum"]


def with_moments_in_sqlite(folder: Path, table: pa.Table) -> dict[str, object]:
    """Times are texts with an offset, and when a row was logged is a text without."""
    texts = {
        "time": compute.strftime(table["time"], "%Y-%m-%dT%H:%M:%S+00:00"),
        "logged": compute.strftime(table["logged"], "%Y-%m-%dT%H:%M:%S"),
    }
    for name, column in texts.items():
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return in_sqlite(folder, table)


@pytest.mark.parametrize("place", [with_moments_in_sqlite, in_parquet, in_csv, in_delta])
def test_a_time_of_ingestion_without_zone_spoils_no_window_and_validate_says_what_to_do(
    tmp_path: Path, place: Callable[[Path, pa.Table], dict[str, object]]
) -> None:
    table = rows(START, END)
    table = table.append_column("logged", table["time"].cast(pa.timestamp("us")))
    predictions = place(tmp_path, table)
    config = configured(tmp_path, predictions, NAMED, zone="", ingested="logged")
    assert [outcome.status for outcome in backfilled(config) if outcome] == ["done"] * 4
    said = validated(config)
    assert "no time zone" in said
    assert "write `time_zone: UTC` (or another) beside" in said
    assert "until then late rows are found by counting all that may be late" in said
    with Seamark.open(config) as seamark:
        assert seamark.data("m").arrived(CHANGED, END) is None  # which is how counting is asked for
    config = configured(tmp_path, predictions, NAMED, ingested="logged")
    assert "no time zone" not in validated(config)
    with Seamark.open(config) as seamark:
        assert sum(batch.num_rows for batch in seamark.data("m").arrived(CHANGED, END) or ()) == 4 * 240


def test_a_feature_that_is_an_id_is_told_by_validate_and_once_where_the_reference_is_profiled(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    table = rows(START, END)
    table = table.append_column("ticket", compute.binary_join_element_wise("t", table["id"], ""))
    config = configured(tmp_path, in_parquet(tmp_path, table), {"numeric": [], "categorical": ["country", "ticket"]})
    advice = "an id says nothing of drift, so leave it out of `features`, or map it as `id`"
    told = f"ticket has 960 values in 960 rows of the reference: {advice}"
    assert f"models.m.reference: {told}" in validated(config)
    assert "country has" not in validated(config)
    with caplog.at_level("WARNING", "monitor.observe"):
        backfilled(config)
    assert [record.getMessage() for record in caplog.records] == [f"m: {told}"]


def with_clock_times(folder: Path, table: pa.Table) -> dict[str, object]:
    """Times as texts without offset."""
    texts = compute.strftime(table["time"], "%Y-%m-%dT%H:%M:%S")
    return in_sqlite(folder, table.set_column(table.schema.get_field_index("time"), "time", texts))


def naive_in_parquet(folder: Path, table: pa.Table) -> dict[str, object]:
    times = table["time"].cast(pa.timestamp("us"))
    return in_parquet(folder, table.set_column(table.schema.get_field_index("time"), "time", times))


@pytest.mark.parametrize(
    ("place", "zone", "told"),
    [
        (with_clock_times, "Europe/Berlin", True),
        (with_clock_times, "Asia/Tokyo", False),
        (naive_in_parquet, "Europe/Berlin", True),
        (naive_in_parquet, "UTC", False),
        (in_parquet, "Europe/Berlin", False),
    ],
)
def test_validate_says_what_becomes_of_the_hour_that_clocks_show_twice(
    tmp_path: Path, place: Callable[[Path, pa.Table], dict[str, object]], zone: str, told: bool
) -> None:
    config = configured(tmp_path, place(tmp_path, rows(START, END)), NAMED, zone=zone)
    remark = "note: time is read in Europe/Berlin where it has no offset: rows of the hour that clocks show twice"
    assert (remark in validated(config)) == told


def test_rows_of_the_hour_that_clocks_show_twice_are_all_in_the_first(tmp_path: Path) -> None:
    clock = [datetime(2024, 10, 27, 2, minute) for minute in (0, 30)] * 2  # noqa: DTZ001 - what clocks show
    parquet.write_table(pa.table({"id": list("abcd"), "time": pa.array(clock, pa.timestamp("us"))}), tmp_path / "x.pq")
    log = FileLog.open(tmp_path, TableSpec("x", {"id": "id", "time": "time"}, {}, time_zone="Europe/Berlin"))
    assert log.counts(Window(utc(2024, 10, 26, 23), utc(2024, 10, 27, 3)), timedelta(hours=1)) == {utc(2024, 10, 27): 4}


def test_a_reference_table_that_was_filled_anew_is_read_again_where_windows_are(tmp_path: Path) -> None:
    log = in_sqlite(tmp_path, rows(CHANGED, END))
    engine = sa.create_engine(f"sqlite:///{tmp_path}/log.db")
    rows(START, CHANGED).to_pandas().to_sql("training", engine, index=False)
    config = configured(tmp_path, log, NAMED, reference={"table": "training"})
    backfilled(config)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE training SET amount = amount + 5"))
    engine.dispose()
    of_amount = "metric = 'wasserstein' AND column_name = 'amount'"
    with Seamark.open(config) as seamark:
        again = seamark.backfill(END - DAY, END, [], again=True)
        assert [outcome.status for outcome in seamark.measure(again, notify=False) if outcome] == ["done"]
    *_, (before, near), (after, far) = measured(
        config, f"SELECT reference_id, value FROM v_measurement WHERE {of_amount} ORDER BY time"
    )
    assert before != after
    assert (near < 0.3, far > 1) == (True, True)  # type: ignore[operator]
