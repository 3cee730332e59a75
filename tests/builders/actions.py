"""Requests for actions."""

from __future__ import annotations

from alerts.actions.action import ActionRequest
from alerts.actions.requests import requests
from alerts.rule import Rule, Selector
from alerts.state import AlertEvent

AUC = Rule(name="AucDrop", metric="roc_auc", below=0.70, start=("retrain",))


def request(event: AlertEvent, *, start: str = "retrain") -> ActionRequest:
    """What an event asks an action for."""
    identity = event.identity
    select = Selector(column="*", segment="*" if identity.segment else "")
    rule = Rule(name=identity.alert, metric=identity.metric, below=0.70, select=select, start=(start,))
    (found,) = requests([rule], [event], base_url="https://seamark.example.org/")
    return found
