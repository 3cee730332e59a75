"""A backtest for machines."""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import datetime, timedelta

from monitor.backtest.episodes import Episode
from monitor.backtest.replay import Replay
from monitor.backtest.side import Backtest, Side
from monitor.backtest.summary import RuleSummary


def plain(found: Backtest) -> dict[str, object]:
    """Everything that was found, every episode of it."""
    only = [
        {"side": side.name, "episodes": [_episode(one) for one in found.only_in(place)]}
        for place, side in enumerate(found.sides)
    ]
    return {
        "period": str(found.first.period),
        "seconds": round(found.seconds, 3),
        "sides": [_side(side) for side in found.sides],
        **({"only": only} if found.is_comparison else {}),
    }


def _side(side: Side) -> dict[str, object]:
    return {
        "name": side.name,
        "models": [_model(one) for one in side.replays],
        "rules": [_rule(one) for one in side.rules],
        "episodes": [_episode(one) for one in side.episodes],
    }


def _model(one: Replay) -> dict[str, object]:
    return {
        "model": one.model,
        "period": str(one.period),
        "windows": one.windows,
        "measured_from_profiles": one.measured,
        "missing": [str(window) for window in one.missing],
    }


def _rule(one: RuleSummary) -> dict[str, object]:
    return {name: _said(value) for name, value in asdict(one).items()}


def _episode(one: Episode) -> dict[str, object]:
    return {
        **asdict(one.identity),
        "severity": one.severity,
        "start": _said(one.start),
        "end": _said(one.end),
        "seconds": _said(one.lasts),
        "worst": _said(one.worst),
        "limit": _said(one.limit),
        "reason": one.reason,
    }


def _said(value: object) -> object:
    """Moments as text, lengths in seconds; what is no finite number is none."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, timedelta):
        return value.total_seconds()
    return None if isinstance(value, float) and not math.isfinite(value) else value
