"""From a configuration to measurements, on every database and with every kind of reference."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa
from builders.rows import DAY, classifier_rows
from builders.world import World, write_world
from pyarrow import csv, parquet

from monitor.errors import ConfigError
from monitor.record import Outcome
from monitor.service import Seamark
from monitor.service.check import check_world
from monitor.service.settings import read_settings
from monitor.store.database import migrate, open_store
from monitor.window import utc

START = utc(2024, 3, 1)


def prepared(world: World) -> World:
    store = open_store(read_settings(world.config).store.reveal())
    migrate(store)
    store.dispose()
    return world


def backfilled(world: World) -> list[Outcome | None]:
    with Seamark.open(world.config) as seamark:
        due = seamark.backfill(world.changed, world.end, [], again=False)
        return list(seamark.measure(due, notify=False))


def measured(world: World, sql: str) -> Sequence[tuple[object, ...]]:
    store = open_store(read_settings(world.config).store.reveal())
    with store.begin() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(sql))]
    store.dispose()
    return found


VALUES = (
    "SELECT time_epoch, metric, column_name, value FROM v_measurement WHERE status = 'ok'"
    " ORDER BY time_epoch, metric, column_name"
)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def log_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/log.db"
    return str(request.getfixturevalue(f"{request.param}_url"))


def test_the_same_rows_give_the_same_measurements_on_every_database(log_url: str, tmp_path: Path) -> None:
    world = prepared(write_world(tmp_path, start=START, database=log_url))
    assert [outcome.status for outcome in backfilled(world) if outcome] == ["done"] * 5
    (tmp_path / "plain").mkdir()
    plain = prepared(write_world(tmp_path / "plain", start=START))
    backfilled(plain)
    for found, expected in zip(measured(world, VALUES), measured(plain, VALUES), strict=True):
        assert found[:3] == expected[:3]
        assert found[3] == pytest.approx(expected[3], rel=1e-9, abs=1e-12)
    of_model = "SELECT reference_id FROM v_model"
    assert measured(world, of_model) == measured(plain, of_model)


def test_the_store_can_be_postgresql(postgresql_url: str, tmp_path: Path) -> None:
    world = prepared(write_world(tmp_path, start=START, store=postgresql_url))
    assert [outcome.fired for outcome in backfilled(world) if outcome] == [1, 0, 0, 0, 0]
    assert measured(world, "SELECT alert, state, episode FROM v_alert") == [("Drift", "inactive", 1)]


def test_predictions_may_lie_in_the_store_itself(tmp_path: Path) -> None:
    world = write_world(tmp_path, start=START, database=f"sqlite:///{tmp_path}/seamark.db")
    text = world.config.read_text()
    world.config.write_text(text.replace(f'      database: "sqlite:///{tmp_path}/seamark.db"\n', ""))
    assert [outcome.status for outcome in backfilled(prepared(world)) if outcome] == ["done"] * 5


def with_reference(world: World, reference: str) -> World:
    old = f"reference: {{from: {world.start:%Y-%m-%d}, to: {world.changed:%Y-%m-%d}}}"
    text = world.config.read_text()
    assert old in text
    world.config.write_text(text.replace(old, f"reference: {reference}"))
    return prepared(world)


def reference_rows(world: World) -> pa.Table:
    return pa.Table.from_batches([classifier_rows(world.start, world.changed)])


@pytest.mark.parametrize("kind", ["parquet", "csv", "table"])
def test_a_reference_out_of_a_file_or_table_is_as_good_as_a_period_of_the_log(kind: str, tmp_path: Path) -> None:
    world = write_world(tmp_path, start=START)
    rows = reference_rows(world)
    if kind == "parquet":
        parquet.write_table(rows, tmp_path / "reference.parquet")
    elif kind == "csv":
        csv.write_csv(rows.drop_columns("time"), tmp_path / "reference.csv")
    else:
        engine = sa.create_engine(f"sqlite:///{tmp_path}/log.db")
        rows.drop_columns(["time", "id"]).to_pandas().to_sql("training_set", engine, index=False)
        engine.dispose()
    reference = "{table: training_set}" if kind == "table" else f"{{file: reference.{kind}}}"
    backfilled(with_reference(world, reference))
    (tmp_path / "plain").mkdir()
    plain = prepared(write_world(tmp_path / "plain", start=START))
    backfilled(plain)
    found, expected = measured(world, VALUES), measured(plain, VALUES)
    assert [row[:3] for row in found] == [row[:3] for row in expected]
    assert [row[3] for row in found] == pytest.approx([row[3] for row in expected], rel=1e-6, abs=1e-9)


def test_a_rolling_reference_moves_along(tmp_path: Path) -> None:
    world = with_reference(write_world(tmp_path, start=START), "{last: 3 days, ending: 1 day ago}")
    outcomes = backfilled(world)
    assert [outcome.status for outcome in outcomes if outcome] == ["done"] * 5
    assert measured(world, "SELECT count(DISTINCT reference_id) FROM v_measurement") == [(5,)]
    drift = "SELECT value FROM v_measurement WHERE metric = 'wasserstein' AND column_name = 'amount' ORDER BY time"
    moved = [float(str(value)) for (value,) in measured(world, drift)]
    assert moved[0] > 1.5
    assert moved[2] < moved[0] / 2


def test_features_are_read_off_the_reference_where_none_are_named(tmp_path: Path) -> None:
    world = write_world(tmp_path, start=START)
    text = world.config.read_text()
    world.config.write_text(text.replace("      features: {numeric: [amount], categorical: [country]}\n", ""))
    backfilled(prepared(world))
    columns = "SELECT DISTINCT column_name FROM v_measurement WHERE metric = 'population_stability_index'"
    assert {name for (name,) in measured(world, columns)} == {"amount", "country", "prediction", "score", "target"}
    lines = list(check_world(read_settings(world.config), world.config))
    assert any("features read off it: amount (numeric), country (categorical)" in line for line in lines)


def test_a_reference_without_rows_fails_the_window_with_its_reason(tmp_path: Path) -> None:
    world = with_reference(write_world(tmp_path, start=START), "{from: 2020-01-01, to: 2020-02-01}")
    reasons = {outcome.reason for outcome in backfilled(world) if outcome and outcome.status != "left"}
    assert reasons == {"the reference is empty: predictions of 2020-01-01T00:00:00Z/2020-02-01T00:00:00Z"}
    with pytest.raises(ConfigError, match="the reference is empty"):
        list(check_world(read_settings(world.config), world.config))


def test_rows_of_the_future_wait_for_their_window(tmp_path: Path) -> None:
    world = prepared(write_world(tmp_path, start=utc(2100)))
    with Seamark.open(world.config) as seamark:
        assert seamark.backfill(world.changed, world.end, [], again=False) == []
    lines = list(check_world(read_settings(world.config), world.config))
    assert any("the newest time lies in the future" in line for line in lines)


@pytest.fixture
def worn(tmp_path: Path) -> World:
    """A world whose second day after the reference has every trouble that rows can have."""
    world = write_world(tmp_path, start=START, shifted_days=1, calm_days=1)
    engine = sa.create_engine(f"sqlite:///{tmp_path}/log.db")
    day = f"time >= '{world.changed + DAY:%Y-%m-%d}'"
    with engine.begin() as connection:
        for change in (
            f"UPDATE predictions SET amount = NULL WHERE {day}",
            f"UPDATE predictions SET amount = 'abc' WHERE {day} AND id LIKE '%7'",
            f"UPDATE predictions SET score = 9e999 WHERE {day} AND id LIKE '%-3'",
            f"INSERT INTO predictions SELECT * FROM predictions WHERE {day} AND id LIKE '%-5'",
            f"UPDATE predictions SET country = 'XX' WHERE {day} AND id LIKE '%9'",
        ):
            connection.execute(sa.text(change))
    engine.dispose()
    return prepared(world)


def test_bad_rows_are_findings_and_hide_nothing_else(worn: World) -> None:
    (_, second) = backfilled(worn)
    assert second is not None
    assert (second.status, second.rows) == ("done", 481)
    last = f"time_epoch = {int(worn.end.timestamp())}"
    found = {
        (metric, column): (value, reason)
        for metric, column, value, reason in measured(
            worn, f"SELECT metric, column_name, value, reason FROM v_measurement WHERE {last}"
        )
    }
    assert found["null_share", "amount"][0] == pytest.approx(433 / 481)
    assert found["invalid_share", "amount"][0] == pytest.approx(48 / 481)
    assert found["invalid_share", "score"][0] == pytest.approx(1 / 481)
    assert found["duplicate_share", ""][0] == pytest.approx(1 / 481)
    assert found["unseen_share", "country"][0] == pytest.approx(48 / 481)
    assert found["population_stability_index", "amount"][0] > 1
    assert found["wasserstein", "amount"] == (None, "the column is empty in this window")
    assert found["roc_auc", ""][0] is not None
    assert found["log_loss", ""][0] is None
    assert "are no probabilities" in str(found["log_loss", ""][1])


def test_a_class_that_the_rows_do_not_know_is_refused_and_never_a_perfect_score(tmp_path: Path) -> None:
    world = write_world(tmp_path, start=START)
    text = world.config.read_text()
    world.config.write_text(text.replace("    min_rows: 100\n", "    min_rows: 100\n    positive: late\n"))
    reasons = {outcome.reason for outcome in backfilled(prepared(world)) if outcome and outcome.status != "left"}
    assert reasons == {
        "no target or prediction of the reference is the positive class `late`; there are `0`, `1`:"
        " write `positive:` with one of them"
    }
    with pytest.raises(ConfigError, match="is the positive class `late`"):
        list(check_world(read_settings(world.config), world.config))


def test_a_column_that_is_gone_hides_no_other(tmp_path: Path) -> None:
    world = prepared(write_world(tmp_path, start=START))
    with Seamark.open(world.config) as seamark:
        list(seamark.measure(seamark.backfill(world.changed - DAY, world.changed, [], again=False), notify=False))
    engine = sa.create_engine(f"sqlite:///{tmp_path}/log.db")
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE predictions DROP COLUMN country"))
    engine.dispose()
    assert [outcome.status for outcome in backfilled(world) if outcome] == ["done"] * 5
    since = f"time_epoch > {int(world.changed.timestamp())}"
    nulls = (
        f"SELECT DISTINCT column_name, value FROM v_measurement WHERE metric = 'null_share' AND value > 0 AND {since}"
    )
    assert measured(world, nulls) == [("country", 1.0)]
    drift = "metric = 'population_stability_index' AND column_name = 'country'"
    assert measured(world, f"SELECT DISTINCT status FROM v_measurement WHERE {drift} AND {since}") == [("ok",)]
    assert measured(world, "SELECT count(*) FROM v_measurement WHERE metric = 'roc_auc' AND status = 'ok'") == [(6,)]
    with pytest.raises(ConfigError, match="no column country"):
        list(check_world(read_settings(world.config), world.config))


def test_a_reference_of_a_few_rows_is_no_reference(tmp_path: Path) -> None:
    world = write_world(tmp_path, start=START)
    parquet.write_table(reference_rows(world).slice(0, 5), tmp_path / "few.parquet")
    backfilled(with_reference(world, "{file: few.parquet}"))
    reasons = "SELECT DISTINCT reason FROM v_measurement WHERE metric = 'population_stability_index'"
    assert ("the reference has 5 rows, at least 100 are wanted",) in measured(world, reasons)


def test_rows_without_a_usable_prediction_are_not_taken_for_missing_targets(tmp_path: Path) -> None:
    world = write_world(tmp_path, start=START)
    engine = sa.create_engine(f"sqlite:///{tmp_path}/log.db")
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE predictions SET score = NULL WHERE time >= '{world.changed:%Y-%m-%d}'"))
    engine.dispose()
    backfilled(prepared(world))
    ((reason,),) = measured(world, "SELECT DISTINCT reason FROM v_measurement WHERE metric = 'roc_auc'")
    assert str(reason).startswith("targets have come, but none of their rows has a prediction or score")


def test_columns_of_the_targets_are_no_features_where_both_stand_in_one_table(tmp_path: Path) -> None:
    world = write_world(tmp_path, start=START)
    engine = sa.create_engine(f"sqlite:///{tmp_path}/log.db")
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE predictions ADD COLUMN seen_at INTEGER"))
        connection.execute(sa.text("ALTER TABLE predictions ADD COLUMN late TEXT"))
        connection.execute(sa.text("UPDATE predictions SET seen_at = 1711000000, late = prediction"))
    engine.dispose()
    text = world.config.read_text().replace("      features: {numeric: [amount], categorical: [country]}\n", "")
    targets = "{table: predictions, columns: {id: id, target: late, time: seen_at}}"
    world.config.write_text(text.replace("{table: targets, columns: {id: id, target: target}}", targets))
    backfilled(prepared(world))
    columns = "SELECT DISTINCT column_name FROM v_measurement WHERE metric = 'population_stability_index'"
    assert {name for (name,) in measured(world, columns)} == {"amount", "country", "prediction", "score", "target"}


def test_a_filter_by_a_date_means_utc_whatever_the_servers_zone(postgresql_url: str, tmp_path: Path) -> None:
    world = write_world(tmp_path, start=START, database=postgresql_url, shifted_days=1, calm_days=1)
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        name = sa.make_url(postgresql_url).database
        connection.execute(sa.text(f"ALTER DATABASE {name} SET timezone = 'America/New_York'"))
        zone = "ALTER TABLE predictions ALTER COLUMN time TYPE timestamptz USING time AT TIME ZONE 'UTC'"
        connection.execute(sa.text(zone))
    engine.dispose()
    where = f"      where: {{column: time, op: '>=', value: {world.start:%Y-%m-%d}}}\n      time_zone: UTC\n"
    world.config.write_text(world.config.read_text().replace("      time_zone: UTC\n", where))
    assert [outcome.rows for outcome in backfilled(prepared(world)) if outcome] == [480, 480]
    assert measured(world, "SELECT reference_rows FROM v_model") == [(10 * 480,)]


def test_targets_that_have_not_come_are_said_to_be_missing(tmp_path: Path) -> None:
    world = write_world(tmp_path, start=START)
    engine = sa.create_engine(f"sqlite:///{tmp_path}/log.db")
    with engine.begin() as connection:
        connection.execute(sa.text(f"DELETE FROM targets WHERE id >= '{int(world.changed.timestamp())}'"))
    engine.dispose()
    backfilled(prepared(world))
    found = measured(world, "SELECT DISTINCT value, reason FROM v_measurement WHERE metric = 'roc_auc'")
    assert found == [(None, "no targets have come for this window")]
    assert measured(world, "SELECT DISTINCT target_coverage FROM v_measurement") == [(0.0,)]
