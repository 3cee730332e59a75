"""A small world to watch: predictions and targets in SQL tables, and the configuration that names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa
from builders.rows import DAY, classifier_rows

CONFIG = """\
version: 1
store: "{store}"
models:
{models}
alerts:
  rules:
    - {{alert: Drift, metric: population_stability_index, select: {{column: amount}}, above: 0.2}}
  route: {{receiver: team}}
  receivers:
    - {{name: team, {channel}}}
"""

MODEL = """\
  {name}:
    task: binary_classification
    predictions:
      database: "{database}"
      table: {table}
      columns: {{id: id, time: time, prediction: prediction, score: score}}
      features: {{numeric: [amount], categorical: [country]}}
      time_zone: UTC
    targets: {{table: targets, columns: {{id: id, target: target}}}}
    reference: {{from: {start:%Y-%m-%d}, to: {changed:%Y-%m-%d}}}
    granularity: {granularity}
    windows: [{windows}]
    delay: 0s
    min_rows: 100
"""


@dataclass(frozen=True, slots=True)
class World:
    """A folder with a configuration, and the period that it tells of: quiet, then shifted, then quiet."""

    config: Path
    start: datetime
    changed: datetime
    end: datetime

    @property
    def period(self) -> tuple[str, ...]:
        return ("--from", f"{self.changed - 2 * DAY:%Y-%m-%d}", "--to", f"{self.end:%Y-%m-%d}")


def write_world(
    folder: Path,
    *,
    start: datetime,
    database: str | None = None,
    store: str | None = None,
    channel: str = "console: {}",
    broken: bool = False,
    quiet_days: int = 10,
    shifted_days: int = 3,
    calm_days: int = 2,
    hourly: bool = False,
) -> World:
    """Write tables and configuration.

    `broken` adds a model whose table is not there, as the first of the two; `hourly` cuts days into hours, and looks
    at weeks too.
    """
    changed = start + quiet_days * DAY
    calm = changed + shifted_days * DAY
    end = calm + calm_days * DAY
    database = database or f"sqlite:///{folder}/log.db"
    stretches = [(start, changed, 0.0), (changed, calm, 6.0), (calm, end, 0.0)]
    write_rows(database, [classifier_rows(since, to, shift=shift) for since, to, shift in stretches if since < to])
    tables = {"broken": "nowhere", "sound": "predictions"} if broken else {"sound": "predictions"}
    models = "".join(
        MODEL.format(
            name=name,
            database=database,
            table=table,
            start=start,
            changed=changed,
            granularity="1 hour" if hourly else "1 day",
            windows="1 day, 7 days" if hourly else "1 day",
        )
        for name, table in tables.items()
    )
    config = folder / "seamark.yaml"
    config.write_text(CONFIG.format(store=store or "sqlite:///seamark.db", models=models, channel=channel))
    return World(config=config, start=start, changed=changed, end=end)


def write_rows(database: str, batches: list[pa.RecordBatch]) -> None:
    """Predictions and targets as a serving system would have logged them."""
    engine = sa.create_engine(database)
    frame = pa.Table.from_batches(batches).to_pandas()
    frame["time"] = frame["time"].dt.tz_localize(None)
    text = sa.String(64)
    types = {"id": text, "country": text, "prediction": text}
    with engine.begin() as connection:
        frame.drop(columns="target").to_sql("predictions", connection, index=False, dtype=types)
        frame[["id", "target"]].to_sql("targets", connection, index=False, dtype={"id": text, "target": text})
        connection.execute(sa.text("CREATE INDEX predictions_time ON predictions (time)"))
        connection.execute(sa.text("CREATE INDEX targets_id ON targets (id)"))
    engine.dispose()


def midnight_before(moment: datetime, *, days: int) -> datetime:
    """Midnight, UTC, so many days before."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)
