"""What an alert may start, and what the configuration makes of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from alerts.actions.airflow import Airflow, Login
from alerts.actions.command import Command
from alerts.actions.github import API, GitHub
from alerts.actions.webhook import WebhookAction
from monitor.config import Settings
from monitor.service.acting import action_of, cooldowns

Reader = Callable[..., Settings]
Faults = Callable[..., list[str]]
ALERTS = """{actions: {
  hook: {webhook: {url: 'https://example.org/retrain', secret: {env: SECRET}}, cooldown: 2 hours},
  dag: {airflow: {url: 'https://airflow.example.org', dag: retrain, user: me, password: {env: SECRET}}},
  old_dag: {airflow: {url: 'https://airflow.example.org', dag: retrain, token: {env: SECRET}}},
  flow: {github: {repository: a/b, workflow: c.yml, token: {env: SECRET}, inputs: {model: '{model}'}}},
  server: {github: {repository: a/b, workflow: c.yml, token: {env: SECRET}, ref: v1, key_input: key,
                    run_details: false, api: 'https://github.example.org/api/v3'}},
  here: {command: {run: [python, retrain.py], time_limit: 2 hours}, cooldown: 0s}},
  rules: [{alert: A, metric: roc_auc, below: 0.7, start: [here, hook]}]}"""


def test_each_action_becomes_what_starts_it(settings: Reader) -> None:
    alerts = settings({"SECRET": "hunter2"}, alerts=ALERTS).alerts
    stop = threading.Event()
    found = {name: action_of(one.kind, Path("/srv"), stop) for name, one in alerts.actions.items()}
    kinds = [WebhookAction, Airflow, Airflow, GitHub, GitHub, Command]
    assert [type(action) for action in found.values()] == kinds
    assert "hunter2" not in f"{found} {alerts}"
    assert alerts.rules[0].rule().start == ("here", "hook")


def test_the_options_of_actions_arrive(settings: Reader) -> None:
    alerts = settings({"SECRET": "hunter2"}, alerts=ALERTS).alerts
    stop = threading.Event()
    hook, dag, old_dag, flow, server, here = (
        action_of(one.kind, Path("/srv"), stop) for one in alerts.actions.values()
    )
    assert isinstance(hook, WebhookAction)
    assert (hook.url, hook.secret) == ("https://example.org/retrain", "hunter2")
    assert isinstance(dag, Airflow)
    assert isinstance(old_dag, Airflow)
    assert (dag.access, old_dag.access) == (Login("me", "hunter2"), "hunter2")
    assert isinstance(flow, GitHub)
    assert (flow.ref, flow.inputs, flow.key_input, flow.run_details, flow.api) == (
        "main",
        {"model": "{model}"},
        "",
        True,
        API,
    )
    assert isinstance(server, GitHub)
    assert (server.ref, server.key_input, server.run_details) == ("v1", "key", False)
    assert server.api == "https://github.example.org/api/v3"
    assert isinstance(here, Command)
    assert (here.folder, here.stop, here.time_limit) == (Path("/srv"), stop, timedelta(hours=2))


def test_an_action_rests_for_a_day_unless_it_says_otherwise(settings: Reader) -> None:
    rests = cooldowns(settings({"SECRET": "x"}, alerts=ALERTS).alerts.actions)
    assert (rests["hook"], rests["dag"], rests["here"]) == (timedelta(hours=2), timedelta(days=1), timedelta(0))


def test_without_actions_a_rule_starts_nothing(faults: Faults) -> None:
    told = faults(alerts="{rules: [{alert: A, metric: roc_auc, below: 0.7, start: [retrain]}]}")
    assert told == ["alerts.rules.0.start.0: no action is called `retrain`"]
