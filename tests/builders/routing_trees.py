"""Random routing trees and labels of alerts, as Seamark and Alertmanager both read them."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from alerts.routing import Route
from monitor.config.context import Context
from monitor.config.routes import RootSettings

TREES = int(os.environ.get("SEAMARK_ORACLE_TREES", "6"))
NAMES, VALUES = ("alertname", "model", "severity", "column"), ("a", "b", "ab", "page")
PATTERNS = ("a|b", "a.*", ".*", "", "[ab]+", "(?i)A", ".+", "p(a|o)ge", r"\w{2}")
GROUPINGS = (["alertname"], ["model", "severity"], ["column", "alertname", "model"], ["..."])

equalities = st.builds("{}{}".format, st.sampled_from(("=", "!=")), st.sampled_from([f'"{v}"' for v in (*VALUES, "")]))
expressions = st.builds("{}{}".format, st.sampled_from(("=~", "!~")), st.sampled_from([f'"{p}"' for p in PATTERNS]))
matchers = st.builds("{}{}".format, st.sampled_from(NAMES), equalities | expressions)
texts = st.lists(matchers, min_size=1, max_size=2).map(", ".join)
fields = {
    "matchers": st.lists(texts, max_size=2),
    "continue": st.booleans(),
    "group_by": st.none() | st.sampled_from(GROUPINGS),
    "has_receiver": st.booleans(),
}
nodes = st.recursive(
    st.fixed_dictionaries(fields),
    lambda inner: st.fixed_dictionaries({**fields, "routes": st.lists(inner, max_size=3)}),
    max_leaves=8,
)
trees = st.tuples(st.sampled_from(GROUPINGS), st.lists(nodes, min_size=1, max_size=4))
labels = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), min_size=1)

as_many_as_wished = settings(
    max_examples=TREES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
    derandomize=TREES < 50,
)


def as_yaml(tree: tuple[list[str], list[dict[str, Any]]], *, each_its_own: bool) -> dict[str, Any]:
    """The route of a configuration, and its receivers: one for each node, or for those that name one."""
    receivers = ["root"]
    group_by, routes = tree
    route = {"receiver": "root", "group_by": group_by, "routes": _named(routes, receivers, each_its_own=each_its_own)}
    return {"route": route, "receivers": [{"name": name} for name in receivers]}


def _named(routes: list[dict[str, Any]], receivers: list[str], *, each_its_own: bool) -> list[dict[str, Any]]:
    found = []
    for route in routes:
        said = {name: route[name] for name in ("matchers", "continue", "group_by") if route[name] is not None}
        if each_its_own or route["has_receiver"]:
            receivers.append(f"r{len(receivers)}")
            said["receiver"] = receivers[-1]
        found.append({**said, "routes": _named(route.get("routes", []), receivers, each_its_own=each_its_own)})
    return found


def read(configuration: dict[str, Any]) -> Route:
    """The tree as Seamark reads it."""
    context = Context(receivers=[receiver["name"] for receiver in configuration["receivers"]])
    return RootSettings.model_validate(configuration["route"], context=context).route()
