"""Every kind of action by the name that it has in seamark.yaml."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from alerts.actions.action import Action
from alerts.actions.airflow import Airflow
from alerts.actions.command import Command
from alerts.actions.github import GitHub
from alerts.actions.webhook import WebhookAction

ACTIONS: Mapping[str, Callable[..., Action]] = {
    "airflow": Airflow,
    "command": Command,
    "github": GitHub,
    "webhook": WebhookAction,
}
