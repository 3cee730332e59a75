"""Puts a backtest together: a configuration, the store that is only read, and a period."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

import sqlalchemy as sa

from monitor.backtest.courses import Courses
from monitor.backtest.ground import StoredGround
from monitor.backtest.replay import Replay, replay
from monitor.backtest.suggest import as_calibrated
from monitor.backtest.values import Scope, Values
from monitor.calibration.budget import Budget
from monitor.config.changes import Change
from monitor.config.models import ModelSettings
from monitor.config.reference import RollingReference
from monitor.config.settings import Settings
from monitor.errors import ConfigError, Fault, WorldError
from monitor.limits.hold import Limits
from monitor.observe import Basis, ProfileCache
from monitor.profile.shape import ModelShape
from monitor.scheduler import windows_within
from monitor.service.engines import Engines
from monitor.service.references import basis_of
from monitor.service.settings import read_settings
from monitor.service.shape import role_kinds, shape_of
from monitor.service.watching import limits_of, schedule_of
from monitor.store import runs
from monitor.store.courses import read_courses
from monitor.store.database import check_version, open_to_read, transaction
from monitor.window import Window

if TYPE_CHECKING:
    from monitor.observe import Data
    from monitor.profile.shape import Kind

LONGEST = timedelta(days=365)
NO_SHAPE = ModelShape(task="none", kinds={})
NO_DATA = cast("Data", None)  # a basis asks for rows only where they are to be read

Advance = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What of a model is to be replayed: these windows of a period."""

    model: str
    period: Window
    windows: tuple[Window, ...]


class Backtesting(AbstractContextManager["Backtesting"]):
    """Replays periods of a store under one configuration or another."""

    def __init__(self, settings: Settings, store: sa.Engine, config: Path) -> None:
        self.settings = settings
        self._store = store
        self._config = config
        self._cache = ProfileCache()

    @classmethod
    def open(cls, config: Path) -> Self:
        """Read the configuration and open its store, to read it.

        Raises `ConfigError` for a wrong configuration, `StoreVersionError` for a store that is not migrated.
        """
        settings = read_settings(config)
        store = open_to_read(settings.store.reveal())
        check_version(store)
        return cls(settings, store, config)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store.dispose()

    def other(self, config: Path | None, changes: Sequence[Change]) -> Settings:
        """The configuration to try out: this one or another file, with changes."""
        return read_settings(config or self._config, changes)

    def wishes(
        self, settings: Settings, models: Sequence[str], start: datetime | None, end: datetime | None
    ) -> list[Wish]:
        """The windows to replay; left out: all that are done, a year of them at most.

        Raises `WorldError` where no window of any model is done.
        """
        named = self._named(settings, models)
        found = [wish for name in named if (wish := self._wish(settings.models[name], start, end))]
        if not found:
            raise WorldError(
                f"there is nothing to replay: no window of {' or '.join(named)} is done in that time; `seamark backfill"
                " --from ... --to ...` measures a period",
                permanent=True,
            )
        return found

    def replay(self, settings: Settings, wishes: Iterable[Wish], *, advance: Advance) -> list[Replay]:
        """What these windows would have come to under a configuration."""
        return [
            self._replay(settings, wish, limits_of(settings, settings.models[wish.model]), advance) for wish in wishes
        ]

    def calibrated(
        self, settings: Settings, wishes: Iterable[Wish], budget: Budget, *, advance: Advance
    ) -> list[Replay]:
        """The same with limits that are learned for a budget in place of numbers."""
        return [
            self._replay(
                settings, wish, as_calibrated(limits_of(settings, settings.models[wish.model]), budget), advance
            )
            for wish in wishes
        ]

    def _replay(self, settings: Settings, wish: Wish, limits: Limits, advance: Advance) -> Replay:
        model = settings.models[wish.model]
        ground = StoredGround(
            wish.model,
            self._store,
            basis=_basis(settings, model),
            fits=lambda shape: _fits(model, shape),
            cache=self._cache,
        )
        scope = Scope(
            wish.model,
            limits.wanted,
            frozenset(rule.metric for rule in limits.rules if not rule.paused),
            model.granularity,
            believes_stored=model.min_rows == self.settings.models[wish.model].min_rows,
        )
        return replay(
            wish.model,
            limits,
            wish.period,
            wish.windows,
            values=Values(scope, self._store, ground, wish.windows),
            ground=ground,
            seen=self._before(wish, limits, slides=isinstance(model.reference, RollingReference)),
            patience=model.lateness,
            advance=advance,
        )

    def _before(self, wish: Wish, limits: Limits, *, slides: bool) -> Courses:
        """What was measured before the period, as far back as it has a say."""
        seen = Courses(slides)
        for length in sorted({window.length for window in wish.windows}):
            reaches = limits.reaches(length)
            first = min(window for window in wish.windows if window.length == length)
            if reaches:
                since = {name: first.end - reach for name, reach in reaches.items()}
                with transaction(self._store) as connection:
                    seen.put(length, read_courses(connection, wish.model, first, since))
        return seen

    def _wish(self, model: ModelSettings, start: datetime | None, end: datetime | None) -> Wish | None:
        with transaction(self._store) as connection:
            ended = runs.ended(connection, model.name)
        if not ended:
            return None
        newest = max(window.end for window in ended)
        until = min(end or newest, newest)
        since = start or max(min(window.start for window in ended), until - LONGEST)
        if since >= until:
            return None
        windows = windows_within(schedule_of(model), since, until)
        found = tuple(windows) if start else tuple(_since_first(windows, _first_ends(ended)))
        return Wish(model.name, Window(since, until), found) if found else None

    def _named(self, settings: Settings, models: Sequence[str]) -> Sequence[str]:
        both = [name for name in settings.models if name in self.settings.models]
        faults = [
            Fault(str(self._config), None, "models", f"there is no model `{name}`; there are {', '.join(both)}")
            for name in models
            if name not in both
        ]
        if faults:
            raise ConfigError(faults)
        return models or both


def _first_ends(ended: Iterable[Window]) -> dict[timedelta, datetime]:
    """When the first window of each length ends that is done."""
    found: dict[timedelta, datetime] = {}
    for window in sorted(ended):
        found[window.length] = min(window.end, found.get(window.length, window.end))
    return found


def _since_first(windows: Iterable[Window], first: Mapping[timedelta, datetime]) -> Iterator[Window]:
    """What was not looked at before the first window of its length was no gap."""
    return (window for window in windows if window.end >= first.get(window.length, window.end))


def _basis(settings: Settings, model: ModelSettings) -> Callable[[Window], Basis]:
    """What windows are held against, of which only the words are used: no source is opened."""
    find = basis_of(model, NO_SHAPE, Engines(store=settings.store))
    return lambda window: find(NO_DATA, window)


def _fits(model: ModelSettings, shape: ModelShape) -> bool:
    """Whether profiles of this shape are of this configuration; features that it does not name are as they were."""
    features = model.predictions.features
    if features is None:
        roles = role_kinds(model)
        kinds = {name: kind for name, kind in shape.kinds.items() if name not in roles}
    else:
        numeric: dict[str, Kind] = dict.fromkeys(features.numeric, "numeric")
        kinds = numeric | dict.fromkeys(features.categorical, "categorical")
    return shape_of(model, kinds) == shape
