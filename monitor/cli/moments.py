"""Moments, lengths of time and budgets given as options."""

from __future__ import annotations

from datetime import datetime, timedelta

import typer

from monitor.calibration.budget import Budget
from monitor.config.limits import read_budget
from monitor.config.times import read_moment, read_positive_length


def as_moment(text: str, option: str) -> datetime:
    """A moment; UTC unless it says otherwise."""
    try:
        return read_moment(text)
    except ValueError as error:
        raise typer.BadParameter(f"{option}: {error}") from error


def as_length(text: str, option: str) -> timedelta:
    """A length of time in words, or in seconds."""
    try:
        return timedelta(seconds=int(text)) if text.isdigit() else read_positive_length(text)
    except ValueError as error:
        raise typer.BadParameter(f"{option}: {error}") from error


def as_budget(text: str, option: str) -> Budget:
    """So many false alarms in so long a time."""
    try:
        return read_budget(text)
    except ValueError as error:
        raise typer.BadParameter(f"{option}: {error}") from error
