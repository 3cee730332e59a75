"""The commands, as a user types them, each in a process of its own."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.http_receiver import HttpReceiver
from builders.world import World, midnight_before, write_world

from monitor.store import runs
from monitor.store.database import open_store
from monitor.store.worker import Worker
from monitor.window import Window, utc


def seamark(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "monitor", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def done(*arguments: str | Path) -> str:
    """Run a command that must succeed, and return what it printed."""
    finished = seamark(*arguments)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def rows(world: World, sql: str) -> list[tuple[object, ...]]:
    engine = sa.create_engine(f"sqlite:///{world.config.parent}/seamark.db")
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(sql))]
    engine.dispose()
    return found


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = write_world(tmp_path, start=utc(2024, 3, 1))
    done("migrate", "--config", found.config)
    return found


def test_help_names_every_command_and_gives_examples() -> None:
    text = done("--help")
    commands = (
        "demo",
        "validate",
        "schema",
        "migrate",
        "run",
        "backfill",
        "backtest",
        "serve",
        "status",
        "report",
        "alerts",
        "silence",
        "grafana",
    )
    assert all(command in text for command in commands)
    assert "Example: seamark backfill --from" in done("backfill", "--help")


def test_help_loads_none_of_the_large_libraries() -> None:
    listing = "import sys, monitor.cli; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True).stdout.split()
    assert not {"evidently", "streamlit", "sklearn", "pandas", "numpy", "sqlalchemy"} & set(loaded)


def test_the_whole_package_loads_neither_evidently_nor_streamlit_nor_scikit_learn() -> None:
    listing = """
import importlib, sys
from pathlib import Path
import monitor
APART = ("streamlit_app", "demo", "evidently_page.py", "__main__.py", "migrations")
root = Path(monitor.__file__).parent.parent
for package in ("monitor", "alerts", "dashboards"):
    for file in (root / package).rglob("*.py"):
        parts = file.relative_to(root).parts
        if not set(parts) & set(APART):
            importlib.import_module(".".join(parts).removesuffix(".py").removesuffix(".__init__"))
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
    loaded = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True).stdout.split()
    assert {"monitor", "alerts", "dashboards"} <= set(loaded)
    assert not {"evidently", "streamlit", "sklearn"} & set(loaded)


def test_the_schema_is_json() -> None:
    assert json.loads(done("schema"))["type"] == "object"


def test_validate_says_how_it_reads_the_tables(world: World) -> None:
    text = done("validate", "--config", world.config)
    assert "table predictions; newest 2024-03-15T23:57:00Z" in text
    assert "numeric: score FLOAT, amount FLOAT" in text
    assert "All is well." in text


def test_a_wrong_configuration_ends_with_status_2_and_every_fault(world: World) -> None:
    text = world.config.read_text().replace("windows:", "window:").replace("above: 0.2", "above: high")
    world.config.write_text(text)
    finished = seamark("run", "--config", world.config)
    assert finished.returncode == 2
    assert "did you mean `windows`?" in finished.stderr
    assert len(finished.stderr.strip().splitlines()) == 2


def test_validate_names_tables_and_columns_that_are_not_there(world: World) -> None:
    text = world.config.read_text()
    world.config.write_text(
        text.replace("categorical: [country]", "categorical: [contry]").replace("table: targets", "table: x")
    )
    finished = seamark("validate", "--config", world.config)
    assert finished.returncode == 2
    assert "no column contry, did you mean country?" in finished.stderr
    assert "has no table x" in finished.stderr


def test_validate_refuses_an_empty_reference(world: World) -> None:
    text = world.config.read_text().replace("from: 2024-03-01, to: 2024-03-11", "from: 2020-03-01, to: 2020-03-11")
    world.config.write_text(text)
    finished = seamark("validate", "--config", world.config)
    assert finished.returncode == 2
    assert "the reference is empty: predictions of 2020-03-01T00:00:00Z/2020-03-11T00:00:00Z" in finished.stderr


def test_a_store_that_is_not_migrated_is_refused(tmp_path: Path) -> None:
    world = write_world(tmp_path, start=utc(2024, 3, 1))
    finished = seamark("run", "--config", world.config)
    assert finished.returncode == 3
    assert "run `seamark migrate`" in finished.stderr


