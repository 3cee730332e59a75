"""HTTP: what people and programs do about alerts."""

from monitor.api.app import build

__all__ = ["build"]
