"""Acknowledging and silencing from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from builders.alert_states import an_alert_of, save
from builders.world import write_world

from monitor.store.database import migrate, open_store
from monitor.window import utc

AGE, PLAN = an_alert_of(), an_alert_of(column="plan", state="pending")
FINGERPRINT = AGE.identity.fingerprint


@pytest.fixture
def config(tmp_path: Path) -> Path:
    world = write_world(tmp_path, start=utc(2024, 3, 1))
    store = open_store(f"sqlite:///{tmp_path}/seamark.db")
    migrate(store)
    save(store, AGE, PLAN)
    store.dispose()
    return world.config


def seamark(config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "monitor", *arguments, "--config", str(config)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def done(config: Path, *arguments: str) -> str:
    ran = seamark(config, *arguments)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_an_alert_is_found_and_acknowledged(config: Path) -> None:
    assert FINGERPRINT[:8] in done(config, "alerts", "list", "--state", "firing")
    said = done(config, "alerts", "acknowledge", FINGERPRINT[:8], "--author", "Ada", "--comment", "on it")

    assert said == f"FeatureDrift ({FINGERPRINT[:8]}) is acknowledged by Ada\n"
    [alert] = json.loads(done(config, "alerts", "list", "--state", "firing", "--json"))
    assert (alert["acknowledged_by"], alert["acknowledged_comment"]) == ("Ada", "on it")


def test_a_silence_is_made_listed_and_ended(config: Path) -> None:
    made = done(config, "silence", "add", "model=churn", 'column=~"a.*"', "--for", "2 hours", "--comment", "known")
    assert made.startswith("silence 1 is active until ")
    assert made.endswith(f"it covers 1 of the alerts that fire now:\n  {FINGERPRINT[:8]} FeatureDrift churn age\n")
    assert [len(alert["silenced_by"]) for alert in json.loads(done(config, "alerts", "list", "--json"))] == [1, 0]
    [listed] = json.loads(done(config, "silence", "list", "--json"))
    assert listed["matchers"] == ['model="churn"', 'column=~"a.*"']
    assert listed["author"]

    assert done(config, "silence", "expire", "1").startswith("silence 1 ended at ")
    assert json.loads(done(config, "silence", "list", "--json")) == []
    assert "known" in done(config, "silence", "list", "--all")


def test_a_silence_to_come_says_what_it_will_cover(config: Path) -> None:
    made = done(config, "silence", "add", 'column="plan"', "--from", "2999-01-01", "--for", "1 day")
    assert made.startswith("silence 1 is pending until ")
    assert made.endswith("it will cover none of the alerts that fire now\n")


@pytest.mark.parametrize(
    ("matcher", "doubt"),
    [
        (
            "colum=age",
            'colum="age": no alert has a label `colum`; did you mean `column`?; this silence is about nothing',
        ),
        ("alert=FeatureDrift", "did you mean `alertname`?"),
        ("model=chrun", 'model="chrun": there is no such model; did you mean `churn`?'),
    ],
)
def test_a_silence_that_no_alert_can_meet_is_made_and_doubted(config: Path, matcher: str, doubt: str) -> None:
    ran = seamark(config, "silence", "add", matcher, "--for", "1 hour")
    assert ran.returncode == 0
    assert ran.stdout.startswith("silence 1 is active")
    assert doubt in ran.stderr


@pytest.mark.parametrize("matcher", ["team=ml", "model=sound", "model=~chu.*", 'region!="eu"', "severity=page"])
def test_a_silence_that_some_alert_may_meet_is_not_doubted(config: Path, matcher: str) -> None:
    config.write_text(config.read_text().replace("above: 0.2}", "above: 0.2, labels: {team: ml}}"))
    ran = seamark(config, "silence", "add", matcher, "model=churn", "--for", "1 hour")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_several_alerts_are_acknowledged_one_after_the_other(config: Path) -> None:
    said = seamark(config, "alerts", "acknowledge", FINGERPRINT[:8], "0" * 64, "--author", "Ada")
    assert said.returncode == 2
    assert said.stdout == f"FeatureDrift ({FINGERPRINT[:8]}) is acknowledged by Ada\n"
    assert "no alert has the fingerprint" in " ".join(said.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("alerts", "acknowledge", "0" * 64), "no alert has the fingerprint"),
        (("alerts", "acknowledge", PLAN.identity.fingerprint), "pending, not firing"),
        (("silence", "expire", "7"), "there is no silence 7"),
        (("silence", "add", "model", "--for", "1 hour", "--comment", "x"), "is no matcher"),
        (("silence", "add", "model=churn", "--comment", "x"), "either --for or --until"),
        (("silence", "add", "model=churn", "--for", "1 month", "--comment", "x"), "no fixed length"),
        (("silence", "add", "model=churn", "--until", "2020-01-01", "--comment", "x"), "ends before it begins"),
        (("silence", "add", "model=", "--for", "1 hour", "--comment", "x"), "match every alert"),
    ],
)
def test_a_wrong_wish_ends_with_status_2_and_says_why(config: Path, arguments: tuple[str, ...], words: str) -> None:
    ran = seamark(config, *arguments)

    assert ran.returncode == 2
    assert words in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
