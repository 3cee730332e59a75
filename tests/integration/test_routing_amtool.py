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
from builders.routing_trees import as_many_as_wished, as_yaml, labels, read, trees
from hypothesis import given
from hypothesis import strategies as st

LABEL_SETS = 12


@pytest.fixture(scope="module")
def amtool() -> str:
    found = shutil.which("amtool")
    if found is None:
        missing = "no amtool (Debian: prometheus-alertmanager)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@as_many_as_wished
@given(trees, st.lists(labels, min_size=LABEL_SETS, max_size=LABEL_SETS))
def test_an_alert_goes_where_alertmanager_would_send_it(
    amtool: str, tree: tuple[list[str], list[dict[str, Any]]], alerts: list[dict[str, str]]
) -> None:
    configuration = as_yaml(tree, each_its_own=True)
    ours = read(configuration)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "alertmanager.yml"
        file.write_text(yaml.safe_dump(configuration), "utf-8")
        for one in alerts:
            pairs = [f"{name}={value}" for name, value in one.items()]
            asked = subprocess.run(
                [amtool, "config", "routes", "test", f"--config.file={file}", *pairs],
                capture_output=True,
                text=True,
                check=False,
            )
            assert asked.returncode == 0, asked.stderr
            assert asked.stdout.strip().split(",") == [route.receiver for route in ours.matching(one)]
