"""Starts the actions that alerts ask for, beside the other work."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa

from alerts.actions.action import Action
from alerts.actions.airflow import Airflow, Login
from alerts.actions.command import Command
from alerts.actions.github import API, GitHub
from alerts.actions.perform import Claimed, attempt, note
from alerts.actions.webhook import WebhookAction
from monitor.config.actions import (
    ActionSettings,
    AirflowSettings,
    CommandSettings,
    GitHubSettings,
    KindSettings,
    WebhookActionSettings,
)
from monitor.errors import StoreError
from monitor.store.actions import StoredActions
from monitor.store.database import transaction

logger = logging.getLogger(__name__)

AT_ONCE = 4
NOTED_EVERY = timedelta(seconds=5)
NOTED_TRIES = 60


class Acting:
    """Claims what is due and starts it in threads of its own; at the end commands that still run are ended."""

    def __init__(self, settings: Mapping[str, ActionSettings], store: sa.Engine, folder: Path) -> None:
        self._stop = threading.Event()
        self._actions = {name: action_of(action.kind, folder, self._stop) for name, action in settings.items()}
        self._time_limits = {name: action.time_limit for name, action in self._actions.items()}
        self._runs = StoredActions(lambda: transaction(store))
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="action")
        self._going: set[Future[None]] = set()
        self._turn = threading.Lock()
        self._jitter = Random()  # noqa: S311 - spreads retries, guards nothing

    def close(self) -> None:
        """End what still runs, to be tried again by the next who comes."""
        with self._turn:
            self._stop.set()
        self._threads.shutdown()

    def act(self) -> None:
        """Start what is due, and come back at once."""
        with self._turn:
            self._going = {future for future in self._going if not future.done()}
            if self._stop.is_set():
                return
            while len(self._going) < AT_ONCE and (claimed := self._runs.claim(self._time_limits)):
                future = self._threads.submit(self._perform, claimed)
                future.add_done_callback(_log_fault)
                self._going.add(future)

    def finish(self) -> None:
        """Start what is due, and wait until all of it has ended."""
        self.act()
        while self._going:
            wait(self._going)
            self.act()

    def _perform(self, claimed: Claimed) -> None:
        outcome = attempt(claimed, self._actions)
        for _ in range(NOTED_TRIES):  # a store that is away must not let a long training run once more
            try:
                note(claimed, outcome, self._runs, self._jitter)
            except StoreError as error:
                logger.warning("action %s: how it ended is not noted yet: %s", claimed.request.action, error)
            else:
                return
            if self._stop.wait(NOTED_EVERY.total_seconds()):
                return


def action_of(settings: KindSettings, folder: Path, stop: threading.Event) -> Action:
    """An action, ready to start; `stop` ends its commands, which run in `folder`."""
    match settings:
        case WebhookActionSettings():
            secret = settings.secret.reveal() if settings.secret else None
            return WebhookAction(url=settings.url.reveal(), secret=secret, now=_now)
        case AirflowSettings():
            return Airflow(url=settings.url.reveal(), dag=settings.dag, access=_access(settings), now=_now)
        case GitHubSettings():
            return GitHub(
                repository=settings.repository,
                workflow=settings.workflow,
                ref=settings.ref,
                token=settings.token.reveal(),
                inputs=settings.inputs,
                key_input=settings.key_input or "",
                run_details=settings.run_details,
                api=settings.api.reveal() if settings.api else API,
                now=_now,
            )
        case CommandSettings():
            return Command(run=settings.run, folder=folder, stop=stop, time_limit=settings.time_limit)


def cooldowns(settings: Mapping[str, ActionSettings]) -> Mapping[str, timedelta]:
    """How long each action rests for a model after a start."""
    return {name: action.cooldown for name, action in settings.items()}


def _access(settings: AirflowSettings) -> str | Login:
    if settings.token:
        return settings.token.reveal()
    # The configuration has seen to it.
    assert settings.user is not None  # noqa: S101
    assert settings.password is not None  # noqa: S101
    return Login(settings.user, settings.password.reveal())


def _log_fault(future: Future[None]) -> None:
    if error := future.exception():
        logger.error("an action's thread failed", exc_info=error)


def _now() -> datetime:
    return datetime.now(UTC)
