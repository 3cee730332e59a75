"""A real Alertmanager groups the same alerts under the same keys, and tells of them at the same times."""

from __future__ import annotations

import json
import os
import random
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import yaml
from builders.alertmanager import RealAlertmanager
from builders.http_receiver import HttpReceiver

from alerts.muting import muted
from alerts.routing import Route
from monitor.config.context import Context
from monitor.config.intervals import IntervalSettings
from monitor.config.routes import RootSettings

SEEDS = int(os.environ.get("SEAMARK_ORACLE_ALERTMANAGERS", "1"))
NAMES, VALUES = ("alertname", "model", "severity", "column"), ("a", "b", 'c"\\ä')
TREES, ALERTS, ROUTES = 10, 40, 150
LAST = "last"
LAST_GROUP = (LAST, '{}/{alertname="last"}:{model="last"}')
ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/St_Johns", "Europe/Berlin", "UTC")
WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


@pytest.fixture
def hook() -> Iterator[HttpReceiver]:
    with HttpReceiver() as receiver:
        yield receiver


def configuration(hook: HttpReceiver, root: Mapping[str, Any], receivers: list[str], **more: object) -> str:
    hooks = [
        {"name": name, "webhook_configs": [{"url": hook.url(f"/{name}"), "send_resolved": False}]} for name in receivers
    ]
    return yaml.safe_dump({"route": root, "receivers": hooks, **more})


Group = tuple[str, str]  # its receiver and its key


def told(
    hook: HttpReceiver, real: RealAlertmanager, labels: list[dict[str, str]], expected: Collection[Group]
) -> dict[Group, set[str]]:
    """The alerts of every message, by group, once what is expected came, and what is sent last."""
    sent = [{"labels": one} for one in (*labels, {"alertname": LAST, "model": LAST, "id": LAST})]
    httpx.post(f"{real.url}/api/v2/alerts", json=sent, timeout=30).raise_for_status()
    wait_until(lambda: {*expected, LAST_GROUP} <= groups(hook).keys())
    return {group: found for group, found in groups(hook).items() if group != LAST_GROUP}


def groups(hook: HttpReceiver) -> dict[Group, set[str]]:
    found: dict[Group, set[str]] = defaultdict(set)
    for message in [json.loads(got.body) for got in [*hook.got]]:
        found[message["receiver"], message["groupKey"]] |= {alert["labels"]["id"] for alert in message["alerts"]}
    return found


def wait_until(holds: Callable[[], bool]) -> None:
    ticks, deadline = threading.Event(), datetime.now(UTC) + timedelta(seconds=60)
    while not holds() and datetime.now(UTC) < deadline:
        ticks.wait(0.05)


def random_node(draw: random.Random, receivers: list[str], depth: int) -> dict[str, Any]:
    """A node that no other has the matchers of: of two groups under one key Alertmanager tells only one."""
    operator, value = draw.choice([("=", "a"), ("!=", "b"), ("=~", "a|b"), ("!~", "b.*"), ("=", ""), ("=~", ".+")])
    node: dict[str, Any] = {
        "matchers": [
            f"id!=x{draw.randrange(10**9)}",
            *(f'{name}{operator}"{value}"' for name in draw.sample(NAMES, draw.randint(1, 2))),
        ],
        "continue": draw.random() < 0.5,
        "routes": [random_node(draw, receivers, depth - 1) for _ in range(draw.randint(0, 2) if depth else 0)],
    }
    if draw.random() < 0.6:
        node["receiver"] = f"r{len(receivers)}"
        receivers.append(node["receiver"])
    if draw.random() < 0.6:
        node["group_by"] = draw.choice([["..."], draw.sample(NAMES, draw.randint(1, 3))])
    return node


@pytest.mark.parametrize("seed", range(SEEDS))
def test_alerts_are_in_the_same_groups_under_the_same_keys(tmp_path: Path, hook: HttpReceiver, seed: int) -> None:
    draw, receivers = random.Random(seed), ["root", LAST]
    trees = [{**random_node(draw, receivers, 2), "continue": True} for _ in range(TREES)]
    last = {"receiver": LAST, "matchers": [f"alertname={LAST}"], "group_wait": "6s"}
    root = {"receiver": "root", "group_by": ["model"], "group_wait": "1s", "group_interval": "1h"}
    root["routes"] = [last, *trees]  # type: ignore[assignment]
    labels = [
        {name: draw.choice(VALUES) for name in NAMES if draw.random() < 0.8 or name == "alertname"}
        | {"id": str(number)}
        for number in range(ALERTS)
    ]
    ours: dict[Group, set[str]] = defaultdict(set)
    tree = RootSettings.model_validate(root, context=Context(receivers=receivers, labels={"id"})).route()
    for one in labels:
        for route in tree.matching(one):
            ours[route.receiver, route.group_key(one)].add(one["id"])
    with RealAlertmanager(tmp_path, configuration=configuration(hook, root, receivers)) as real:
        theirs = told(hook, real, labels, ours)
    assert theirs == ours
    assert len(ours) > ALERTS


