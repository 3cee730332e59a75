"""What limits stand on, in words."""

from __future__ import annotations


def no_windows() -> str:
    """Of a reference that is no stretch of the log."""
    return "the reference is no period of the log, so it has no windows to learn a limit from"


def nothing_taught() -> str:
    """Of a series that most windows of the reference have no value of."""
    return "the reference teaches nothing about this series: too few of its windows have a value"


def too_generous() -> str:
    """Of a budget that is no limit."""
    return "the budget bears a false alarm in every second window, which is no limit; lower false_alarms"


def nothing_unusual() -> str:
    """Of a series that takes on every value within the reference."""
    return "the reference's own windows differ so much that no value would be unusual"


def too_short() -> str:
    """Of a reference that cannot promise the budget."""
    return "the reference has too few independent windows to promise the budget"


def learnt_from(*, is_seasonal: bool) -> str:
    """What a calibrated limit stands on."""
    return "learned from the reference's own windows" + (", each held against its day or hour" if is_seasonal else "")
