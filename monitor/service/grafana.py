"""Boards into the Grafana that the configuration names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dashboards.grafana.board import STREAMLIT_URL
from dashboards.grafana.connection import GrafanaError
from dashboards.grafana.publish import Target, publish
from dashboards.grafana.source import DataSource
from monitor.errors import ConfigError, Fault, WorldError
from monitor.service.settings import read_settings


def publish_boards(config: Path) -> Iterator[str]:
    """Push folder, data source and boards, and say what was pushed.

    Raises `ConfigError` where no Grafana is configured, `WorldError` where Grafana refuses or is away.
    """
    settings = read_settings(config)
    grafana = settings.dashboards.grafana
    if grafana is None:
        missing = "is missing: write grafana: {url: ..., token: {env: GRAFANA_TOKEN}}"
        raise ConfigError([Fault(str(config), None, "dashboards.grafana", missing)])
    store = (grafana.database or settings.store).reveal()
    if not store.startswith("postgresql"):
        wrong = "Grafana reads a store on PostgreSQL, and this one is not: use Streamlit, or move it"
        raise ConfigError([Fault(str(config), None, "store", wrong)])
    target = Target(grafana.url.reveal(), grafana.token.reveal(), grafana.folder)
    try:
        source = DataSource.of_store(store)
        published = publish(target, source, streamlit_url=settings.dashboards.url or STREAMLIT_URL)
    except GrafanaError as error:
        raise WorldError(str(error), permanent=error.permanent) from error
    yield f"Grafana {published.grafana_version}, folder {grafana.folder}, data source {source.name}"
    for board in published.boards:
        yield f"{board.title}: {board.url} ({'version ' + str(board.version) if board.changed else 'as it was'})"