def test_a_backfill_measures_fires_and_resolves(world: World) -> None:
    text = done("backfill", "--config", world.config, *world.period)
    assert "7 windows done, 0 skipped, 0 failed; 1 alerts fired, 1 resolved" in text
    assert rows(world, "SELECT state, episode, column_name FROM v_alert") == [("inactive", 1, "amount")]
    assert rows(world, "SELECT count(*) FROM v_notification") == [(0,)]


def test_a_backfill_done_again_measures_nothing_unless_it_is_told_to(world: World) -> None:
    done("backfill", "--config", world.config, *world.period)
    assert "0 windows done" in done("backfill", "--config", world.config, *world.period)
    assert "7 windows done" in done("backfill", "--config", world.config, *world.period, "--again")
    assert rows(world, "SELECT DISTINCT revision FROM v_measurement") == [(2,)]
    assert rows(world, "SELECT count(*) FROM v_alert_event WHERE to_state = 'firing'") == [(1,)]


def test_a_backfill_behind_windows_that_are_done_says_that_alerts_stay(world: World) -> None:
    done("backfill", "--config", world.config, "--from", f"{world.end:%Y-%m-%d}", "--to", "2024-03-17")
    finished = seamark("backfill", "--config", world.config, *world.period)
    assert "7 of 7 windows end before windows that are done" in finished.stderr


def test_a_backfill_that_notifies_delivers_what_fires_and_what_resolves(tmp_path: Path) -> None:
    with HttpReceiver() as receiver:
        world = write_world(tmp_path, start=utc(2024, 3, 1), channel=f'webhook: {{url: "{receiver.url()}"}}')
        done("migrate", "--config", world.config)
        done("backfill", "--config", world.config, *world.period, "--notify")
        bodies = [json.loads(got.body) for got in receiver.got]
    assert [body["status"] for body in bodies] == ["firing", "resolved"]
    assert bodies[0]["alerts"][0]["labels"]["column"] == "amount"
    command = shlex.split(bodies[0]["alerts"][0]["annotations"]["silence"])
    assert command[-2:] == ["--config", str(world.config)]
    assert done(*command[1:]).startswith("silence 1 is active")
    assert rows(world, "SELECT DISTINCT status FROM v_notification") == [("sent",)]


def test_a_period_that_ends_before_it_begins_is_refused(world: World) -> None:
    finished = seamark("backfill", "--config", world.config, "--from", "2024-03-05", "--to", "2024-03-01")
    assert finished.returncode == 2
    assert "is not before" in finished.stderr


def test_a_model_that_is_unknown_is_refused_with_a_suggestion(world: World) -> None:
    finished = seamark("run", "--config", world.config, "--model", "soun")
    assert finished.returncode == 2
    assert "there is no model `soun`; did you mean `sound`?" in finished.stderr


def test_a_model_that_fails_stops_no_other_and_its_failure_is_kept(tmp_path: Path) -> None:
    world = write_world(tmp_path, start=utc(2024, 3, 1), broken=True)
    done("migrate", "--config", world.config)
    finished = seamark("backfill", "--config", world.config, *world.period)
    assert finished.returncode == 3
    assert "7 windows done, 0 skipped, 2 failed" in finished.stdout
    assert "broken: 5 windows were not tried, since two of this model had failed" in finished.stderr
    assert "another process" not in finished.stderr
    assert "backfill: 1 of 14 broken 2024-03-10 00:00 failed" in finished.stderr
    assert "backfill: 9 of 14 sound 2024-03-16 00:00" in finished.stderr
    assert "of 14" not in finished.stderr.split("backfill: 9 of 14")[1]
    assert "has no table nowhere" in finished.stderr
    ((status, reason),) = rows(
        world, "SELECT DISTINCT status, reason FROM v_run WHERE model = 'broken' AND attempts > 0"
    )
    assert status == "failed"
    assert "has no table nowhere" in str(reason)
    told = done("status", "--config", world.config)
    assert f"broken: last failure: window to 2024-03-11T00:00:00Z: {reason}\n" in told


def test_windows_that_another_process_has_are_left_to_it_and_not_counted(world: World) -> None:
    store = open_store(f"sqlite:///{world.config.parent}/seamark.db")
    first = Window(utc(2024, 3, 9), utc(2024, 3, 10))
    with store.begin() as connection:
        runs.plan(connection, "sound", [first])
        assert runs.claim(connection, "sound", first, datetime.now(UTC), Worker("elsewhere", 1))
    store.dispose()
    finished = seamark("backfill", "--config", world.config, *world.period)
    assert finished.returncode == 0
    assert finished.stderr.startswith("sound: 7 windows were left to another process")
    assert "fail" not in finished.stderr
    assert "0 windows done, 0 skipped, 0 failed" in finished.stdout


