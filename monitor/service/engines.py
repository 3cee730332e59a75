"""One engine for each database, however many models read from it."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.config.secret import Secret
from monitor.sources.engines import open_engine


class Engines:
    """Opens each database once; where none is named, the predictions lie in the store's own."""

    def __init__(self, store: Secret) -> None:
        self._store = store
        self._open: dict[str, sa.Engine] = {}

    def engine(self, database: Secret | None) -> sa.Engine:
        """The engine of a database; it connects at its first use."""
        url = (database or self._store).reveal()
        if url not in self._open:
            self._open[url] = open_engine(url)
        return self._open[url]

    def close(self) -> None:
        """Let go of every connection."""
        for engine in self._open.values():
            engine.dispose()
        self._open.clear()
