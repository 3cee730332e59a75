"""Reading the configuration with this process's environment."""

from __future__ import annotations

import os
from pathlib import Path

from monitor.config import load
from monitor.config.settings import Settings


def read_settings(config: Path) -> Settings:
    """The configuration; raises `ConfigError` with every fault of it."""
    return load(config, environment=os.environ)
