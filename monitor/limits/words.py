"""What limits stand on, in words."""

from __future__ import annotations

from monitor.limits.calibrated import Learnt


def no_windows() -> str:
    """Of a reference that is no stretch of the log."""
    return "the reference is no period of the log, so it has no windows to learn a limit from"


def nothing_taught() -> str:
    """Of a series that most windows of the reference have no value of."""
    return "the reference teaches nothing about this series: too few of its windows have a value"


def too_generous() -> str:
    """Of a budget that is no limit."""
    return "the budget bears a false alarm in every second window, which is no limit; lower false_alarms"


def too_short(found: Learnt) -> str:
    """Of a reference that cannot promise the budget.

    >>> too_short(Learnt(0.0, 1.0, windows=14, effective=3.5, is_promised=False, is_seasonal=False, highest=0.9))
    'the reference has 14 windows that count as 3.5, and 8 are needed to promise the budget: about 18 windows more'
    """
    return (
        f"the reference has {found.windows} windows that count as {found.effective:.2g}, and 8 are needed to promise"
        f" the budget: about {found.lacking} windows more"
    )


def learnt_from(found: Learnt) -> str:
    """What a calibrated limit stands on.

    >>> learnt_from(Learnt(0.0, 1.0, windows=30, effective=24.2, is_promised=True, is_seasonal=True, highest=0.9))
    'learned from 30 windows of the reference, which count as 24, each held against its own day or hour'
    """
    season = ", each held against its own day or hour" if found.is_seasonal else ""
    return f"learned from {found.windows} windows of the reference, which count as {found.effective:.0f}{season}"
