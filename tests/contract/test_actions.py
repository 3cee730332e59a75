"""Every action keeps the same promises."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from builders.actions import request
from builders.http_receiver import HttpReceiver, answer, hang
from builders.notifications import NOW
from builders.readings import event

import alerts.actions
from alerts.actions.action import Action, ActionError, Outcome
from alerts.actions.airflow import Airflow
from alerts.actions.catalogue import ACTIONS
from alerts.actions.command import Command
from alerts.actions.github import GitHub
from alerts.actions.webhook import WebhookAction
from monitor.config.actions import KINDS, ActionSettings

ASKED = request(event(column_name="größe", reason='"); DROP TABLE alert; -- {model} $(reboot)'))
SHORT = timedelta(seconds=0.5)
Build = Callable[[str, Path], Action]


def script(url: str, folder: Path) -> Action:
    """A command that posts and ends as the answer says."""
    text = f"""
import sys, urllib.request, urllib.error
try:
    urllib.request.urlopen({url!r}, data=sys.stdin.buffer.read(), timeout=0.5)
except urllib.error.HTTPError as error:
    sys.exit(75 if error.code >= 500 else 1)
except OSError:
    sys.exit(75)
"""
    return Command(run=[sys.executable, "-c", text], folder=folder)


BUILD: Mapping[str, Build] = {
    "airflow": lambda url, _: Airflow(url=url, dag="retrain", access="hunter2", now=lambda: NOW, time_out=SHORT),
    "command": script,
    "github": lambda url, _: GitHub(
        repository="a/b", workflow="c", ref="d", token="hunter2", api=url, now=lambda: NOW, time_limit=SHORT
    ),
    "webhook": lambda url, _: WebhookAction(url=url, secret="hunter2", now=lambda: NOW, time_limit=SHORT),
}


@pytest.fixture(params=sorted(ACTIONS))
def build(request: pytest.FixtureRequest) -> Build:
    return BUILD[request.param]


def test_every_action_is_in_the_catalogue_and_can_be_configured() -> None:
    modules = [
        importlib.import_module(f"alerts.actions.{it.name}") for it in pkgutil.iter_modules(alerts.actions.__path__)
    ]
    members = [member for module in modules for member in vars(module).values() if inspect.isclass(member)]
    found = {it for it in members if it.__module__.startswith("alerts.actions") and hasattr(it, "start")} - {Action}
    assert found == set(ACTIONS.values())
    assert set(ACTIONS) == set(KINDS) == set(ActionSettings.model_fields) - {"cooldown"} == set(BUILD)


def test_an_action_hands_over_the_request_once(build: Build, tmp_path: Path) -> None:
    with HttpReceiver() as service:
        assert isinstance(build(service.url(""), tmp_path).start(ASKED), Outcome)
    (got,) = service.got
    told = got.body.decode()
    assert ASKED.key in told or "inputs" in told
    assert "inputs" in told or "DROP TABLE" in told


def test_an_action_that_is_refused_is_not_tried_again(build: Build, tmp_path: Path) -> None:
    with HttpReceiver() as service:
        service.behave = answer(404)
        with pytest.raises(ActionError) as caught:
            build(service.url(""), tmp_path).start(ASKED)
    assert caught.value.permanent
    assert len(service.got) == 1


def test_an_action_that_may_work_later_is_tried_again(build: Build, tmp_path: Path) -> None:
    for behave in (answer(503), hang):
        with HttpReceiver() as service:
            service.behave = behave
            with pytest.raises(ActionError) as caught:
                build(service.url(""), tmp_path).start(ASKED)
        assert not caught.value.permanent
        assert len(service.got) == 1


def test_an_action_says_how_long_it_may_take_and_shows_no_secret(build: Build, tmp_path: Path) -> None:
    action = build("http://127.0.0.1:1", tmp_path)
    assert action.time_limit > timedelta(0)
    assert "hunter2" not in repr(action)
