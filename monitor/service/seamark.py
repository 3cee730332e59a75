"""Seamark on one configuration: what is due, measuring it, delivering, looking things up."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Literal, Self

import sqlalchemy as sa

from monitor.config.faults import did_you_mean
from monitor.config.settings import Settings
from monitor.errors import ConfigError, Fault, SeamarkError, WorldError
from monitor.observe import Data, ProfileCache
from monitor.record import Outcome, Watched
from monitor.run import run_window
from monitor.scheduler import due_windows, windows_within
from monitor.service.acting import Acting
from monitor.service.alerting import telling_of
from monitor.service.configfile import ConfigFile
from monitor.service.engines import Engines
from monitor.service.explaining import Explanation, explain
from monitor.service.housekeeping import keep_house
from monitor.service.latelooks import LateLooks
from monitor.service.reconciling import reconcile_alerts
from monitor.service.rerouting import reroute
from monitor.service.settings import read_settings
from monitor.service.watching import schedule_of, watched_of
from monitor.store import overview, runs
from monitor.store.buckets import forget_period
from monitor.store.database import check_version, open_store, transaction
from monitor.store.references import doubt_references
from monitor.store.turns import take_turn
from monitor.store.waiting import anything_waits
from monitor.window import Window

logger = logging.getLogger(__name__)

Due = list[tuple[str, Window]]
Tell = Literal["each", "newest", "nothing"]  # of a model, each window or the newest and the others with it; or later
KEPT_OPEN = timedelta(hours=6)  # then tables are looked at again: columns come and go
MOST_OPEN = 64  # models whose references stay in memory


class Seamark(AbstractContextManager["Seamark"]):
    """Everything that the commands ask for."""

    def __init__(self, settings: Settings, store: sa.Engine, config: Path) -> None:
        self._settings = settings
        self._store = store
        self._config = config
        self._engines = Engines(store=settings.store)
        self._acting = Acting(settings.alerts.actions, store, config.absolute().parent)
        self._watched: dict[str, tuple[datetime, Watched]] = {}
        self._cache = ProfileCache()
        self._looks = LateLooks(store)
        self._house_kept_at: datetime | None = None
        self._telling = telling_of(settings, store, config)
        self._turn = Lock()
        self._retired: list[Acting] = []
        self._file = ConfigFile(config)
        self._is_reconciled = True

    @classmethod
    def open(cls, config: Path) -> Self:
        """Read the configuration and open its store.

        Raises `ConfigError` for a wrong configuration, `StoreVersionError` for a store that is not migrated.
        """
        settings = read_settings(config)
        store = open_store(settings.store.reveal())
        check_version(store)
        return cls(settings, store, config)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._telling.close()
        for acting in (self._acting, *self._retired):
            acting.close()
        self._engines.close()
        self._store.dispose()

    def reload(self) -> None:
        """Go on by the configuration as it is now, if its file was written; one with faults leaves the old one.

        Where the store is away the alerts are brought in line with it at the next call.
        """
        if self._file.has_changed():
            self._take_over()
        if not self._is_reconciled:
            self.reconcile()

    def _take_over(self) -> None:
        try:
            settings = read_settings(self._config)
        except ConfigError as error:
            logger.error("the configuration has faults, so the old one stays:\n%s", error)  # noqa: TRY400
            return
        if settings.store.reveal() != self._settings.store.reveal():
            logger.error("the old configuration stays: another store is only taken at a start")
            return
        with self._turn:
            told_so_far, self._telling = self._telling, telling_of(settings, self._store, self._config)
            if settings.alerts.actions != self._settings.alerts.actions:
                self._retired.append(self._acting)  # what it has started goes on
                self._acting = Acting(settings.alerts.actions, self._store, self._config.absolute().parent)
            self._settings = settings
            self._watched.clear()
            self._is_reconciled = False
        told_so_far.close()
        logger.info("the configuration was read anew")

    def reconcile(self) -> None:
        """Bring the alerts in line with the configuration, before anything is measured by it."""
        if resolved := reconcile_alerts(self._store, self._settings, _now()):
            logger.info("%d alerts resolved: the configuration has changed", resolved)
        reroute(self._store, self._settings)
        self._is_reconciled = True

    def due(self, models: Sequence[str], *, let_rest: bool = False) -> Due:
        """What is due now, of these models or of all; `let_rest` leaves out what failed a short while ago.

        What came late is looked for where a window is due, and where a bucket has closed since the last look.
        """
        due: Due = []
        looks = self._looks.due({name: self._settings.models[name] for name in self._named(models)}, _now())
        for name in self._named(models):
            if name in looks:
                self._take_in_late(name)
            windows = self._due(name, let_rest=let_rest)
            if windows and name not in looks and self._take_in_late(name):
                windows = self._due(name, let_rest=let_rest, planned=windows)
            due += [(name, window) for window in windows]
        return due

    def _due(self, name: str, *, let_rest: bool, planned: Collection[Window] = ()) -> list[Window]:
        now = _now()
        schedule = schedule_of(self._settings.models[name])
        with transaction(self._store) as connection:
            ended = runs.ended_without_gap(connection, name, schedule.every)
            resting = runs.resting(connection, name, now) if let_rest else set()
            windows = due_windows(schedule, ended, now)
            runs.plan(connection, name, [window for window in windows if window not in planned])
        return [window for window in windows if window not in resting]

    def _take_in_late(self, name: str) -> bool:
        """Bring buckets up to date with what came late; a fault shows where the windows are measured."""
        try:
            self.watched(name).observe().take_in_late(self._settings.models[name].lateness)
        except SeamarkError as error:
            logger.info("%s: what came late is looked for at the next run: %s", name, error)
            self._watched.pop(name, None)
            return False
        return True

    def backfill(self, start: datetime, end: datetime, models: Sequence[str], *, again: bool) -> Due:
        """The windows of a period that have to be measured: those not done yet, or, `again`, all."""
        now = datetime.now(UTC)
        due: Due = []
        with transaction(self._store) as connection:
            for name in self._named(models):
                schedule = schedule_of(self._settings.models[name])
                windows = list(windows_within(schedule, start, min(end, schedule.closed(now))))
                runs.plan(connection, name, windows)
                if again and windows:
                    take_turn(connection, "write", name)  # first, as all who re-open windows do
                    doubt_references(connection, name)
                    runs.reopen(connection, name, windows)
                    forget_period(connection, name, Window(min(windows).start, windows[-1].end))
                ended = runs.ended(connection, name, since=start, until=end)
                due += [(name, window) for window in windows if window not in ended]
        return due

    def late(self, due: Due) -> int:
        """How many windows end before the newest of their model that has ended already: they move no alert."""
        with transaction(self._store) as connection:
            newest = {name: runs.newest_end(connection, name) for name in dict(due)}
        return sum(window.end < (newest[name] or window.end) for name, window in due)

    def measure(self, due: Iterable[tuple[str, Window]], *, notify: bool, tell: Tell = "newest") -> Iterator[Outcome]:
        """Measure window after window; what `notify` has to be told is told after them, as `tell` says.

        A model that fails twice in a row for the same reason is left alone until the next call, so that it does not
        hold up the others.
        """
        failures: dict[str, list[str]] = {}
        due = list(due)
        ahead = {name: window.end for name, window in sorted(due)}
        for name, window in due:
            if _fails_alike(failures.get(name, [])):
                yield Outcome(name, window, "left")
                continue
            outcome = run_window(self.watched(name), window, self._store, clock=_now, notify=notify, ahead=ahead[name])
            if outcome is not None:
                failures.setdefault(name, []).append(outcome.reason if outcome.status == "failed" else "")
                if outcome.status == "failed":
                    self._watched.pop(name)
            is_time = tell == "each" or (tell == "newest" and window.end == ahead[name])
            if is_time and notify and outcome is not None and (outcome.fired or outcome.resolved):
                self.deliver()
            yield outcome or Outcome(name, window, "taken")
        if tell != "nothing":
            self.deliver()

    def deliver(self) -> None:
        """Tell everything that waits, now, and start what alerts ask for."""
        if self._has_to_tell():
            self._acting.act()
            self._telling.tell(at_once=True)
        self._telling.finish()

    def tell(self) -> None:
        """Let those speak whose turn it is, and start what alerts ask for; wait for nobody."""
        with self._turn:
            if self._has_to_tell():
                self._acting.act()
                self._telling.tell(at_once=False)

    def _has_to_tell(self) -> bool:
        """Whether anything waits to be told or started, or is to be told again."""
        with transaction(self._store) as connection:
            return anything_waits(connection) or self._telling.is_to_remind

    def finish_actions(self) -> None:
        """Start what alerts ask for, and wait for its end; what is to be tried again later is left."""
        self._acting.finish()

    def watched(self, name: str) -> Watched:
        """A model as the runs see it; its data is opened at the first window, and anew after a fault or a while."""
        opened_at, watched = self._watched.get(name, (None, None))
        if watched is None or opened_at is None or _now() > opened_at + KEPT_OPEN:
            self._watched.pop(name, None)
            watched = watched_of(self._settings, name, self._engines, self._store, self._cache, _now)
            self._watched[name] = (_now(), watched)
            if len(self._watched) > MOST_OPEN:
                self._watched.pop(next(iter(self._watched)))
        return watched

    def keep_house(self) -> None:
        """Put the hours of past days together, and delete what is older than it has to be kept."""
        done = keep_house(self._store, self._settings.keep, _now())
        if any(done.values()):
            logger.info("housekeeping: %s", ", ".join(f"{count} {noun}" for noun, count in done.items() if count))

    def keep_house_hourly(self) -> None:
        """The same, where it was not done within the last hour."""
        if self._house_kept_at is None or _now() >= self._house_kept_at + timedelta(hours=1):
            self._house_kept_at = _now()
            self.keep_house()

    def weights(self) -> list[dict[str, object]]:
        """What the store weighs."""
        with transaction(self._store) as connection:
            return overview.weights(connection)

    def firing(self) -> int:
        """How many alerts fire."""
        with transaction(self._store) as connection:
            return overview.firing(connection)

    def models(self) -> list[dict[str, object]]:
        """Every model of the configuration, with how it stands."""
        with transaction(self._store) as connection:
            known = {str(row["model"]): row for row in overview.models(connection)}
        empty = dict.fromkeys(overview.MODEL_COLUMNS)
        return [
            known.get(name, {**empty, "model": name, "task": model.task})
            for name, model in self._settings.models.items()
        ]

    def undelivered(self) -> list[dict[str, object]]:
        """Messages that wait or were given up, by receiver and error."""
        with transaction(self._store) as connection:
            return overview.undelivered(connection)

    def open_actions(self) -> list[dict[str, object]]:
        """Actions that wait, run, or failed and did not succeed since; the newest first."""
        with transaction(self._store) as connection:
            return overview.open_actions(connection)

    def window(self, model: str, *, end: datetime | None, length: timedelta | None) -> Window:
        """A window of a model: the newest that is done, or the one that is asked for."""
        self._named([model])
        length = length or min(self._settings.models[model].windows)
        if end is None:
            with transaction(self._store) as connection:
                end = overview.last_window_end(connection, model)
        if end is None:
            raise WorldError(f"no window of {model} is done yet: say --end, or run `seamark run` first", permanent=True)
        return Window(end - length, end)

    def explain(
        self, rule: str | None, models: Sequence[str], *, length: timedelta | None, end: datetime | None
    ) -> Iterator[Explanation]:
        """What the newest window of each length is held against, by this rule or by all."""
        known = [one.alert for one in self._settings.alerts.rules]
        if rule is not None and rule not in known:
            message = f"no rule is called `{rule}`{did_you_mean(rule, known)}"
            raise ConfigError([Fault(str(self._config), None, "alerts.rules", message)])
        for name in self._named(models):
            for one in self._settings.models[name].windows:
                if length in (None, one):
                    window = self.window(name, end=end, length=one)
                    yield explain(self.watched(name), window, [rule] if rule else known)

    def data(self, model: str) -> Data:
        """The rows of a model."""
        return self.watched(model).observe().data

    def _named(self, models: Sequence[str]) -> Sequence[str]:
        known = list(self._settings.models)
        faults = [
            Fault(str(self._config), None, "models", f"there is no model `{name}`{_nearest(name, known)}")
            for name in models
            if name not in known
        ]
        if faults:
            raise ConfigError(faults)
        return models or known


def _fails_alike(reasons: Sequence[str]) -> bool:
    """Whether the last two windows of a model failed for the same reason."""
    return len(reasons) > 1 and reasons[-1] == reasons[-2] != ""


def _nearest(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"; did you mean `{close[0]}`?" if close else f"; there are {', '.join(known)}"


def _now() -> datetime:
    return datetime.now(UTC)
