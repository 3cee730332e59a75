"""A backtest over a real store: it tells what the live runs told, reads no row, and writes nothing."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.history import END, FEBRUARY, GAP, History, backfill, write_history
from builders.rows import DAY, START

from monitor.backtest.replay import Replay
from monitor.backtest.summary import RuleSummary, summaries
from monitor.config.changes import read_changes
from monitor.errors import ConfigError, WorldError
from monitor.service.backtesting import Backtesting
from monitor.store.database import open_store, open_to_read
from monitor.store.tables import METADATA

EVENT = ("alert", "metric", "column_name", "window_seconds", "from_state", "to_state", "reason", "episode", "value")


@pytest.fixture
def history(tmp_path: Path, store_url: str) -> History:
    return write_history(tmp_path, store_url)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("history")
    return write_history(folder, f"sqlite:///{folder}/seamark.db")


@pytest.fixture
def copied(filled: History, tmp_path: Path) -> History:
    """The same on SQLite, filled once for many tests."""
    shutil.copytree(filled.config.parent, tmp_path, dirs_exist_ok=True)
    history = History(tmp_path / "seamark.yaml", f"sqlite:///{tmp_path}/seamark.db")
    history.write()
    return history


def replayed(
    history: History,
    *changes: str,
    other: Path | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Replay:
    with Backtesting.open(history.config) as backtesting:
        settings = backtesting.other(other, read_changes(changes))
        wishes = backtesting.wishes(settings, [], start, end)
        (found,) = backtesting.replay(settings, wishes, advance=lambda _: None)
    return found


def told(found: Replay) -> list[tuple[object, ...]]:
    """Every change of state, as `recorded` has them."""
    return sorted(
        (
            *(getattr(event.identity, name) for name in EVENT[:4]),
            *(getattr(event, name) for name in EVENT[4:8]),
            None if event.value is None else round(event.value, 9),
            int(event.window_end.timestamp()),
        )
        for event in found.events
    )


def recorded(history: History) -> list[tuple[object, ...]]:
    asked = f"SELECT {', '.join(EVENT)}, time_epoch FROM v_alert_event WHERE alert NOT LIKE 'Monitor%'"
    engine = open_store(history.store)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(asked))]
    engine.dispose()
    return sorted((*row[:8], None if row[8] is None else round(row[8], 9), row[9]) for row in found)


def execute(history: History, *statements: str) -> None:
    engine = open_store(history.store)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


def contents(history: History) -> dict[str, list[tuple[object, ...]]]:
    engine = open_store(history.store)
    with engine.connect() as connection:
        found = {
            table.name: sorted(map(repr, map(tuple, connection.execute(sa.select(table)))))
            for table in METADATA.sorted_tables
        }
    engine.dispose()
    return found


def rule(found: Replay, name: str) -> RuleSummary:
    return next(one for one in summaries([found]) if one.name == name)


def test_the_rules_as_they_are_tell_exactly_what_the_live_runs_told(history: History) -> None:
    live, found = recorded(history), replayed(history)
    assert told(found) == live
    fired = {row[0] for row in live if row[5] == "firing"}
    assert fired == {"Drift", "AnyDrift", "AccuracyWorse", "RowsMissing", "AucLeaps", "AucMissing", "DriftBorne"}
    assert {"pending", "recovering"} <= {row[5] for row in live}
    assert {row[3] for row in live} == {86_400, 172_800}
    assert found.measured == 0
    assert {window.end for window in found.missing} == {GAP.start + DAY, GAP.end, GAP.end + DAY}


@pytest.mark.parametrize("reference", ["{last: 7 days, ending: 3 days ago}", "{table: predictions}"])
def test_so_they_do_on_a_reference_that_moves_along_and_on_a_table(tmp_path: Path, reference: str) -> None:
    history = write_history(tmp_path, f"sqlite:///{tmp_path}/seamark.db", has_gap=False, reference=reference)
    live = recorded(history)
    assert live
    assert told(replayed(history)) == live
    execute(history, "DELETE FROM measurement", "DELETE FROM calibration")
    assert told(replayed(history)) == live


def test_what_is_measured_from_profiles_tells_the_same(history: History) -> None:
    live = recorded(history)
    execute(history, "DELETE FROM measurement", "DELETE FROM calibration")
    found = replayed(history)
    assert told(found) == live
    assert found.measured == found.windows - len(found.missing)


def test_a_backtest_needs_no_source_and_writes_nothing(history: History) -> None:
    (history.config.parent / "log.db").unlink()
    execute(history, "DELETE FROM calibration")
    before = contents(history)
    found = replayed(history, "models.sound.windows=[1 day, 2 days, 3 days]", "Drift.above=0.1")
    assert found.measured > 0
    assert {reading.window.length for reading in found.readings} == {DAY, 2 * DAY, 3 * DAY}
    assert contents(history) == before
    assert not (history.config.parent / "log.db").exists()


def test_a_store_that_is_opened_to_be_read_lets_nothing_be_written(history: History) -> None:
    engine = open_to_read(history.store)
    with pytest.raises(sa.exc.DBAPIError), engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM measurement"))
    engine.dispose()
    assert recorded(history)


def test_a_looser_limit_fires_less_and_a_tighter_one_more(copied: History) -> None:
    fired = [rule(replayed(copied, f"AnyDrift.above={limit}"), "AnyDrift").fired for limit in (0.01, 0.2, 99)]
    assert fired[0] > fired[1] > fired[2] == 0


def test_another_file_may_have_other_windows_rules_and_a_moving_reference(copied: History) -> None:
    other = copied.write(
        "other.yaml",
        reference="{last: 7 days, ending: 3 days ago}",
        windows="[3 days]",
        rules="    - {alert: Moved, metric: hellinger, above: 0.1}\n",
    )
    with pytest.raises(ConfigError, match="hellinger"):
        replayed(copied, other=other)
    other = copied.write(
        "other.yaml", rules="    - {alert: Moved, metric: jensen_shannon, above: 0.2}\n", windows="[3 days]"
    )
    found = replayed(copied, other=other)
    assert rule(found, "Moved").fired > 0
    assert {reading.window.length for reading in found.readings} == {3 * DAY}


def test_another_reference_than_that_which_is_stored_is_no_reference(copied: History) -> None:
    other = copied.write("other.yaml", reference="{from: 2024-01-05, to: 2024-01-20}")
    found = replayed(copied, other=other)
    assert len(found.missing) == found.windows
    assert rule(found, "Drift").remark == "looks at nothing that was measured"


def test_the_past_before_the_period_has_its_say(copied: History) -> None:
    whole = replayed(copied)
    later = replayed(copied, start=FEBRUARY + 16 * DAY, end=FEBRUARY + 18 * DAY)
    limits = {
        (one.window, one.metric, one.column_name): one.bounds.get("AccuracyWorse")
        for one in whole.readings
        if one.metric == "accuracy"
    }
    compared = [one for one in later.readings if one.metric == "accuracy"]
    assert compared
    assert all(one.bounds["AccuracyWorse"] == limits[one.window, one.metric, one.column_name] for one in compared)


def test_a_limit_is_not_learned_from_a_reference_whose_windows_are_not_stored(tmp_path: Path) -> None:
    number = "    - {alert: Drift, metric: population_stability_index, select: {column: amount}, above: 0.2}\n"
    history = write_history(tmp_path, f"sqlite:///{tmp_path}/seamark.db", rules=number)
    found = rule(replayed(history, "Drift.above=calibrated"), "Drift")
    assert found.fired == 0
    assert found.says_nothing
    assert found.remark == (
        "the windows of the reference, which limits are learned from, are not in the store; fill them by"
        " `seamark backfill --from 2024-01-01 --to 2024-02-01 --model sound`"
    )
    backfill(history.config, START, FEBRUARY)
    learned = rule(replayed(history, "Drift.above=calibrated", start=FEBRUARY, end=END), "Drift")
    assert learned.fired > 0
    assert learned.unjudged < learned.readings


def test_a_short_reference_gives_a_limit_with_its_reason_and_no_silly_one(tmp_path: Path) -> None:
    history = write_history(
        tmp_path,
        f"sqlite:///{tmp_path}/seamark.db",
        reference="{from: 2024-01-31, to: 2024-02-01}",
        rules="    - {alert: AnyDrift, metric: population_stability_index, above: calibrated}\n",
    )
    found = replayed(history)
    assert told(found) == recorded(history)
    bounds = [one.bounds["AnyDrift"] for one in found.readings if one.bounds]
    assert all("a distance of 0.02 is borne" in one.reason for one in bounds if one.is_known)
    assert {one.high is None or 0.02 < one.high < 0.5 for one in bounds} == {True}
    assert any(one.is_known for one in bounds)


def test_a_paused_rule_and_one_that_looks_at_nothing_are_said_to_be_so(copied: History) -> None:
    found = replayed(copied, "Drift.paused=true", start=FEBRUARY, end=FEBRUARY + DAY)
    assert rule(found, "Drift").remark == "paused"
    assert rule(found, "AucMissing").remark == "looks at nothing that was measured"
    assert rule(found, "AucMissing").says_nothing


def test_a_period_of_which_nothing_is_known_is_said_to_be_so(copied: History) -> None:
    with pytest.raises(WorldError, match="there is nothing to replay: no window of sound is done in that time"):
        replayed(copied, start=END)


def test_a_model_that_is_not_there_is_a_wrong_wish(copied: History) -> None:
    with Backtesting.open(copied.config) as backtesting, pytest.raises(ConfigError, match="there is no model `sund`"):
        backtesting.wishes(backtesting.settings, ["sund"], None, None)


def test_windows_that_are_missing_are_counted(copied: History) -> None:
    found = replayed(copied, start=FEBRUARY - 3 * DAY)
    before = [window for window in found.missing if window.start < FEBRUARY]
    assert len(before) == 0
    assert found.measured > 0
