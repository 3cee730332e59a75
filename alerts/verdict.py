"""What a value means under its rule, in words: the reason of a state."""

from __future__ import annotations

import math
from datetime import datetime

from alerts.rule import Rule
from alerts.wording import in_a_row, moment, number, numbers_apart


def broken(rule: Rule, value: float, *, windows: int) -> str:
    """Why a value is not allowed.

    >>> broken(Rule(name="AucDrop", metric="roc_auc", below=0.7), 0.671, windows=2)
    'roc_auc 0.671 is below 0.7, second window in a row'
    """
    limit = rule.breach(value)
    if limit is None:
        raise ValueError(f"{value} breaks no limit of {rule.name}")
    value_text, limit_text = numbers_apart(value, limit)
    side = "above" if value > limit else "below"
    return f"{rule.metric} {value_text} is {side} {limit_text}{in_a_row(windows)}"


def good(rule: Rule, value: float) -> str:
    """That a value is allowed.

    >>> good(Rule(name="AucDrop", metric="roc_auc", below=0.7), 0.85)
    'roc_auc 0.85 is not below 0.7'
    """
    return f"{rule.metric} {number(value)} is {_allowed(rule.below, rule.above)}"


def not_yet_cleared(rule: Rule, value: float) -> str:
    """That a value is allowed, but not good enough to resolve an alert.

    >>> not_yet_cleared(Rule(name="AucDrop", metric="roc_auc", below=0.7, clear_below=0.72), 0.71)
    'roc_auc 0.71 is not yet back above 0.72'
    """
    return f"{rule.metric} {number(value)} is not yet {_cleared(rule)}"


def back(rule: Rule, value: float, since: datetime | None) -> str:
    """That a value is good again.

    >>> from datetime import UTC
    >>> back(Rule(name="A", metric="roc_auc", below=0.7, clear_below=0.72), 0.731, datetime(2013, 6, 3, tzinfo=UTC))
    'roc_auc 0.731 is back above 0.72 since 2013-06-03'
    """
    when = f" since {moment(since)}" if since else ""
    return f"{rule.metric} {number(value)} is {_cleared(rule)}{when}"


def missing(reason: str, value: float | None = None) -> str:
    """Why there is no value, or why one that is there says nothing.

    >>> missing("12 rows, at least 200 are wanted"), missing("")
    ('12 rows, at least 200 are wanted', 'the window has no value')
    >>> missing("", float("nan")), missing("", float("inf"))
    ('the value is not a number', 'the value is infinite')
    """
    if reason or value is None:
        return reason or "the window has no value"
    return "the value is infinite" if math.isinf(value) else "the value is not a number"


def _allowed(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"between {number(low)} and {number(high)}"
    return f"not below {number(low)}" if high is None else f"not above {number(high)}"


def _cleared(rule: Rule) -> str:
    low, high = rule.low_to_clear, rule.high_to_clear
    if low is not None and high is not None:
        return f"back between {number(low)} and {number(high)}"
    return f"back above {number(low)}" if high is None else f"back below {number(high)}"
