"""`seamark backtest` as a user types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from builders.history import History, write_history
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("history")
    return write_history(folder, f"sqlite:///{folder}/seamark.db")


def seamark(history: History, *arguments: str, columns: int = 100) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "monitor", "backtest", "--config", str(history.config), *arguments]
    environment = {**os.environ, "COLUMNS": str(columns)}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)


def test_it_tells_what_was_replayed_what_each_rule_came_to_and_what_fired(history: History) -> None:
    done = seamark(history)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("sound: 51 windows of 2024-02-01 to 2024-02-27 (26 days) replayed in ")
    assert lines[1] == (
        "sound: 5 of 51 windows are not in the store, neither measured nor as profiles; fill them by"
        " `seamark backfill --from 2024-02-19 --to 2024-02-23 --model sound`"
    )
    assert lines[2].split() == ["rule", "fired", "a", "week", "share", "longest", "firing", "still", "budget"]
    assert any(line.split()[:3] == ["Drift", "2", "0.54"] for line in lines)
    assert any(line.startswith("Drift ") and "█" in line for line in lines)
    assert any(line.split()[:2] == ["2024-02-08", "2024-02-14"] for line in lines)


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_no_line_of_the_tables_is_wider_than_the_terminal(history: History, columns: int) -> None:
    done = seamark(history, "--set", "Drift.above=0.1", columns=columns)
    tables = done.stdout[done.stdout.index("rule ") :].splitlines()
    assert max(len(line) for line in tables if "could not be judged" not in line) <= columns


def test_a_change_stands_beside_the_file_as_it_is(history: History) -> None:
    done = seamark(history, "--set", "Drift.for=20 windows", "--set", "AnyDrift.above=0.01")
    assert done.returncode == 0, done.stderr
    assert "where they differ: as it is | with the change" in done.stdout
    assert "only as it is: 2 alerts" in done.stdout
    assert "only with the change: " in done.stdout
    assert done.stdout.count("96 rows, at least 200 are wanted") == 2
    assert any(line.split()[:4] == ["Drift", "2", "|", "0"] for line in done.stdout.splitlines())


def test_two_files_stand_side_by_side(history: History) -> None:
    other = history.write("other.yaml", rules="    - {alert: Rows, metric: row_count, below: 10}\n")
    done = seamark(history, "--against", str(other))
    assert done.returncode == 0, done.stderr
    assert any(line.split()[:4] == ["Rows", "-", "|", "1"] for line in done.stdout.splitlines()), done.stdout


def test_json_has_everything(history: History) -> None:
    done = seamark(history, "--json", "--set", "Drift.above=99")
    found = json.loads(done.stdout)
    as_it_is, changed = found["sides"]
    assert found["period"] == "2024-02-01T00:00:00Z/2024-02-27T00:00:00Z"
    assert as_it_is["models"][0] == {
        "model": "sound",
        "period": found["period"],
        "windows": 51,
        "measured_from_profiles": 0,
        "missing": [
            "2024-02-20T00:00:00Z/2024-02-21T00:00:00Z",
            "2024-02-19T00:00:00Z/2024-02-21T00:00:00Z",
            "2024-02-21T00:00:00Z/2024-02-22T00:00:00Z",
            "2024-02-20T00:00:00Z/2024-02-22T00:00:00Z",
            "2024-02-21T00:00:00Z/2024-02-23T00:00:00Z",
        ],
    }
    fired = [one for one in as_it_is["episodes"] if one["alert"] == "Drift"]
    assert fired == found["only"][0]["episodes"]
    assert fired[0]["start"] == "2024-02-08T00:00:00Z"
    assert [rule["fired"] for rule in changed["rules"] if rule["name"] == "Drift"] == [0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "Drft.above=0.2"], "--set Drft.above=0.2: no rule is called `Drft`; did you mean `Drift`?"),
        (["--set", "Drift.above=x"], "--set Drift.above=x: alerts.rules.0.above: should be a number, or calibrated"),
        (["--model", "sund"], "there is no model `sund`"),
        (["--against", "nowhere.yaml"], "nowhere.yaml: there is no such file"),
        (["--from", "yesterday"], "--from: not a moment"),
    ],
)
def test_a_wrong_wish_ends_with_status_2(history: History, arguments: list[str], said: str) -> None:
    done = seamark(history, *arguments, columns=200)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_period_without_windows_is_a_fault_of_the_world(history: History) -> None:
    done = seamark(history, "--from", "2030-01-01")
    assert done.returncode == 3
    assert "there is nothing to replay" in done.stderr


def test_the_help_has_examples(history: History) -> None:
    assert "--set Drift.above=0.2" in seamark(history, "--help", columns=200).stdout


def test_the_folder_stays_as_it_was(history: History) -> None:
    def files() -> set[Path]:
        return set(history.config.parent.iterdir())

    before = files()
    seamark(history)
    assert files() == before


def test_the_page_shows_tables_lanes_and_charts_and_asks_for_nothing_else(history: History, tmp_path: Path) -> None:
    page = tmp_path / "backtest.html"
    done = seamark(history, "--html", str(page), "--set", "Drift.for=20 windows")
    assert done.returncode == 0, done.stderr
    assert f"{page}: " in done.stderr
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        tab = browser.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(page.as_uri())
        assert tab.locator("h1").inner_text() == "Backtest of sound"
        assert "Drift, as it is" in tab.locator(".lanes").inner_text()
        drawn = [figure.bounding_box() for figure in tab.locator("figure > svg").all()]
        assert drawn
        assert all(box is not None and box["width"] > 600 and box["height"] > 100 for box in drawn)
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        browser.close()
    assert asked == [page.as_uri()]


def test_a_page_in_a_folder_that_is_not_there_is_a_wrong_wish(history: History) -> None:
    done = seamark(history, "--html", "/nowhere/page.html", columns=200)
    assert done.returncode == 2
    assert "--html: the folder /nowhere does not exist" in done.stderr


def test_suggestions_are_yaml_that_keeps_the_budget_when_it_is_tried(history: History) -> None:
    quiet = ("--from", "2024-02-01", "--to", "2024-02-06")
    done = seamark(history, *quiet, "--suggest", "1 per 30 days")
    assert done.returncode == 0, done.stderr
    text = done.stdout[done.stdout.index("# Limits that would have kept 1 per 30 days") :]
    assert "# They hold good only if nothing was wrong in that time." in text
    rules = {rule["alert"]: rule for rule in yaml.safe_load(text)}
    assert 0 < rules["Drift"]["clear"] < rules["Drift"]["above"] < 0.1
    assert "above" not in rules["AnyDrift"]
    found = json.loads(seamark(history, *quiet, "--json", "--suggest", "1 per 30 days").stdout)["suggested"]
    assert found["alarms"] == 0
    (drift,) = [rule for rule in found["rules"] if rule["rule"] == "Drift"]
    assert drift["proposal"]["high"] == rules["Drift"]["above"]
    assert drift["learnt"][0] > drift["proposal"]["high"]
    tried = seamark(
        history, *quiet, "--json", "--set", f"Drift.above={rules['Drift']['above']}", "--set", "Drift.clear="
    )
    assert [rule["fired"] for rule in json.loads(tried.stdout)["sides"][1]["rules"] if rule["name"] == "Drift"] == [0]


def test_a_budget_that_is_none_is_a_wrong_wish(history: History) -> None:
    done = seamark(history, "--suggest", "often", columns=200)
    assert done.returncode == 2
    assert "--suggest: should say how many false alarms are borne in how long, such as 1 per 30 days" in done.stderr
