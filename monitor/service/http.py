"""The HTTP API on a configuration."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor.api import build
from monitor.api.guard import is_local
from monitor.api.serving import Running, listening
from monitor.config.api import TOKEN_VARIABLE
from monitor.config.settings import Settings
from monitor.errors import ConfigError, Fault
from monitor.service.attention import attention_on
from monitor.service.refusal import Refusal
from monitor.service.settings import read_settings


@dataclass(frozen=True, slots=True)
class Place:
    """Where something listens."""

    address: str
    port: int


@contextmanager
def serving_http(config: Path, place: Place) -> Iterator[Running]:
    """Serve the API until the context ends.

    Raises `ConfigError` where others than this machine could reach it without a token.
    """
    settings = read_settings(config)
    refusal = Refusal(config, settings)
    token = token_of(settings, config)
    if token is None and not is_local(place.address):
        raise ConfigError([_fault(config, f"{place.address} can be reached by others: set a token, {_HOW}")])
    with attention_on(config) as attention:
        app = build(attention, token=token, now=lambda: datetime.now(UTC), refusal=refusal)
        with listening(app, address=place.address, port=place.port) as running:
            yield running


def token_of(settings: Settings, config: Path) -> str | None:
    """The token of the configuration, or else of the environment; raises `ConfigError` for one that is too short."""
    try:
        return settings.api.token_or_else(os.environ)
    except ValueError as error:
        raise ConfigError([_fault(config, f"{TOKEN_VARIABLE} {error}")]) from None


def asked_at(running: Running | None, settings: Settings, config: Path) -> Mapping[str, str]:
    """What a dashboard has to know to ask the API; where it runs elsewhere, the environment says where."""
    token = token_of(settings, config)
    found = {} if running is None else {"SEAMARK_API": running.url}
    return found if token is None else {**found, TOKEN_VARIABLE: token}


_HOW = f"as api: {{token: {{env: {TOKEN_VARIABLE}}}}}"


def _fault(config: Path, message: str) -> Fault:
    return Fault(str(config), None, "api.token", message)
