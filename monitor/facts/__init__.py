"""What is known beside the value of an alert, found when its window is recorded."""

from __future__ import annotations

from monitor.facts.finder import FactFinder

__all__ = ["FactFinder"]
