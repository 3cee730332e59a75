"""A small configuration that is right, for the tests to change in one place each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from monitor.config import Settings
from monitor.config.loader import read
from monitor.errors import ConfigError

PARTS = {
    "store": "sqlite:///seamark.db",
    "task": "binary_classification",
    "columns": "{id: prediction_id, time: predicted_at, prediction: late, score: probability}",
    "features": "{numeric: [dep_delay], categorical: [carrier]}",
    "where": "[]",
    "targets": "{table: arrivals, columns: {id: prediction_id, target: was_late}}",
    "reference": "{from: 2013-01-01, to: 2013-04-01}",
    "model": "{}",
    "keep": "{}",
    "alerts": "{}",
    "dashboards": "{}",
}
TEXT = """
version: 1
store: {store}
models:
  late_arrival:
    <<: {model}
    task: {task}
    predictions: {{table: predictions, columns: {columns}, features: {features}, where: {where}}}
    targets: {targets}
    reference: {reference}
keep: {keep}
alerts: {alerts}
dashboards: {dashboards}
"""

Reader = Callable[..., Settings]
Faults = Callable[..., list[str]]


@pytest.fixture
def settings() -> Reader:
    """Reads the small configuration with some of its parts replaced."""

    def read_with(environment: Mapping[str, str] | None = None, **parts: str) -> Settings:
        text = TEXT.format(**{**PARTS, **parts})
        return read(text, file="seamark.yaml", folder=Path("/etc/seamark"), environment=environment or {})

    return read_with


@pytest.fixture
def faults(settings: Reader) -> Faults:
    """The faults of the small configuration with some of its parts replaced: path and message of each."""

    def faults_with(environment: Mapping[str, str] | None = None, **parts: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            settings(environment, **parts)
        return [f"{fault.path}: {fault.message}" for fault in caught.value.faults]

    return faults_with
