"""What `validate` says of limits that are to be learned: whether the reference has windows enough."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.calibration.learned import FEWEST_EFFECTIVE
from monitor.calibration.persistence import windows_wanted
from monitor.config.models import ModelSettings
from monitor.config.reference import PeriodReference, RollingReference
from monitor.config.settings import Settings
from monitor.config.times import say_length
from monitor.limits.learning import windows_of
from monitor.service.watching import limits_of
from monitor.window import EPOCH, Window

OTHERWISE = "so calibrated limits bear a distance of 0.02, and promise nothing"


def limit_lines(name: str, model: ModelSettings, settings: Settings) -> Iterator[str]:
    """A line for each length of windows that the reference has too few of."""
    if not limits_of(settings, model).metrics:
        return
    path, stretch = f"models.{name}.reference", _stretch(model)
    if stretch is None:
        yield f"{path}: no period of the log, so it has no windows to learn from, {OTHERWISE}"
        return
    wanted = windows_wanted(FEWEST_EFFECTIVE, 0.0)
    for length in model.windows:
        there = len(windows_of(stretch, length, model.every))
        if there < wanted:
            noun = "window" if there == 1 else "windows"
            yield f"{path}: {there} {noun} of {say_length(length)}, where {wanted} at least are needed, {OTHERWISE}"


def _stretch(model: ModelSettings) -> Window | None:
    match model.reference:
        case PeriodReference() as period:
            return Window(period.from_, period.to)
        case RollingReference() as rolling:
            return Window(EPOCH, EPOCH + rolling.last)
    return None
