"""The most likely cause of an alert, and whether performance suffers, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.facts import Chief, Facts, Shift
from alerts.wording import clipped, number, share

LONGEST_LABEL = 40


def cause(facts: Facts) -> str:
    """What moved, what else is wrong in the same window, and how the model does; empty where nothing is known.

    >>> cause(Facts(moved=(Shift("UA", 0.12, 0.31), Shift("null", 0.0, 0.08))))
    'UA went from 12 % to 31 % of the rows, null from 0 % to 8.0 %.'
    """
    sentences = (
        _shifts(facts.moved, "of the rows"),
        _nulls(facts),
        _unseen(facts.unseen),
        _shifts(facts.mistakes, "of the rows with a target"),
        _drifting(facts),
        _chief(facts.chief),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _shifts(shifts: Sequence[Shift], of: str) -> str:
    if not shifts:
        return ""
    first, *others = shifts
    started = f"{_label(first)} went {_from_to(first)} {of}"
    return f"{', '.join([started, *(f'{_label(shift)} {_from_to(shift)}' for shift in others)])}."


def _from_to(shift: Shift) -> str:
    return f"from {share(shift.before)} to {share(shift.now)}"


def _label(shift: Shift) -> str:
    return clipped(" ".join(shift.label.split()) or "''", LONGEST_LABEL)


def _nulls(facts: Facts) -> str:
    if facts.nulls is None or any(shift.label == "null" for shift in facts.moved):
        return ""
    before, now = share(facts.nulls.before), share(facts.nulls.now)
    return f"Nulls: {now}, as in the reference." if before == now else f"Nulls went from {before} to {now}."


def _unseen(unseen: Sequence[Shift]) -> str:
    if not unseen:
        return ""
    return f"The reference does not know {', '.join(f'{_label(one)} ({share(one.now)})' for one in unseen)}."


def _drifting(facts: Facts) -> str:
    if not facts.drifting:
        return ""
    columns = ", ".join(
        f"{clipped(one.column_name, LONGEST_LABEL)} ({one.metric} {number(one.value)}, limit {number(one.limit)})"
        for one in facts.drifting
    )
    return f"In the same window there is drift of {columns}."


def _chief(chief: Chief | None) -> str:
    if chief is None:
        return ""
    if chief.value is None:
        reason = f": {chief.metric} has no value, {chief.reason}" if chief.reason else ""
        return f"Whether performance suffers is not known yet{reason}."
    verdict = {True: "Performance suffers", False: "Performance does not suffer", None: "Performance"}[chief.suffers]
    before = "" if chief.before is None else f", {number(chief.before)} on the reference"
    return f"{verdict}: {chief.metric} is {number(chief.value)}{before}."
