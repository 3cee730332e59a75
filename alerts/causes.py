"""The most likely cause of an alert, and whether performance suffers, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.facts import Chief, Facts, Leaning, Shift
from alerts.wording import clipped, number, share

LONGEST_LABEL = 40
FEW = 0.005  # nulls that came or went, as a share of the rows


def cause(facts: Facts) -> str:
    """What moved, what else is wrong in the same window, and how the model does; empty where nothing is known.

    >>> cause(Facts(moved=(Shift("UA", 0.12, 0.31), Shift("null", 0.0, 0.08))))
    'Moved most: UA from 12 % to 31 % of the rows, null from 0 % to 8.0 %.'
    """
    sentences = (
        _shifts("Moved most", facts.moved, "of the rows"),
        _nulls(facts),
        _unseen(facts.unseen),
        _leaning(facts.leaning),
        _shifts("Mistakes", facts.mistakes, "of the rows with a target"),
        _promises(facts.promises),
        _drifting(facts),
        _chief(facts.chief),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _shifts(what: str, shifts: Sequence[Shift], of: str) -> str:
    if not shifts:
        return ""
    first, *others = (f"{_label(shift)} from {share(shift.before)} to {share(shift.now)}" for shift in shifts)
    return f"{what}: {', '.join([f'{first} {of}', *others])}."


def _promises(promises: Sequence[Shift]) -> str:
    if not promises:
        return ""
    expected, came_true = promises
    return (
        f"The scores expect {share(expected.now)}, and {share(came_true.now)} came true;"
        f" on the reference {share(expected.before)} and {share(came_true.before)}."
    )


def _label(shift: Shift) -> str:
    return clipped(" ".join(shift.label.split()) or "''", LONGEST_LABEL)


def _nulls(facts: Facts) -> str:
    if facts.nulls is None or facts.nulls.size < FEW or any(shift.label == "null" for shift in facts.moved):
        return ""
    return f"Nulls: from {share(facts.nulls.before)} to {share(facts.nulls.now)}."


def _unseen(unseen: Sequence[Shift]) -> str:
    if not unseen:
        return ""
    return f"The reference does not know {', '.join(f'{_label(one)} ({share(one.now)})' for one in unseen)}."


def _leaning(leaning: Leaning | None) -> str:
    """What the model draws from the column that moved.

    >>> _leaning(Leaning(0.1, place=2, features=3))
    "By itself it explains 10 % of the model's output, the 2nd most of 3 features."
    """
    if leaning is None:
        return ""
    ending = "th" if leaning.place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(leaning.place % 10, "th")
    place = "the most" if leaning.place == 1 else f"the {leaning.place}{ending} most"
    return (
        f"By itself it explains {share(leaning.share)} of the model's output, {place} of {leaning.features} features."
    )


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
