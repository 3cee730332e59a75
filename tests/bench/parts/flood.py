"""Five thousand alerts at once, told together and one by one."""

from __future__ import annotations

from collections.abc import Iterator

from bench.finding import Bar, Finding, as_megabytes
from bench.part import Part
from bench.run import Run
from bench.seamark import blamed

TOGETHER_ALERTS, APART_ALERTS = 5_000, 1_000
TOGETHER = Bar(
    "5,000 alerts that fire at once, from their readings to the last hand-over of one message to a webhook",
    10,
    lambda value: f"{value:.1f} s",
    False,
)
APART = Bar("1,000 alerts that fire at once, each a message of its own", 30, lambda value: f"{value:.1f} s", False)
MEMORY = Bar("5,000 alerts at once: peak memory, receiver and all", 300, as_megabytes, False)


def measure(run: Run) -> Iterator[Finding]:
    costs = {}
    for bar, alerts in ((TOGETHER, TOGETHER_ALERTS), (APART, APART_ALERTS)):
        asked = {"store": run.database.fresh_store(), "together": bar is TOGETHER, "alerts": alerts}
        with blamed():
            costs[bar] = run.module(f"{alerts:,} alerts, {'together' if bar is TOGETHER else 'apart'}", "flood", asked)
        began, over = costs[bar].answer["began"], costs[bar].answer["over"]
        how = f"{began['processor_seconds']:.1f} s of our own, in the store after {began['committed']:.1f} s"
        yield bar.measured(began["seconds"], f"{how}; their end: {over['seconds']:.1f} s")
    yield MEMORY.measured(costs[TOGETHER].megabytes, "")


PART = Part("flood", (TOGETHER, APART, MEMORY), measure)
