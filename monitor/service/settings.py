"""Reading the configuration with this process's environment."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from monitor.config import load
from monitor.config.changes import Change
from monitor.config.settings import Settings


def read_settings(config: Path, changes: Sequence[Change] = ()) -> Settings:
    """The configuration, with changes that are tried out; raises `ConfigError` with every fault of it."""
    return load(config, environment=os.environ, changes=changes)
