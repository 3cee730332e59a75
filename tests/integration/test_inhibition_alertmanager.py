"""A real Alertmanager holds back the same alerts for the same reasons: silences and inhibition."""

from __future__ import annotations

import os
import random
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from builders.alertmanager import CONFIGURATION, RealAlertmanager

from alerts.inhibition import Inhibition
from alerts.matcher import read_matcher
from monitor.config.routes import InhibitSettings

NAMES, VALUES = ("alertname", "model", "severity", "column"), ("a", "b", "c")
ALERTS, RULES, SILENCES = 300, 4, 6
SEEDS = int(os.environ.get("SEAMARK_ORACLE_ALERTMANAGERS", "3"))


def chosen_matchers(draw: random.Random, count: int) -> list[str]:
    found = []
    for _ in range(count):
        operator = draw.choice(["=", "!=", "=~", "!~"])
        value = draw.choice(VALUES) if operator in ("=", "!=") else draw.choice(["a|b", "[bc]", ".+", "c?"])
        found.append(f'{draw.choice(NAMES)}{operator}"{value}"')
    return found


def is_usable(matchers: list[str]) -> bool:
    """Alertmanager takes no silence that matches an alert without labels."""
    return not all(read_matcher(text).matches({}) for text in matchers)


def chosen_rules(draw: random.Random) -> list[dict[str, list[str]]]:
    return [
        {
            "source_matchers": chosen_matchers(draw, 1),
            "target_matchers": chosen_matchers(draw, 1),
            "equal": draw.sample(NAMES, draw.randint(0, 2)),
        }
        for _ in range(RULES)
    ]


def inhibited(rules: list[dict[str, list[str]]], labels: list[dict[str, str]]) -> list[bool]:
    """Of each alert whether Seamark says that another holds it back."""
    inhibition = Inhibition([InhibitSettings.model_validate(rule).rule() for rule in rules], labels)
    return [inhibition.of(one) is not None for one in labels]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_same_alerts_are_held_back(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    labels = [
        {name: draw.choice(VALUES) for name in NAMES if draw.random() < 0.8 or name == "alertname"}
        | {"id": str(number)}
        for number in range(ALERTS)
    ]
    rules = chosen_rules(draw)
    while len(set(inhibited(rules, labels))) == 1:  # rules that hold back all or none try nothing
        rules = chosen_rules(draw)
    silences = [found for found in (chosen_matchers(draw, 2) for _ in range(SILENCES)) if is_usable(found)]
    configuration = yaml.safe_dump({**yaml.safe_load(CONFIGURATION), "inhibit_rules": rules})
    with RealAlertmanager(tmp_path, configuration=configuration) as real:
        theirs = _asked(real, labels, silences)
    for one, held in zip(labels, inhibited(rules, labels), strict=True):
        silenced = any(all(read_matcher(text).matches(one) for text in silence) for silence in silences)
        assert theirs[one["id"]] == (silenced, held), one
    assert {held for _, held in theirs.values()} == {True, False}


def _asked(
    real: RealAlertmanager, labels: list[dict[str, str]], silences: list[list[str]]
) -> dict[str, tuple[bool, bool]]:
    """Of each alert whether it is silenced and whether it is inhibited."""
    now = datetime.now(UTC)
    for texts in silences:
        matchers = [
            {
                "name": matcher.name,
                "value": matcher.value,
                "isRegex": matcher.operator in ("=~", "!~"),
                "isEqual": matcher.operator in ("=", "=~"),
            }
            for matcher in map(read_matcher, texts)
        ]
        silence = {
            "matchers": matchers,
            "startsAt": now.isoformat(),
            "endsAt": (now + timedelta(hours=1)).isoformat(),
            "createdBy": "test",
            "comment": "test",
        }
        httpx.post(f"{real.url}/api/v2/silences", json=silence).raise_for_status()
    httpx.post(f"{real.url}/api/v2/alerts", json=[{"labels": one} for one in labels]).raise_for_status()
    ticks = threading.Event()
    deadline = datetime.now(UTC) + timedelta(seconds=30)
    before: Any = None
    while True:
        found = {
            alert["labels"]["id"]: (bool(alert["status"]["silencedBy"]), bool(alert["status"]["inhibitedBy"]))  # type: ignore[index]
            for alert in real.alerts()
        }
        if len(found) == len(labels) and found == before:
            return found
        assert datetime.now(UTC) < deadline
        before = found
        ticks.wait(0.2)
