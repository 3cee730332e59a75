"""Random trees and labels go the way that Alertmanager's own tool says they go."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.config.context import Context
from monitor.config.routes import RootSettings

TREES = int(os.environ.get("SEAMARK_ORACLE_TREES", "6"))
NAMES, VALUES = ("alertname", "model", "severity", "column"), ("a", "b", "ab", "page")
PATTERNS = ("a|b", "a.*", ".*", "", "[ab]+", "(?i)A", ".+", "p(a|o)ge")
LABEL_SETS = 12

texts = st.one_of(
    st.builds('{}="{}"'.format, st.sampled_from(NAMES), st.sampled_from((*VALUES, ""))),
    st.builds('{}!="{}"'.format, st.sampled_from(NAMES), st.sampled_from((*VALUES, ""))),
    st.builds('{}=~"{}"'.format, st.sampled_from(NAMES), st.sampled_from(PATTERNS)),
    st.builds('{}!~"{}"'.format, st.sampled_from(NAMES), st.sampled_from(PATTERNS)),
)
leaves = st.fixed_dictionaries({"matchers": st.lists(texts, min_size=1, max_size=2), "continue": st.booleans()})
nodes = st.recursive(
    leaves,
    lambda inner: st.fixed_dictionaries(
        {
            "matchers": st.lists(texts, min_size=1, max_size=2),
            "continue": st.booleans(),
            "routes": st.lists(inner, max_size=3),
        }
    ),
    max_leaves=8,
)
trees = st.lists(nodes, min_size=1, max_size=4)
label_sets = st.lists(
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), min_size=1),
    min_size=LABEL_SETS,
    max_size=LABEL_SETS,
)


@pytest.fixture(scope="module")
def amtool() -> str:
    found = shutil.which("amtool")
    if found is None:
        missing = "no amtool (Debian: prometheus-alertmanager)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def named(routes: list[dict[str, Any]], names: list[str]) -> list[dict[str, Any]]:
    """The same tree with a receiver of its own at each node."""
    found = []
    for route in routes:
        names.append(f"r{len(names)}")
        found.append({**route, "receiver": names[-1], "routes": named(route.get("routes", []), names)})
    return found


@settings(
    max_examples=TREES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
    derandomize=TREES < 50,
)
@given(trees, label_sets)
def test_an_alert_goes_where_alertmanager_would_send_it(
    amtool: str, routes: list[dict[str, Any]], labels: list[dict[str, str]]
) -> None:
    names = ["root"]
    root = {"receiver": "root", "routes": named(routes, names)}
    ours = RootSettings.model_validate(root, context=Context(receivers=names)).route()
    with TemporaryDirectory() as folder:
        config = Path(folder) / "alertmanager.yml"
        config.write_text(yaml.safe_dump({"route": root, "receivers": [{"name": name} for name in names]}), "utf-8")
        for one in labels:
            pairs = [f"{name}={value}" for name, value in one.items()]
            asked = subprocess.run(
                [amtool, "config", "routes", "test", f"--config.file={config}", *pairs],
                capture_output=True,
                text=True,
                check=False,
            )
            assert asked.returncode == 0, asked.stderr
            assert asked.stdout.strip().split(",") == [route.receiver for route in ours.matching(one)]
