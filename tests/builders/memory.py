"""A model's predictions and targets in memory, to which more can come; it notes what it hands out, and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from monitor.observe import Basis, NewOutcomes
from monitor.profile.plan import Plan
from monitor.profile.shape import Kind, ModelShape
from monitor.sources.spec import NOT_FEATURES, TableSpec
from monitor.sources.targets import TargetLookup, unmatched_counts
from monitor.store.targets import TargetCount
from monitor.window import Window, floor, utc

HOUR = timedelta(hours=1)
START = utc(2024)
MOMENT = pa.timestamp("us", "UTC")
TYPES = {"time": MOMENT, "ingested": MOMENT, "amount": pa.float64(), "weight": pa.float64(), "score": pa.float64()}

Row = dict[str, object]


@dataclass
class MemoryLog:
    """Rows in the order in which they came; `handed_out` counts ids by how they were read."""

    spec: TableSpec
    rows: list[Row] = field(default_factory=list)
    at_once: int = 7  # rows of a batch: few, so that batches end in the middle of everything
    handed_out: dict[str, Counter[str]] = field(default_factory=dict)
    step: Callable[[str], None] = lambda _: None
    arrival_trouble: str = ""

    def scan(self, window: Window | None = None, *, only: Collection[str] = ()) -> Iterator[pa.RecordBatch]:
        wanted = [row for row in self.rows if window is None or _within(row["time"], window)]
        how = "narrow" if only and "amount" not in only else "scanned"
        return self._batches(wanted, how, only)

    def lookup(self, ids: Sequence[str], *, only: Collection[str] = ()) -> Iterator[pa.RecordBatch]:
        asked = set(ids)
        return self._batches([row for row in self.rows if row["id"] in asked], "looked up", only)

    def counts(self, window: Window, granularity: timedelta) -> Mapping[datetime, int]:
        self.step("counted")
        inside = [row["time"] for row in self.rows if _within(row["time"], window)]
        return Counter(floor(time, granularity) for time in inside if isinstance(time, datetime))

    def arrived(self, since: datetime, until: datetime, *, only: Collection[str] = ()) -> Iterator[pa.RecordBatch]:
        stretch = Window(since, until)
        return self._batches([row for row in self.rows if _within(row["ingested"], stretch)], "arrived", only)

    def size(self) -> int:
        return len(self.rows)

    def newest(self) -> datetime | None:
        return max((row["time"] for row in self.rows if isinstance(row["time"], datetime)), default=None)

    def is_empty(self, window: Window | None = None) -> bool:
        return not any(window is None or _within(row["time"], window) for row in self.rows)

    def times_handed_out(self, how: str, of: str) -> int:
        """How often the row with an id was read that way."""
        return self.handed_out.get(how, Counter())[of]

    def most(self, how: str) -> int:
        """How often the row was read that was read most often that way."""
        return max(self.handed_out.get(how, Counter()).values(), default=0)

    def _batches(self, rows: Sequence[Row], how: str, only: Collection[str]) -> Iterator[pa.RecordBatch]:
        names = self.spec.names(only)
        for first in range(0, len(rows), self.at_once):
            self.step(how)
            some = rows[first : first + self.at_once]
            self.handed_out.setdefault(how, Counter()).update(str(row["id"]) for row in some)
            yield pa.RecordBatch.from_pydict(
                {name: pa.array([row.get(name) for row in some], TYPES.get(name, pa.string())) for name in names}
            )


@dataclass
class MemoryData:
    """The data of a binary classifier; the reference stands apart, or is a stretch of the predictions."""

    versions: bool = False
    segments: bool = False
    notes_arrival: bool = False
    target_times: bool = True
    more_features: bool = False
    counts_unmatched: bool = False
    find_basis: Callable[[MemoryData, Window], Basis] | None = None
    reference_seed: int = 1
    predictions: MemoryLog = field(init=False)
    targets: MemoryLog = field(init=False)
    step: Callable[[str], None] = lambda _: None

    def __post_init__(self) -> None:
        columns = ("id", "time", "ingested", "prediction", "score", "version", *self._features)
        self.predictions = MemoryLog(_spec("predictions", columns), step=self._step)
        times = ("time",) if self.target_times else ()
        self.targets = MemoryLog(_spec("targets", ("id", "target", *times)), step=self._step)

    @property
    def _features(self) -> tuple[str, ...]:
        return ("amount", "country", "weight") if self.more_features else ("amount", "country")

    def _step(self, how: str) -> None:
        self.step(how)

    @property
    def shape(self) -> ModelShape:
        more: dict[str, Kind] = {"weight": "numeric"} if self.more_features else {}
        return ModelShape(
            task="binary_classification",
            kinds={
                "amount": "numeric",
                "country": "categorical",
                **more,
                "prediction": "categorical",
                "score": "numeric",
                "target": "categorical",
            },
            segments={"country": "country"} if self.segments else {},
            has_versions=self.versions,
        )

    @property
    def has_targets(self) -> bool:
        return True

    @property
    def _lookup(self) -> TargetLookup:
        return TargetLookup(self.targets, "categorical", has_times=self.target_times)

    @property
    def _narrow(self) -> tuple[str, ...]:
        return "id", "time", "prediction", "score", "version", *self.shape.segments.values()

    def basis(self, window: Window) -> Basis:
        if self.find_basis is not None:
            return self.find_basis(self, window)
        seed = self.reference_seed
        return Basis("of old", lambda: iter([_reference(seed)]), lambda: f"seed {seed}")

    def current(self, window: Window, *, targets_before: datetime | None = None) -> Iterator[pa.RecordBatch]:
        return self._lookup.attach(self.predictions.scan(window), targets_before)

    def outcomes(self, window: Window, *, targets_before: datetime | None = None) -> Iterator[pa.RecordBatch]:
        return self._lookup.attach(self.predictions.scan(window, only=self._narrow), targets_before)

    def profiled(self, window: Window, plan: Plan, granularity: timedelta, **_: object) -> None:
        return None

    def counts(self, window: Window, granularity: timedelta) -> Mapping[datetime, int]:
        return self.predictions.counts(window, granularity)

    def arrived(self, since: datetime, until: datetime) -> Iterator[pa.RecordBatch] | None:
        return self.predictions.arrived(since, until, only=("time",)) if self.notes_arrival else None

    def target_counts(self, window: Window, granularity: timedelta) -> Mapping[datetime, TargetCount] | None:
        self.step("unmatched")
        if not self.counts_unmatched or not self.target_times:
            return None
        counts = unmatched_counts(self.predictions, self._lookup, window, granularity)
        return {start: TargetCount(rows, unmatched) for start, (rows, unmatched) in counts.items()}

    def target_rows(self, window: Window, granularity: timedelta) -> Mapping[datetime, int] | None:
        return self.targets.counts(window, granularity) if self.target_times else None

    def new_outcomes(self, window: Window) -> Iterator[NewOutcomes]:
        for new in self._lookup.observed(window):
            first = self.predictions.lookup(new.first, only=self._narrow)
            again = self.predictions.lookup(new.again, only=("time",))
            yield NewOutcomes(new.rows, [self._lookup.join(batch, new.found) for batch in first], list(again))

    def all_targets(self) -> int:
        return self.targets.size()

    def predict(self, name: str, at: datetime | None, *, came: datetime | None = None, version: str = "a") -> None:
        """One more prediction; what it says hangs on its id alone."""
        self.predictions.rows.append({**_content(name), "time": at, "ingested": came or at, "version": version})

    def observe(self, name: str, at: datetime | None, *, target: str | None = None) -> None:
        """One more target."""
        self.targets.rows.append({"id": name, "time": at, "target": target or _truth(name)})


def ids(start: datetime, hours: int, *, per_hour: int = 6) -> list[tuple[str, datetime]]:
    """Ids and times, evenly spread."""
    step = HOUR / per_hour
    return [(f"{start + number * step:%d.%H:%M}", start + number * step) for number in range(hours * per_hour)]


def rolling(last: timedelta, ending: timedelta) -> Callable[[MemoryData, Window], Basis]:
    """A reference that moves along, as it is configured."""

    def basis(data: MemoryData, window: Window) -> Basis:
        end = window.end - ending
        moving = Window(end - last, end)
        fixed = Window(floor(moving.start, last), floor(moving.start, last) + last)

        def of(stretch: Window, otherwise: Basis | None) -> Basis:
            return Basis(
                f"predictions of {stretch}",
                lambda: data.current(stretch),
                lambda: "settled",
                stretch,
                slides=moving,
                otherwise=otherwise,
            )

        return of(fixed, of(moving, None))

    return basis


def _spec(table: str, columns: Collection[str]) -> TableSpec:
    kinds: dict[str, Kind] = {name: "categorical" for name in columns if name not in NOT_FEATURES}
    return TableSpec(table, {name: name for name in columns}, kinds)


def _within(time: object, window: Window) -> bool:
    return isinstance(time, datetime) and time in window


def _draw(name: str) -> np.random.Generator:
    return np.random.default_rng(list(name.encode()))


def _truth(name: str) -> str:
    return "1" if _draw(name).random() < 0.4 else "0"


def _content(name: str) -> Row:
    draw = _draw(name)
    score = min(max(0.3 + 0.4 * (draw.random() < 0.4) + float(draw.normal(0, 0.2)), 0.0), 1.0)
    return {
        "id": name,
        "amount": round(float(draw.normal(10, 3)), 3),
        "weight": round(float(draw.normal(0, 1)), 3),
        "country": str(draw.choice(["AT", "CH", "DE"])),
        "score": round(score, 4),
        "prediction": "1" if score >= 0.5 else "0",
    }


def _reference(seed: int) -> pa.RecordBatch:
    rows = [{**_content(f"{seed}-{number}"), "target": _truth(f"{seed}-{number}")} for number in range(300)]
    return pa.RecordBatch.from_pylist(rows)