@pytest.mark.parametrize("seed", range(SEEDS))
def test_routes_are_muted_at_the_same_times(tmp_path: Path, hook: HttpReceiver, seed: int) -> None:
    draw, now = random.Random(seed), datetime.now(UTC)
    intervals: dict[str, list[dict[str, Any]]] = {}
    routes: list[dict[str, Any]] = []
    for number in range(ROUTES):
        names = [f"t{number}a", f"t{number}b"]
        intervals |= {name: [lasting(draw, now) for _ in range(draw.randint(1, 2))] for name in names}
        kinds = draw.choice([["mute"], ["active"], ["mute", "active"]])
        some = {f"{kind}_time_intervals": draw.sample(names, draw.randint(1, 2)) for kind in kinds}
        routes.append({"receiver": f"r{number}", "matchers": [f"id!=x{number}"], "continue": True, **some})
    last = {"receiver": LAST, "matchers": [f"alertname={LAST}"], "group_wait": "6s"}
    root = {"receiver": "root", "group_by": ["model"], "group_wait": "1s", "group_interval": "1h"}
    root["routes"] = [last, *routes]  # type: ignore[assignment]
    receivers = ["root", LAST, *(route["receiver"] for route in routes)]
    named = [{"name": name, "time_intervals": found} for name, found in intervals.items()]
    written = configuration(hook, root, receivers, time_intervals=named)
    alert = {"alertname": "a", "model": "a", "id": "0"}
    context = Context(receivers=receivers, labels={"id"}, intervals=set(intervals))
    found = RootSettings.model_validate(root, context=context).route().matching(alert)
    ours = {(route.receiver, route.group_key(alert)) for route in found if not why_muted(route, intervals, now)}
    with RealAlertmanager(tmp_path, configuration=written) as real:
        theirs = told(hook, real, [alert], ours).keys()
    assert theirs == ours
    assert ROUTES / 10 < len(ours) < ROUTES * 9 / 10


def why_muted(route: Route, intervals: Mapping[str, list[dict[str, Any]]], now: datetime) -> str:
    read = {
        name: [IntervalSettings.model_validate(one).interval() for one in found] for name, found in intervals.items()
    }
    return muted(read, now, mute=route.mute, active=route.active)


def lasting(draw: random.Random, now: datetime) -> dict[str, Any]:
    """A random interval that neither begins nor ends while the test runs."""
    while True:
        found = random_interval(draw, now)
        interval = IntervalSettings.model_validate(found).interval()
        if len({interval.contains(now + timedelta(minutes=minutes)) for minutes in (0, 1, 2)}) == 1:
            return found


def random_interval(draw: random.Random, now: datetime) -> dict[str, Any]:
    """Ranges that lie around the moment, or near it, by the clock of some place."""
    zone = draw.choice(ZONES)
    there = now.astimezone(ZoneInfo(zone))

    def around(value: int, first: int, last: int) -> tuple[int, int]:
        ends = sorted(min(max(value + draw.randint(-2, 2), first), last) for _ in range(2))
        return ends[0], ends[1]

    hours = around(there.hour, 0, 23)
    weekdays = around(there.isoweekday() % 7, 0, 6)
    days = around(there.day, 1, 31)
    early = min(days[0], 27)  # Alertmanager takes no later day up to the last
    every = {
        "times": [{"start_time": f"{hours[0]:02}:{draw.randint(0, 59):02}", "end_time": f"{hours[1] + 1:02}:00"}],
        "weekdays": [":".join(WEEKDAYS[day] for day in weekdays)],
        "days_of_month": [draw.choice([f"{days[0]}:{days[1]}", f"{-days[1]}:{-days[0]}", f"{early}:-1", "31"])],
        "months": ["{}:{}".format(*around(there.month, 1, 12))],
        "years": ["{}:{}".format(*around(there.year, 1, 9999))],
    }
    chosen = draw.sample(sorted(every), draw.randint(0, 2))
    return {"location": zone, **{name: every[name] for name in chosen}}
