"""Routes, inhibition and time intervals out of the YAML decide who is told of what was really measured."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from builders.rows import DAY
from builders.world import write_world

from monitor.service import Seamark
from monitor.store.database import migrate, open_store
from monitor.window import utc

ON_AMOUNT = "metric: population_stability_index, select: {column: amount}, above: 0.2"
ALERTS = f"""\
alerts:
  rules:
    - {{alert: Paging, {ON_AMOUNT}, severity: page}}
    - {{alert: Lesser, {ON_AMOUNT}}}
    - {{alert: Other, {ON_AMOUNT}, labels: {{area: billing}}}}
    - {{alert: Nightly, {ON_AMOUNT}, labels: {{area: night}}}}
  time_intervals:
    always: [{{}}]
  inhibit_rules:
    - {{source_matchers: [severity=page], target_matchers: [severity=ticket, area=""], equal: [model, column]}}
  route:
    receiver: team
    routes:
      - {{receiver: duty, matchers: [severity="page"], continue: true}}
      - {{matchers: [alert=~"Pag.*|Other"], group_by: ['...']}}
      - {{matchers: [area=night], mute_time_intervals: [always]}}
  receivers:
    - {{name: team, console: {{}}}}
    - {{name: duty, console: {{}}}}
"""


def test_each_alert_goes_its_way_or_is_held_back_with_the_reason(store_url: str, tmp_path: Path) -> None:
    store = open_store(store_url)
    migrate(store)
    world = write_world(tmp_path, start=utc(2024, 3, 1), store=store_url)
    text = world.config.read_text("utf-8")
    world.config.write_text(text[: text.index("alerts:")] + ALERTS, "utf-8")
    with Seamark.open(world.config) as seamark:
        due = seamark.backfill(world.changed, world.changed + DAY, [], again=False)
        assert [outcome.fired for outcome in seamark.measure(due, notify=True) if outcome] == [4]
    with store.begin() as connection:
        found = connection.execute(sa.text("SELECT alert, receiver, status, reason FROM v_outbox ORDER BY 1, 2"))
        groups = connection.scalars(sa.text("SELECT group_key FROM alert_group WHERE messages > 0 ORDER BY 1"))
        assert [tuple(row) for row in found] == [
            ("Lesser", "team", "planned", "inhibited by Paging that fires"),
            ("Nightly", "team", "planned", "muted in always"),
            ("Other", "team", "done", ""),
            ("Paging", "duty", "done", ""),
            ("Paging", "team", "done", ""),
        ]
        assert [key.partition(":{")[0] for key in groups] == [
            '{}/{alertname=~"Pag.*|Other"}',
            '{}/{alertname=~"Pag.*|Other"}',
            '{}/{severity="page"}',
        ]
    store.dispose()
