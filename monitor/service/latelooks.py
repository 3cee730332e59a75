"""Whose late rows are to be looked for though no window is due: a bucket has closed since the last look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from monitor.config.models import ModelSettings
from monitor.store.database import transaction
from monitor.store.watermarks import ingested_until
from monitor.window import floor


class LateLooks:
    """Says it once for each bucket, also where the look then fails, and where another process looks.

    One question for all models together.
    """

    def __init__(self, store: sa.Engine) -> None:
        self._store = store
        self._tried: dict[str, datetime] = {}

    def due(self, models: Mapping[str, ModelSettings], now: datetime) -> set[str]:
        """The models of which a bucket has closed since; one that was never read has no late rows."""
        with transaction(self._store) as connection:
            looked = ingested_until(connection)
        closed = {name: floor(now - model.delay, model.granularity) for name, model in models.items()}
        due = {name for name in looked.keys() & closed if self._looked(name, looked[name]) < closed[name]}
        self._tried |= {name: now - models[name].delay for name in due}
        return due

    def _looked(self, name: str, noted: datetime) -> datetime:
        return max(noted, self._tried.get(name, noted))
