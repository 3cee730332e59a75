"""One window after the other, as a run measures, stores and alerts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pyarrow as pa
import pytest
import sqlalchemy as sa
from builders.limits import learning
from builders.rows import DAY, START, StubData

from alerts.routing import Route
from alerts.rule import Rule, Selector
from alerts.step import GONE
from monitor.errors import SourceError
from monitor.measure import Wanted
from monitor.observe import Observation, ProfileCache
from monitor.record import MEASURED_AGAIN, Outcome, Watched
from monitor.run import run_window
from monitor.store import runs
from monitor.store.database import migrate, open_store
from monitor.store.tables import ALERT, ALERT_EVENT, OUTBOX
from monitor.store.worker import Worker
from monitor.window import Window, from_epoch

DRIFT = Rule(
    name="Drift",
    metric="population_stability_index",
    above=0.2,
    select=Selector(column="amount"),
    annotations={"summary": "{column} of {model} moved"},
)
WANTED = Wanted(
    task="binary_classification",
    drift=("population_stability_index", "wasserstein"),
    performance=("roc_auc", "log_loss"),
    min_rows=100,
    has_targets=True,
)
FEBRUARY = START + 31 * DAY
NOW = START + 100 * DAY


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Engine]:
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


@dataclass
class World:
    """A model on a store, and windows that follow one another."""

    store: sa.Engine
    data: StubData = field(default_factory=StubData)
    rules: tuple[Rule, ...] = (DRIFT,)
    watched: Watched = field(init=False)

    def __post_init__(self) -> None:
        observation = Observation(
            "m", self.data, self.store, granularity=DAY, delay=DAY / 24, cache=ProfileCache(), clock=lambda: NOW
        )
        self.watched = Watched(
            name="m",
            learning=learning(WANTED, self.store, self.rules),
            route=Route(receiver="hook", group_by=("alertname", "model")),
            observe=lambda: observation,
            base_url="http://127.0.0.1:8501",
        )

    def run(self, number: int, *, length: int = 1, now: datetime = NOW, notify: bool = True) -> Outcome | None:
        end = FEBRUARY + number * DAY
        window = Window(end - length * DAY, end)
        with self.store.begin() as connection:
            runs.plan(connection, "m", [window])
        return run_window(self.watched, window, self.store, clock=lambda: now, notify=notify, ahead=end)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.store.begin() as connection:
            return [tuple(row) for row in connection.execute(sa.text(sql))]


def test_a_window_is_measured_and_stored(store: sa.Engine) -> None:
    world = World(store)
    outcome = world.run(5)
    assert outcome is not None
    assert (outcome.status, outcome.rows, outcome.fired) == ("done", 480, 0)
    metrics = {metric for (metric,) in world.rows("SELECT DISTINCT metric FROM v_measurement WHERE status = 'ok'")}
    assert metrics >= {"row_count", "null_share", "population_stability_index", "wasserstein", "roc_auc", "log_loss"}
    assert world.rows("SELECT status, rows FROM v_run") == [("done", 480)]
    ((task, rows),) = world.rows("SELECT task, reference_rows FROM v_model")
    assert (task, rows) == ("binary_classification", 31 * 480)


def test_the_limit_of_a_rule_stands_beside_what_it_limits(store: sa.Engine) -> None:
    world = World(store)
    world.run(5)
    limited = world.rows("SELECT metric, column_name, limit_low, limit_high FROM v_measurement WHERE limit_high > 0")
    assert limited == [("population_stability_index", "amount", None, 0.2)]


def test_every_column_has_its_distribution(store: sa.Engine) -> None:
    world = World(store)
    world.run(5)
    shares = world.rows(
        "SELECT column_name, sum(reference_share), sum(current_share) FROM v_distribution GROUP BY column_name"
    )
    assert {name for name, _, _ in shares} == {"amount", "country", "prediction", "score", "target"}
    assert all((reference, current) == (pytest.approx(1), pytest.approx(1)) for _, reference, current in shares)


def test_a_shift_fires_and_its_end_resolves_each_with_one_message(store: sa.Engine) -> None:
    world = World(store, data=StubData(changed=FEBRUARY + 5 * DAY))
    outcomes = [world.run(number) for number in range(4, 8)]
    assert [outcome.fired for outcome in outcomes if outcome] == [0, 0, 1, 0]
    world.data.changed = FEBRUARY + 100 * DAY
    assert (end := world.run(8)) is not None
    assert end.resolved == 1
    states = world.rows("SELECT from_state, to_state, episode FROM v_alert_event ORDER BY time_epoch")
    assert states == [("inactive", "firing", 1), ("firing", "inactive", 1)]
    assert world.rows("SELECT receiver, status FROM v_outbox") == [("hook", "planned")] * 2


def test_an_alert_ends_with_its_rule(store: sa.Engine) -> None:
    world = World(store, data=StubData(changed=FEBRUARY))
    world.run(1)
    renamed = replace(DRIFT, name="Renamed", select=Selector(column="country"))
    world.watched = replace(world.watched, learning=learning(WANTED, store, (renamed,)))
    outcomes = [world.run(number) for number in (2, 3)]
    assert [outcome.resolved for outcome in outcomes if outcome] == [1, 0]
    events = world.rows("SELECT alert, to_state, reason FROM v_alert_event ORDER BY time_epoch")
    assert events[1:] == [("Drift", "inactive", GONE)]
    assert told(world) == [("firing", "2024-02-02T00:00:00Z"), ("resolved", "2024-02-02T00:00:00Z")]


def test_an_alert_that_began_in_a_backfill_is_told_when_people_are_told_again(store: sa.Engine) -> None:
    world = World(store, data=StubData(changed=FEBRUARY))
    world.run(1, notify=False)
    assert told(world) == []
    for number in (2, 3):
        world.run(number)
    world.data.changed = FEBRUARY + 100 * DAY
    world.run(4)
    assert told(world) == [("firing", "2024-02-02T00:00:00Z"), ("resolved", "2024-02-02T00:00:00Z")]
    assert world.rows("SELECT to_state FROM v_alert_event ORDER BY time_epoch") == [("firing",), ("inactive",)]


def test_a_window_that_is_done_is_not_done_twice(store: sa.Engine) -> None:
    world = World(store)
    assert world.run(5) is not None
    assert world.run(5) is None
    assert world.rows("SELECT DISTINCT revision FROM v_measurement") == [(1,)]


def test_a_window_without_rows_is_skipped_with_a_reason(store: sa.Engine) -> None:
    @dataclass
    class Nothing(StubData):
        def current(self, window: Window, *, targets_before: datetime | None = None) -> Iterator[pa.RecordBatch]:
            return iter(())

    rule = Rule(name="NoRows", metric="row_count", below=1)
    world = World(store, data=Nothing(), rules=(rule,))
    outcome = world.run(5)
    assert outcome is not None
    assert (outcome.status, outcome.reason, outcome.fired) == ("skipped", "no predictions in this window", 1)
    assert world.rows("SELECT value, status FROM v_measurement WHERE metric = 'row_count'") == [(0.0, "ok")]
    assert world.rows("SELECT count(*) FROM v_measurement WHERE status = 'skipped' AND reason = ''") == [(0,)]


def test_targets_without_predictions_are_counted(store: sa.Engine) -> None:
    world = World(store, data=StubData(unmatched=3))
    world.run(5)
    assert world.rows("SELECT value FROM v_measurement WHERE metric = 'unmatched_targets'") == [(3.0,)]


@dataclass
class Breaking(StubData):
    """A source that breaks off in the middle, until it is mended."""

    error: Exception | None = field(default_factory=lambda: SourceError("the database went away"))

    def current(self, window: Window, *, targets_before: datetime | None = None) -> Iterator[pa.RecordBatch]:
        yield from super().current(window)
        if self.error:
            raise self.error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SourceError("the database went away"), "the database went away"),
        (ZeroDivisionError("oh"), "ZeroDivisionError: oh"),
    ],
)
def test_a_fault_is_written_down_and_nothing_else(store: sa.Engine, error: Exception, reason: str) -> None:
    world = World(store, data=Breaking(error=error))
    outcome = world.run(5)
    assert outcome is not None
    assert (outcome.status, outcome.reason) == ("failed", reason)
    assert world.rows("SELECT status, reason FROM v_run") == [("failed", reason)]
    assert world.rows("SELECT count(*) FROM v_measurement") == [(0,)]
    assert world.rows("SELECT count(*) FROM v_model") == [(1,)]


def test_what_failed_is_measured_when_the_world_is_well_again(store: sa.Engine) -> None:
    data = Breaking()
    world = World(store, data=data)
    world.run(5)
    data.error = None
    outcome = world.run(5)
    assert outcome is not None
    assert outcome.status == "done"
    assert world.rows("SELECT status, attempts FROM v_run") == [("done", 2)]


def test_an_event_keeps_what_was_known_when_it_happened(store: sa.Engine) -> None:
    world = World(store, data=StubData(changed=FEBRUARY + 5 * DAY))
    for number in range(2, 7):
        world.run(number)
    with store.begin() as connection:
        (content,) = connection.scalars(sa.select(ALERT_EVENT.c.content).where(ALERT_EVENT.c.to_state == "firing"))
    said = content["annotations"]
    assert said["summary"] == "amount of m moved"
    assert "That is the highest in 4 days" in said["description"]
    assert "Moved most: " in said["cause"]
    assert content["facts"]["past"]["windows"] == 4
    assert content["page"].startswith("model?model=m&metric=population_stability_index&column=amount")


def test_a_failed_run_leaves_an_alert_firing_and_says_so(store: sa.Engine) -> None:
    data = Breaking(changed=FEBRUARY, error=None)
    world = World(store, data=data)
    world.run(1)
    data.error = SourceError("the database went away")
    world.run(2)
    assert world.rows("SELECT state, health, reason FROM v_alert") == [("firing", "error", "the database went away")]


def test_a_fault_that_stays_is_told_once_and_its_end_once_every_window_is_measured(store: sa.Engine) -> None:
    data = Breaking()
    world = World(store, data=data)
    ended = [world.run(number) for number in (5, 5, 5, 6)]
    assert [outcome.fired for outcome in ended if outcome] == [0, 1, 0, 0]
    data.error = None
    ended = [world.run(number) for number in (6, 5)]
    assert [outcome.resolved for outcome in ended if outcome] == [0, 1]
    events = world.rows("SELECT alert, to_state, reason FROM v_alert_event WHERE alert = 'MonitorError' ORDER BY time")
    assert events == [
        ("MonitorError", "firing", "the database went away"),
        ("MonitorError", "inactive", MEASURED_AGAIN),
    ]
    assert len(told(world)) == 2


def test_a_fault_that_will_not_pass_is_told_at_once(store: sa.Engine) -> None:
    world = World(store, data=Breaking(error=SourceError("there is no such table", permanent=True)))
    outcome = world.run(5)
    assert outcome is not None
    assert (outcome.status, outcome.fired) == ("failed", 1)


def test_a_new_episode_clears_the_acknowledgement_of_the_last_one(store: sa.Engine) -> None:
    world = World(store, data=StubData(changed=FEBRUARY))
    who = "SELECT acknowledged_by, acknowledged_at, acknowledged_comment FROM alert"
    world.run(1)
    with store.begin() as connection:
        connection.execute(
            sa.update(ALERT).values(acknowledged_by="me", acknowledged_at=1, acknowledged_comment="on it")
        )
    for number, changed in ((2, FEBRUARY), (3, FEBRUARY + 100 * DAY)):
        world.data.changed = changed
        world.run(number)
        assert world.rows(who) == [("me", 1, "on it")]
    world.data.changed = FEBRUARY
    world.run(4)
    assert world.rows(who) == [("", None, "")]


def test_a_user_who_breaks_off_leaves_the_window_to_the_next_run(store: sa.Engine) -> None:
    data = Breaking()
    world = World(store, data=data)
    world.watched = replace(world.watched, observe=_raise(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        world.run(5)
    assert world.rows("SELECT status, attempts FROM v_run") == [("planned", 0)]


def test_a_worker_that_lost_its_window_writes_nothing(store: sa.Engine) -> None:
    world = World(store)
    window = Window(FEBRUARY, FEBRUARY + DAY)
    original = world.watched.observe

    def slow() -> Observation:
        with store.begin() as connection:
            assert runs.claim(connection, "m", window, NOW + 2 * runs.LEASE, Worker("elsewhere", 1)) is not None
        return original()

    world.watched = replace(world.watched, observe=slow)
    assert world.run(1) is None
    assert world.rows("SELECT count(*) FROM v_measurement") == [(0,)]
    assert world.rows("SELECT status, attempts FROM v_run") == [("running", 2)]


def test_windows_of_several_lengths_agree_with_their_days(store: sa.Engine) -> None:
    world = World(store)
    for number in range(1, 8):
        world.run(number)
    world.run(7, length=7)
    days, week = (
        world.rows(f"SELECT sum(value) FROM v_measurement WHERE metric = 'row_count' AND window_seconds = {seconds}")
        for seconds in (86400, 7 * 86400)
    )
    assert days == week
    assert timedelta(days=7) == 7 * DAY


def told(world: World) -> list[tuple[str, str]]:
    """What people are to be told, and when its episode began, in order."""
    planned = sa.select(ALERT_EVENT).join(OUTBOX, OUTBOX.c.event_id == ALERT_EVENT.c.event_id)
    with world.store.begin() as connection:
        events = connection.execute(planned.order_by(OUTBOX.c.outbox_id)).all()
    began = {(event.fingerprint, event.episode): event.window_end for event in reversed(events)}
    return [
        (
            "firing" if event.to_state == "firing" else "resolved",
            f"{from_epoch(began[event.fingerprint, event.episode]):%Y-%m-%dT%H:%M:%SZ}",
        )
        for event in events
    ]


def _raise(error: BaseException) -> Callable[[], Observation]:
    def observe() -> Observation:
        raise error

    return observe
