"""Reading as a whole: every fault at once, in the order of the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.config import Settings
from monitor.config.loader import read
from monitor.errors import ConfigError, Fault

Reader = Callable[..., Settings]


def faults_of(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(text, file="seamark.yaml", folder=Path(), environment={})
    return [str(fault) for fault in caught.value.faults]


def test_faults_stand_in_the_order_of_the_file() -> None:
    text = "version: 2\nalerts: []\nstore: [x]\nmodels: 3\nunknown: 1\nstore: sqlite:///x.db\n"
    assert [int(line.split(":")[1]) for line in faults_of(text)] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "~", "---\n"])
def test_an_empty_file_is_called_empty(text: str) -> None:
    assert faults_of(text) == ["seamark.yaml:1: the file is empty"]


@pytest.mark.parametrize("text", ["- a\n", "text\n", "12\n"])
def test_a_file_is_a_mapping(text: str) -> None:
    assert faults_of(text) == ["seamark.yaml:1: should be a mapping of keys to values"]


@pytest.mark.parametrize("models", ["[]", "text", "{a: text}", "{a: []}", "{a: {}}", "{'': {}}", "[{a: b}]", "{a: ~}"])
def test_a_wrong_shape_is_a_fault_with_a_line_and_never_a_crash(models: str) -> None:
    told = faults_of(f"version: 1\nstore: sqlite:///x.db\nmodels: {models}\n")
    assert told
    assert all(line.startswith("seamark.yaml:3: models") for line in told)


SHAPES = [
    "~",
    "''",
    "text",
    "1",
    "1.5",
    "true",
    "2013-01-01",
    "[]",
    "[~]",
    "[text]",
    "[[]]",
    "{}",
    "{a: ~}",
    "{a: {a: a}}",
]
PARTS = ["store", "task", "columns", "features", "where", "targets", "reference", "model", "alerts", "dashboards"]
MODEL_KEYS = ["granularity", "windows", "every", "delay", "min_rows", "measure", "positive"]
RULE_KEYS = ["alert", "metric", "select", "window", "above", "outside", "clear", "for", "keep_firing_for"]
RULE_WORDS = ["on_missing", "severity", "annotations"]


def told_by(read_settings: Callable[[], Settings]) -> tuple[Fault, ...]:
    """The faults, if any; each in words of our own, none that only pydantic knows."""
    try:
        read_settings()
    except ConfigError as error:
        told = error.faults
    else:
        told = ()
    assert not [str(fault) for fault in told if "is not understood (" in fault.message]
    return told


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("shape", SHAPES)
def test_any_shape_in_any_part_is_read_or_told(settings: Reader, part: str, shape: str) -> None:
    assert all(fault.line for fault in told_by(lambda: settings(**{part: shape})))


@pytest.mark.parametrize("key", MODEL_KEYS)
@pytest.mark.parametrize("shape", SHAPES)
def test_any_shape_of_a_model_is_read_or_told(settings: Reader, key: str, shape: str) -> None:
    told = told_by(lambda: settings(model=f"{{{key}: {shape}}}"))
    assert all(fault.path.startswith(f"models.late_arrival.{key}") for fault in told)


@pytest.mark.parametrize("key", [*RULE_KEYS, *RULE_WORDS])
@pytest.mark.parametrize("shape", SHAPES)
def test_any_shape_of_a_rule_is_read_or_told(settings: Reader, key: str, shape: str) -> None:
    limit = {} if key == "outside" else {"above": "1"}
    rule = {"alert": "A", "metric": "row_count", **limit, key: shape}
    written = ", ".join(f"{name}: {value}" for name, value in rule.items())
    told = told_by(lambda: settings(alerts=f"{{rules: [{{{written}}}]}}"))
    assert all(fault.path.startswith("alerts.rules.0") for fault in told)
