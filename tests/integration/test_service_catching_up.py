"""Windows that were missed for days: what began and ended meanwhile is one message, not one for each window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders.audit import audit
from builders.http_receiver import HttpReceiver
from builders.rows import DAY
from builders.world import write_world

from monitor.service import Seamark
from monitor.service.seamark import Tell
from monitor.store.database import migrate, open_store
from monitor.window import utc


@pytest.mark.parametrize(
    ("tell", "messages"), [("newest", [("resolved", 1)]), ("each", [("firing", 1), ("resolved", 1)])]
)
def test_what_is_caught_up_with_is_told_together(
    tmp_path: Path, store_url: str, tell: Tell, messages: list[tuple[str, int]]
) -> None:
    store = open_store(store_url)
    migrate(store)
    with HttpReceiver() as hook:
        channel = f'webhook: {{url: "{hook.url()}"}}'
        world = write_world(tmp_path, start=utc(2024, 3, 1), store=store_url, channel=channel)
        with Seamark.open(world.config) as seamark:
            due = seamark.backfill(world.changed - DAY, world.end, [], again=False)
            outcomes = [outcome for outcome in seamark.measure(due, notify=True, tell=tell) if outcome]
        assert [outcome.fired for outcome in outcomes] == [0, 1, 0, 0, 0, 0]
        assert [outcome.resolved for outcome in outcomes] == [0, 0, 0, 0, 1, 0]
        bodies = [json.loads(got.body) for got in hook.got]
        assert [(body["status"], len(body["alerts"])) for body in bodies] == messages
        ledger = audit(store, hook.got, receivers=["team"])
    store.dispose()
    assert ledger.is_clean, ledger
