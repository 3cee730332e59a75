"""The command `seamark`."""

from __future__ import annotations

from monitor.cli.app import main

__all__ = ["main"]
