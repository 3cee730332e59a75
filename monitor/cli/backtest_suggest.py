"""Suggested limits, as they would stand in the YAML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from alerts.wording import number
from monitor.backtest.suggest import Proposal, Suggestion
from monitor.calibration.budget import Budget
from monitor.cli.backtest_cells import said
from monitor.cli.console import OUTPUT
from monitor.config.limits import say_budget
from monitor.window import Window


@dataclass(frozen=True, slots=True)
class Suggested:
    """Suggestions for a budget over a period, and how many alarms that comes to in all."""

    budget: Budget
    period: Window
    alarms: int
    found: Sequence[Suggestion]


def show_suggested(suggested: Suggested) -> None:
    """Print the suggestions."""
    for line in ["", *lines(suggested)]:
        OUTPUT.print(line, markup=False, highlight=False, soft_wrap=True)


def lines(suggested: Suggested) -> Iterator[str]:
    """The suggestions as YAML, with what they stand on as comments."""
    period = f"{said(suggested.period.start)} to {said(suggested.period.end)}"
    yield f"# Limits that would have kept {say_budget(suggested.budget)} over {period}: {suggested.alarms:,} alarms,"
    yield f"# shared by {len(suggested.found)} rules, each of which fires in a twentieth of the time at most."
    yield "# They hold good only if nothing was wrong in that time."
    for one in suggested.found:
        yield f"- alert: {one.rule}"
        yield f"  # {_kept(one)}"
        if one.proposal is not None:
            yield from (f"  {line}" for line in _keys(one.proposal))
        if one.learnt is not None:
            yield f"  # {'learned' if one.proposal is None else 'calibrated'}: {_learnt(*one.learnt)}"
    for reason in dict.fromkeys(one.unlearnt for one in suggested.found if one.unlearnt):
        rules = ", ".join(one.rule for one in suggested.found if one.unlearnt == reason)
        yield f"# No calibrated limit for {rules}: {reason}."


def plain_suggested(suggested: Suggested) -> dict[str, object]:
    """The suggestions for machines."""
    return {
        "budget": say_budget(suggested.budget),
        "period": str(suggested.period),
        "alarms": suggested.alarms,
        "rules": [asdict(one) for one in suggested.found],
    }


def _kept(one: Suggestion) -> str:
    as_it_is = f"{_times(one.fired)} as it is"
    if one.proposal is None:
        return f"{as_it_is}, {one.allowed} borne; no number: {one.reason}"
    return f"{as_it_is}; {_times(one.fires)} with this limit, {one.allowed} borne"


def _times(count: int) -> str:
    return f"fires {count:,} time{'' if count == 1 else 's'}"


def _keys(proposal: Proposal) -> Iterator[str]:
    if proposal.low is not None and proposal.high is not None:
        yield f"outside: [{proposal.low:g}, {proposal.high:g}]"
        if proposal.clear_low is not None and proposal.clear_high is not None:
            yield f"clear: [{proposal.clear_low:g}, {proposal.clear_high:g}]"
    elif proposal.high is not None:
        yield f"above: {proposal.high:g}"
    else:
        yield f"below: {proposal.low:g}"
    clears = [clear for clear in (proposal.clear_low, proposal.clear_high) if clear is not None]
    if len(clears) == 1:
        yield f"clear: {clears[0]:g}"


def _learnt(lowest: float, highest: float) -> str:
    low, high = number(lowest), number(highest)
    return low if low == high else f"{low} to {high}, by series and window"
