"""A real Alertmanager puts the same alerts into the same groups of the same receivers."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import yaml
from builders.alertmanager import RealAlertmanager
from builders.routing_trees import as_many_as_wished, as_yaml, labels, read, trees
from hypothesis import given
from hypothesis import strategies as st

from alerts.routing import Route

Groups = Counter[tuple[str, frozenset[tuple[str, str]], frozenset[str]]]
ALERTS = 60


@as_many_as_wished
@given(trees, st.lists(labels, min_size=ALERTS, max_size=ALERTS))
def test_alerts_have_the_company_that_alertmanager_gives_them(
    tree: tuple[list[str], list[dict[str, Any]]], found: list[dict[str, str]]
) -> None:
    alerts = [{**one, "id": str(number)} for number, one in enumerate(found)]
    configuration = as_yaml(tree, each_its_own=False)
    configuration["route"]["group_wait"] = "1h"
    sought = ours(read(configuration), alerts)
    with (
        TemporaryDirectory() as folder,
        RealAlertmanager(Path(folder), configuration=yaml.safe_dump(configuration)) as real,
    ):
        httpx.post(f"{real.url}/api/v2/alerts", json=[{"labels": one} for one in alerts]).raise_for_status()
        assert shown(real.url, sought) == sought


def ours(root: Route, alerts: list[dict[str, str]]) -> Groups:
    nodes = list(root.all())
    groups: dict[tuple[int, frozenset[tuple[str, str]]], set[str]] = {}
    for one in alerts:
        for node in root.matching(one):
            place = next(place for place, other in enumerate(nodes) if other is node)
            groups.setdefault((place, frozenset(node.group_labels(one).items())), set()).add(one["id"])
    return Counter((nodes[place].receiver, shared, frozenset(ids)) for (place, shared), ids in groups.items())


def theirs(url: str) -> Groups:
    answer = httpx.get(f"{url}/api/v2/alerts/groups", timeout=30).raise_for_status()
    return Counter(
        (
            group["receiver"]["name"],
            frozenset(group["labels"].items()),
            frozenset(alert["labels"]["id"] for alert in group["alerts"]),
        )
        for group in answer.json()
    )


def shown(url: str, sought: Groups) -> Groups:
    """The groups there, once they are those that are sought; it takes alerts in one after the other."""
    ticks = threading.Event()
    deadline = datetime.now(UTC) + timedelta(seconds=15)
    while (found := theirs(url)) != sought and datetime.now(UTC) < deadline:
        ticks.wait(0.1)
    return found
