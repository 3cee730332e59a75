"""`seamark alerts test-receiver`, as a user types it, before real receivers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from builders.alertmanager import RealAlertmanager
from builders.http_receiver import HttpReceiver, echo
from builders.mail_receiver import MailReceiver
from builders.pagerduty import ROUTING_KEY, PagerDutyStandIn

MODEL = """version: 1
store: sqlite:///seamark.db
models:
  late_arrival:
    task: none
    predictions: {table: predictions, columns: {id: id, time: at}}
    reference: {from: 2013-01-01, to: 2013-04-01}
alerts:
  route: {receiver: team}
  receivers:
    - {name: team, """


def tried(folder: Path, channel: str, *options: str, name: str = "team") -> subprocess.CompletedProcess[str]:
    """Try a receiver with this channel, to the end."""
    config = folder / "seamark.yaml"
    config.write_text(f"{MODEL}{channel}}}\n", "utf-8")
    command = [sys.executable, "-m", "monitor", "alerts", "test-receiver", name, "--config", str(config), *options]
    environment = {**os.environ, "PAGERDUTY_KEY": ROUTING_KEY, "CHAT_URL": os.environ.get("CHAT_URL", "")}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)


def test_a_webhook_that_takes_a_try_out_is_told_so(tmp_path: Path) -> None:
    with HttpReceiver() as receiver:
        finished = tried(tmp_path, f"webhook: {{url: '{receiver.url()}'}}")
        assert (finished.returncode, finished.stderr) == (0, "")
        assert finished.stdout == "team (webhook) took the try-out; end it with --resolved\n"
        (alert,) = json.loads(receiver.got[0].body)["alerts"]
    assert alert["status"] == "firing"
    assert alert["annotations"]["summary"] == "Try-out: a message to team has begun"
    assert "nothing is wrong" in alert["annotations"]["description"]


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "answered 404 Not Found; trying again makes no sense"), (503, "a real message would be tried again")],
)
def test_a_receiver_that_fails_is_a_fault_of_the_world(tmp_path: Path, status: int, words: str) -> None:
    with HttpReceiver() as receiver:
        receiver.behave = echo(status)
        finished = tried(tmp_path, f"webhook: {{url: '{receiver.url('/t0ken')}'}}")
    assert finished.returncode == 3
    assert words in finished.stderr
    assert "t0ken" not in finished.stderr


def test_a_receiver_that_is_unknown_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    finished = tried(tmp_path, "console: {}", name="taem")
    assert finished.returncode == 2
    assert "no receiver is called `taem`; did you mean `team`?" in finished.stderr


def test_a_try_out_at_pagerduty_is_ended_by_its_end(tmp_path: Path) -> None:
    with PagerDutyStandIn() as duty:
        channel = f"pagerduty: {{key: {{env: PAGERDUTY_KEY}}, url: '{duty.url}'}}"
        assert tried(tmp_path, channel).returncode == 0
        assert len(duty.open) == 1
        assert tried(tmp_path, channel, "--resolved").stdout == "team (pagerduty) took the end of the try-out\n"
        assert (len(duty.open), len(duty.closed)) == (0, 1)


def test_a_try_out_at_alertmanager_is_ended_by_its_end(tmp_path: Path) -> None:
    with RealAlertmanager(tmp_path / "alertmanager") as real:
        channel = f"alertmanager: {{urls: ['{real.url}']}}"
        assert tried(tmp_path, channel).returncode == 0
        assert [alert["labels"]["alertname"] for alert in real.alerts()] == ["SeamarkTryOut"]
        assert tried(tmp_path, channel, "--resolved").returncode == 0
        assert real.alerts() == []


def test_a_try_out_comes_by_mail_and_by_chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with MailReceiver() as mail, HttpReceiver() as chat:
        assert tried(tmp_path, f"email: {{to: [ml@example.org], smtp: '{mail.url()}'}}").returncode == 0
        assert mail.messages[0]["Subject"] == "[FIRING:1] SeamarkTryOut try-out: receiver team"
        monkeypatch.setenv("CHAT_URL", chat.url().replace("http://", "json://"))
        assert tried(tmp_path, "apprise: {url: {env: CHAT_URL}}").returncode == 0
        assert "Try-out: a message to team has begun" in json.loads(chat.got[0].body)["message"]