def test_run_measures_what_is_due_and_can_fail_on_firing(tmp_path: Path) -> None:
    start = midnight_before(datetime.now(UTC), days=13)
    world = write_world(tmp_path, start=start, calm_days=0)
    done("migrate", "--config", world.config)
    finished = seamark("run", "--config", world.config, "--fail-on", "firing", "--json")
    assert finished.returncode == 1
    (outcome,) = json.loads(finished.stdout)
    assert (outcome["status"], outcome["fired"]) == ("done", 1)
    assert "1 alerts fire" in finished.stderr
    assert json.loads(done("run", "--config", world.config, "--json")) == []


def test_status_shows_models_before_and_after_their_first_window(world: World) -> None:
    (before,) = json.loads(done("status", "--config", world.config, "--json"))["models"]
    assert (before["model"], before["last_window"]) == ("sound", None)
    done("backfill", "--config", world.config, *world.period)
    (after,) = json.loads(done("status", "--config", world.config, "--json"))["models"]
    assert after["last_window"] == "2024-03-16T00:00:00Z"
    assert "sound" in done("status", "--config", world.config)


def test_explain_says_what_limits_stand_on(world: World) -> None:
    text = world.config.read_text("utf-8")
    world.config.write_text(text.replace("above: 0.2}", "above: calibrated}"), "utf-8")
    assert "10 windows of 1 day, where 14 at least are needed" in done("validate", "--config", world.config)
    done("migrate", "--config", world.config)
    done("backfill", "--config", world.config, *world.period)
    shown = done("explain", "Drift", "--config", world.config)
    assert "1 series, of every length of windows, share the budget of 1 per 30 days" in shown
    assert "too few independent windows to promise the budget" in shown
    (found,) = json.loads(done("explain", "--config", world.config, "--json"))
    (limit,) = found["limits"]
    assert (limit["alert"], limit["column"], limit["broken"]) == ("Drift", "amount", False)
    assert 0.02 < limit["high"] < 0.3
    assert limit["lacking"] > 0
    unknown = seamark("explain", "Drft", "--config", world.config)
    assert (unknown.returncode, "did you mean `Drift`?" in unknown.stderr) == (2, True)


def test_a_report_is_a_page_about_a_window(world: World) -> None:
    page = world.config.parent / "report.html"
    done("report", "sound", "--evidently", "--end", "2024-03-13", "--output", page, "--config", world.config)
    assert page.stat().st_size > 1_000_000
    assert "amount" in page.read_text()


def test_a_report_about_a_window_without_rows_says_so(world: World) -> None:
    finished = seamark("report", "sound", "--evidently", "--end", "2030-01-01", "--config", world.config)
    assert finished.returncode == 3
    assert "no predictions in the window" in finished.stderr


def test_a_report_that_takes_too_long_is_given_up(world: World) -> None:
    arguments = ("--end", "2024-03-13", "--timeout", "1", "--config", world.config)
    finished = seamark("report", "sound", "--evidently", *arguments)
    assert finished.returncode == 3
    assert "not done within 1 s" in finished.stderr


def test_a_backfill_that_is_killed_goes_on_where_it_was(world: World, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "monitor", "backfill", "--config", str(world.config), *world.period]
    killed = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert killed.stderr is not None
    killed.stderr.readline()
    killed.send_signal(signal.SIGKILL)
    killed.stderr.close()
    killed.wait()
    done("backfill", "--config", world.config, *world.period)
    assert rows(world, "SELECT status, count(*) FROM v_run GROUP BY status") == [("done", 7)]

    (tmp_path / "undisturbed").mkdir()
    undisturbed = write_world(tmp_path / "undisturbed", start=utc(2024, 3, 1))
    done("migrate", "--config", undisturbed.config)
    done("backfill", "--config", undisturbed.config, *world.period)
    values = "SELECT time, metric, column_name, value, lower, upper, reason FROM v_measurement ORDER BY 1, 2, 3"
    assert rows(world, values) == rows(undisturbed, values)
