"""Five thousand alerts at once, told together and one by one."""

from __future__ import annotations

from collections.abc import Iterator

from bench.finding import Bar, Finding, as_megabytes
from bench.part import Part
from bench.run import Run
from bench.seamark import blamed

ALERTS = 5_000
TOGETHER = Bar(
    "5,000 alerts that fire at once, from their readings to the last hand-over of one message to a webhook",
    10,
    lambda value: f"{value:.1f} s",
    False,
)
APART = Bar("the same, each a message of its own", 120, lambda value: f"{value:.1f} s", False)
MEMORY = Bar("the same: peak memory, receiver and all", 300, as_megabytes, False)


def measure(run: Run) -> Iterator[Finding]:
    for bar, together in ((TOGETHER, True), (APART, False)):
        asked = {"store": run.database.fresh_store(), "together": together, "alerts": ALERTS}
        with blamed():
            cost = run.module(f"{ALERTS:,} alerts, {'together' if together else 'apart'}", "flood", asked)
        began, over = cost.answer["began"], cost.answer["over"]
        how = f"in the store after {began['committed']:.1f} s, {began['messages']:,} messages"
        yield bar.measured(began["seconds"], f"{how}; resolved {over['seconds']:.1f} s")
    yield MEMORY.measured(cost.megabytes, "")


PART = Part("flood", (TOGETHER, APART, MEMORY), measure)
