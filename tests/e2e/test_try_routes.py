"""`seamark alerts test-route`, as a user types it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CONFIG = """version: 1
store: sqlite:///seamark.db
models:
  late_arrival:
    task: none
    predictions: {table: predictions, columns: {id: id, time: at}, features: {numeric: [distance]}}
    reference: {from: 2013-01-01, to: 2013-04-01}
alerts:
  rules:
    - {alert: Drift, metric: population_stability_index, above: 0.2, labels: {team: ml}}
  time_intervals:
    nights: [{times: [{start_time: "00:00", end_time: "06:00"}], location: Europe/Berlin}]
  route:
    receiver: team
    routes:
      - {receiver: duty, matchers: [severity=page], group_wait: 0s, continue: true, group_by: ['...']}
      - {matchers: [team=ml], mute_time_intervals: [nights]}
  receivers:
    - {name: team, console: {}}
    - {name: duty, console: {}}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    found = tmp_path / "seamark.yaml"
    found.write_text(CONFIG, "utf-8")
    return found


def tried(config: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "monitor", "alerts", "test-route", *words, "--config", str(config)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_every_way_of_an_alert_is_shown(config: Path) -> None:
    finished = tried(config, "alert=Drift", "severity=page", "team=ml", "--at", "2026-07-06 12:00")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == (
        "duty: after 0 seconds, again every 4 hours\n"
        '  route {}/{severity="page"}\n'
        '  group {alertname="Drift", severity="page", team="ml"}\n'
        "team: after 30 seconds, again every 4 hours\n"
        '  route {}/{team="ml"}\n'
        '  group {alertname="Drift"}\n'
    )


def test_a_way_that_is_muted_says_so(config: Path) -> None:
    finished = tried(config, "team=ml", "--at", "2026-07-06 03:59")
    assert finished.stdout.startswith("team: muted in nights\n")
    assert tried(config, "team=ml", "--at", "2026-07-06 04:00").stdout.startswith("team: after 30 seconds")


@pytest.mark.parametrize(
    ("word", "says"), [("sevrity=page", "did you mean `severity`?"), ("page", "a label and its value")]
)
def test_what_is_no_label_is_refused(config: Path, word: str, says: str) -> None:
    finished = tried(config, word)
    assert finished.returncode == 2
    assert says in " ".join(finished.stderr.replace("│", " ").split())
