"""Thousands of alerts at once, from their readings to the last message handed over: `python -m bench.flood '{...}'`."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from time import perf_counter, process_time

from builders.http_receiver import HttpReceiver
from builders.readings import drift
from builders.telling import Desk

from alerts.routing import Route
from monitor.store.database import migrate, open_store

BROKEN, GOOD = 0.3, 0.1


def main() -> None:
    asked = json.loads(sys.argv[1])
    store = open_store(asked["store"])
    migrate(store)
    with HttpReceiver(keeps_connections=True) as hook:
        route = Route(
            receiver="hook",
            group_by=("alertname", "model") if asked["together"] else None,
            group_wait=timedelta(0),
            group_interval=timedelta(0),
        )
        desk = Desk(store, {"hook": hook.url()}, route=route, time_out=timedelta(seconds=10))
        began, over = (_flood(desk, hook, asked["alerts"], value, n) for n, value in enumerate((BROKEN, GOOD)))
    json.dump({"began": began, "over": over}, sys.stdout)


def _flood(desk: Desk, hook: HttpReceiver, alerts: int, value: float, number: int) -> dict[str, float]:
    readings = [drift(f"column_{column:04}", value, number=number) for column in range(alerts)]
    started, worked, told = perf_counter(), process_time(), len(hook.got)
    evaluation = desk.measured(*readings)
    committed = perf_counter()
    if len(evaluation.events) != alerts:
        sys.exit(f"{len(evaluation.events)} events of {alerts} alerts")
    desk.settle()
    return {
        "committed": committed - started,
        "seconds": perf_counter() - started,
        "processor_seconds": process_time() - worked,
        "messages": len(hook.got) - told,
    }


if __name__ == "__main__":
    main()
