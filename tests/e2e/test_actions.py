"""A rule that starts an action, from the row in the table to the file that a real command writes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders.http_receiver import HttpReceiver, answer
from builders.world import World, midnight_before, write_world

RECORD = 'import os, sys; open("started", "a").write(os.environ["SEAMARK_ACTION_KEY"] + "\\n"); print("trained")'
LONG = """
import os, time
with open("started", "a") as file:
    file.write(f"{os.getpid()}\\n")
while not os.path.exists("data"):
    time.sleep(0.05)
"""


def seamark(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "monitor", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)


def world_with(folder: Path, action: dict[str, object]) -> World:
    """A world that drifts since today, and whose rule starts an action."""
    today = midnight_before(datetime.now(UTC), days=0)
    found = write_world(folder, start=midnight_before(today, days=11), quiet_days=10, shifted_days=1, calm_days=0)
    text = found.config.read_text()
    text = text.replace("above: 0.2}", "above: 0.2, start: [retrain]}")
    found.config.write_text(f"{text}  actions:\n    retrain: {json.dumps(action)}\n")
    seamark("migrate", "--config", found.config)
    return found


def actions(world: World) -> list[tuple[object, ...]]:
    engine = sa.create_engine(f"sqlite:///{world.config.parent}/seamark.db")
    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT alert, status, reason, attempts FROM v_action")).all()
    engine.dispose()
    return [tuple(row) for row in found]


def started(world: World) -> list[str]:
    file = world.config.parent / "started"
    return file.read_text().splitlines() if file.exists() else []


def python(text: str) -> dict[str, object]:
    return {"command": {"run": [sys.executable, "-c", text]}}


def test_a_run_starts_a_command_once_and_notes_how_it_ended(tmp_path: Path) -> None:
    world = world_with(tmp_path, python(RECORD))
    for _ in range(2):
        seamark("run", "--config", world.config)
    assert actions(world) == [("Drift", "done", "trained", 1)]
    (key,) = started(world)
    assert key.startswith("retrain-")


def test_a_backfill_starts_nothing_unless_it_tells(tmp_path: Path) -> None:
    for name, options in (("quiet", ()), ("told", ("--notify",))):
        (tmp_path / name).mkdir()
        world = world_with(tmp_path / name, python(RECORD))
        seamark("backfill", *world.period, *options, "--config", world.config)
        assert len(started(world)) == len(actions(world)) == len(options)


def test_what_failed_is_in_the_status(tmp_path: Path) -> None:
    world = world_with(tmp_path, python("import sys; print('no data'); sys.exit(3)"))
    seamark("run", "--config", world.config)
    text = seamark("status", "--config", world.config).stdout
    assert "action retrain for Drift of sound failed: exit status 3: no data" in text
    (one,) = json.loads(seamark("status", "--json", "--config", world.config).stdout)["actions"]
    assert (one["action"], one["alert"], one["model"], one["status"]) == ("retrain", "Drift", "sound", "failed")


def test_a_service_that_is_away_is_tried_again_later(tmp_path: Path) -> None:
    with HttpReceiver() as service:
        service.behave = answer(503)
        world = world_with(tmp_path, {"webhook": {"url": service.url("/retrain")}})
        seamark("run", "--config", world.config)
        seamark("run", "--config", world.config)
    assert len(service.got) == 1
    assert actions(world) == [("Drift", "planned", "127.0.0.1 answered 503 Service Unavailable", 1)]
    assert (
        "action retrain for Drift of sound planned: 127.0.0.1 answered 503"
        in seamark("status", "--config", world.config).stdout
    )


SERVE = ("serve", "--only", "scheduler", "--tick", "1")


@contextmanager
def going(world: World, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "monitor", *arguments, "--config", str(world.config)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(world: World, starts: int) -> None:
    until = time.monotonic() + 60
    while len(started(world)) < starts:
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize(("arguments", "status"), [(SERVE, 0), (("run",), 128 + signal.SIGTERM)])
def test_a_process_that_is_ended_ends_its_command_which_is_tried_again(
    tmp_path: Path, arguments: tuple[str, ...], status: int
) -> None:
    world = world_with(tmp_path, python(LONG))
    with going(world, *arguments) as process:
        wait_for(world, 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == status
    (first,) = started(world)
    assert not Path(f"/proc/{first}").exists()
    assert actions(world) == [("Drift", "planned", "Seamark ended before the command did; it is tried again", 1)]


def test_the_command_of_a_serve_that_was_killed_is_started_again_at_once(tmp_path: Path) -> None:
    world = world_with(tmp_path, python(LONG))
    with going(world, *SERVE) as process:
        wait_for(world, 1)
        process.kill()
        process.wait(60)
    assert actions(world) == [("Drift", "running", "", 1)]
    (tmp_path / "data").write_text("")
    seamark("run", "--config", world.config)
    assert len(started(world)) == 2
    assert actions(world) == [("Drift", "done", "", 2)]


@pytest.mark.parametrize("name", ["retrian", "Retrain"])
def test_a_rule_that_starts_what_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    world = world_with(tmp_path, python(RECORD))
    world.config.write_text(world.config.read_text().replace("[retrain]", f"[{name}]"))
    with pytest.raises(subprocess.CalledProcessError) as caught:
        seamark("validate", "--config", world.config)
    assert caught.value.returncode == 2
    assert "did you mean `retrain`?" in caught.value.stderr
