"""Limits that are learned from the reference, from the first window on and through the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from builders.limits import limits_of
from builders.rows import DAY, START, StubData

from alerts.rule import Rule, Selector
from monitor.calibration.kinds import Calibrated, Kind, Relative, Sequential, Sigmas, Tolerance
from monitor.limits.learning import Learning
from monitor.measure import Wanted
from monitor.observe import Basis, Observation, ProfileCache
from monitor.record import Watched
from monitor.run import run_window
from monitor.store import runs
from monitor.store.database import migrate, open_store
from monitor.window import Window

PSI = "population_stability_index"
WANTED = Wanted("binary_classification", (PSI,), ("accuracy", "roc_auc"), min_rows=100, has_targets=True)
JANUARY = Window(START, START + 31 * DAY)
FEBRUARY = JANUARY.end
NOW = START + 100 * DAY


@dataclass
class LogData(StubData):
    """The reference is a stretch of the log, or of none."""

    stretch: Window | None = JANUARY

    def basis(self, window: Window) -> Basis:
        stretch = self.stretch or JANUARY
        return Basis(f"{stretch}", lambda: self.current(stretch), lambda: "settled", self.stretch)


def learned(name: str, metric: str, column: str = "*") -> Rule:
    return Rule(name=name, metric=metric, learned=True, select=Selector(column=column))


@dataclass
class World:
    """A model, its store, and rules that learn."""

    store: sa.Engine
    kinds: Mapping[str, tuple[Rule, Kind]]
    data: LogData = field(default_factory=LogData)
    windows: tuple[timedelta, ...] = (DAY,)

    def watched(self) -> Watched:
        observation = Observation(
            "m", self.data, self.store, granularity=DAY, delay=DAY / 24, cache=ProfileCache(), clock=lambda: NOW
        )
        rules = [rule for rule, _ in self.kinds.values()]
        limits = limits_of(WANTED, rules, {name: kind for name, (_, kind) in self.kinds.items()}, windows=self.windows)
        learning = Learning("m", limits, self.store, lambda: NOW)
        return Watched("m", learning, None, lambda: observation, base_url="")

    def run(self, number: int, *, watched: Watched | None = None, length: timedelta = DAY) -> int:
        """Measure the window of a day of February; how many alerts fired."""
        end = FEBRUARY + (number + 1) * DAY
        window = Window(end - length, end)
        with self.store.begin() as connection:
            runs.plan(connection, "m", [window])
        outcome = run_window(
            watched or self.watched(), window, self.store, clock=lambda: NOW, notify=False, ahead=window.end
        )
        assert outcome is not None
        assert outcome.status == "done", outcome.reason
        return outcome.fired

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.store.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(sql))]

    def limits(self, metric: str, column: str = "") -> list[tuple[float | None, float | None]]:
        return [
            (low, high)  # type: ignore[misc]
            for low, high in self.rows(
                "SELECT limit_low, limit_high FROM v_measurement"
                f" WHERE metric = '{metric}' AND column_name = '{column}' ORDER BY time_epoch"
            )
        ]


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


CALIBRATED = {
    "Drift": (learned("Drift", PSI), Calibrated("above")),
    "Rows": (learned("Rows", "row_count"), Calibrated("below")),
}


def test_a_quiet_model_keeps_within_calibrated_limits_and_a_shift_breaks_them(store: sa.Engine) -> None:
    world = World(store, CALIBRATED)
    assert [world.run(day) for day in range(4)] == [0, 0, 0, 0]
    assert all(high is not None and 0.02 < high < 0.2 for _, high in world.limits(PSI, "amount"))
    assert all(low is not None and 100 < low < 480 for low, _ in world.limits("row_count"))
    world.data.changed = FEBRUARY + 4 * DAY
    assert world.run(4) == 1
    assert world.rows("SELECT alert, column_name FROM v_alert WHERE state = 'firing'") == [("Drift", "amount")]


def test_what_the_reference_taught_is_gathered_once(store: sa.Engine) -> None:
    world = World(store, CALIBRATED)
    world.run(0)
    (first,) = world.rows("SELECT created_at, content FROM calibration")
    world.data.scanned.clear()
    assert world.run(1) == 0
    assert world.data.scanned == [Window(FEBRUARY + DAY, FEBRUARY + 2 * DAY)]
    assert world.rows("SELECT created_at, content FROM calibration") == [first]
    assert world.limits(PSI, "amount")[0] == world.limits(PSI, "amount")[1]


def test_each_length_of_windows_learns_by_itself_and_takes_its_share(store: sa.Engine) -> None:
    alone = World(store, CALIBRATED)
    alone.run(0)
    both = replace(alone, windows=(DAY, 2 * DAY))
    both.run(1)
    both.run(1, length=2 * DAY)
    assert both.rows("SELECT window_seconds FROM calibration ORDER BY 1") == [(86_400,), (172_800,)]
    limits = both.rows(
        f"SELECT window_seconds, limit_high FROM v_measurement WHERE metric = '{PSI}' AND column_name = 'amount'"
        " ORDER BY window_seconds, time_epoch"
    )
    (_, first), (_, shared), (_, longer) = limits
    assert shared > first  # type: ignore[operator] - two lengths look twice as often
    assert 0 < longer < 0.2  # type: ignore[operator]


def test_a_reference_that_is_no_stretch_bears_a_little(store: sa.Engine) -> None:
    world = World(store, CALIBRATED, LogData(stretch=None))
    assert world.run(0) == 0
    ((_, high),) = world.limits(PSI, "amount")
    assert high is not None
    assert 0.02 < high < 0.2
    assert world.limits("row_count") == [(1.0, None)]
    world.data.changed = FEBRUARY + DAY
    assert world.run(1) == 1


@pytest.mark.parametrize("days", [1, 3, 7])
def test_a_short_reference_falls_back_and_never_says_less_than_it_showed(store: sa.Engine, days: int) -> None:
    world = World(store, CALIBRATED, LogData(stretch=Window(START, START + days * DAY)))
    assert world.run(0) == 0
    ((_, high),) = world.limits(PSI, "amount")
    assert high is not None
    assert 0.02 < high < 0.3


def test_other_limits_come_out_of_the_reference_and_of_the_past(store: sa.Engine) -> None:
    kinds: dict[str, tuple[Rule, Kind]] = {
        "Borne": (learned("Borne", PSI, "country"), Tolerance(0.02)),
        "Sigmas": (learned("Sigmas", "row_count"), Sigmas(3)),
        "Relative": (learned("Relative", PSI, "amount"), Relative("previous", 0.5)),
        "Auc": (learned("Auc", "roc_auc"), Relative("reference", 0.1)),
        "Errors": (learned("Errors", "accuracy"), Sequential(0.02, limits_of(WANTED).budget)),
    }
    world = World(store, kinds)
    for day in range(3):
        world.run(day)
    values = [
        value
        for (value,) in world.rows(
            f"SELECT value FROM v_measurement WHERE metric = '{PSI}' AND column_name = 'amount' ORDER BY time_epoch"
        )
    ]
    assert world.limits(PSI, "amount")[0] == (None, None)
    assert (
        world.limits(PSI, "amount")[1:]
        == [
            (pytest.approx(value * 0.5), pytest.approx(value * 1.5))  # type: ignore[operator]
            for value in values[:2]
        ]
    )
    (low, high), *_ = world.limits("row_count")
    assert low is not None
    assert high is not None
    assert low < 480 < high
    (low, high), *_ = world.limits("roc_auc")
    assert low is not None
    assert high == pytest.approx(low * 1.1 / 0.9)
    lows = [low for low, _ in world.limits("accuracy")]
    assert all(low is not None and 0.5 < low < 0.8 for low in lows)
    assert all(high is not None for _, high in world.limits(PSI, "country"))


def test_a_worker_that_lost_its_window_keeps_no_calibration(store: sa.Engine) -> None:
    world = World(store, CALIBRATED)
    watched = world.watched()

    def lost(_: sa.Connection) -> None:
        raise runs.LostClaimError("taken over")

    window = Window(FEBRUARY, FEBRUARY + DAY)
    with pytest.raises(runs.LostClaimError):
        watched.learning.calibration(watched.observe(), window, guard=lost)
    assert world.rows("SELECT * FROM calibration") == []
