"""A model that is watched: where its rows lie, what is measured, and how often."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, Strict, ValidationInfo, WithJsonSchema, field_validator
from pydantic.json_schema import SkipJsonSchema

from monitor.config.faults import Remark, raise_all, wrong
from monitor.config.metrics import DriftNames, PerformanceNames, quality_of
from monitor.config.part import ClassName, Part, Text, twice
from monitor.config.reference import ReferenceSettings, RollingReference
from monitor.config.tables import PredictionSettings, TargetSettings
from monitor.config.times import Length, LengthOrNothing, say_length
from monitor.drift.catalogue import drift_of_segments
from monitor.performance.catalogue import METRICS, default_metrics
from monitor.profile.shape import Task
from monitor.quality.catalogue import QUALITY_OF_SEGMENTS

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_SEGMENTS = 20


def _model_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise wrong("the name of a model should be made of letters, digits, _ and -")
    return name


# On is refused before it comes here, as not supported yet.
Switch = Annotated[bool, Strict(), WithJsonSchema({"const": False})]


class MeasureSettings(Part):
    """What is measured, besides the quality of the data, which always is."""

    drift: DriftNames = (
        "population_stability_index",
        "jensen_shannon",
        "wasserstein",
        "kolmogorov_smirnov",
    )
    performance: PerformanceNames | None = Field(default=None, description="Left out: everything that suits the task.")
    estimate: Switch = False
    operations: Switch = False


# The checks stand with the later field of those they compare, and look only at what could be read: so one
# fault does not hide another. The same goes for the rules.
class ModelSettings(Part):
    """A model that is watched."""

    name: SkipJsonSchema[Annotated[str, AfterValidator(_model_name)]]
    task: Task = Field(description="What the model does; none: only drift and quality are measured.")
    predictions: PredictionSettings
    targets: TargetSettings | None = Field(default=None, description="Left out: performance is not measured.")
    reference: ReferenceSettings = Field(description="What the windows are held against.")
    positive: ClassName | None = Field(
        default=None, description="The positive class of a binary classification; left out: 1 or true."
    )
    granularity: Length = Field(default=HOUR, description="The smallest stretch of time that is profiled.")
    windows: tuple[Length, ...] = Field(
        default=(DAY,), min_length=1, validate_default=True, description="How long the windows are."
    )
    every: Length = Field(
        default_factory=lambda known: min(known.get("windows") or (DAY,)),
        validate_default=True,
        description="How far apart the windows end; left out: the shortest window.",
    )
    delay: LengthOrNothing = Field(
        default=timedelta(minutes=10), description="How long after its end a window is measured."
    )
    lateness: LengthOrNothing = Field(
        default=timedelta(days=3), description="Rows and targets that come later than this are counted, not used."
    )
    segments: tuple[Text, ...] = Field(
        default=(),
        description="Columns of the predictions; the rows with each of their most frequent values are measured too.",
        json_schema_extra={"maxItems": MOST_SEGMENTS, "uniqueItems": True},
    )
    min_rows: int = Field(
        default=200, ge=1, strict=True, description="Fewer rows than this give no value but a reason."
    )
    measure: MeasureSettings = Field(default=MeasureSettings(), validate_default=True)

    @field_validator("predictions")
    @classmethod
    def _outputs_fit_task(cls, predictions: PredictionSettings, info: ValidationInfo) -> PredictionSettings:
        if "task" in info.data:
            raise_all(_output_remarks(info.data["task"], predictions))
        return predictions

    @field_validator("positive")
    @classmethod
    def _task_has_positive(cls, positive: str | None, info: ValidationInfo) -> str | None:
        if positive is not None and info.data.get("task", "binary_classification") != "binary_classification":
            raise wrong("only a binary classification has a positive class")
        return positive

    @field_validator("windows")
    @classmethod
    def _whole_buckets(cls, windows: tuple[timedelta, ...], info: ValidationInfo) -> tuple[timedelta, ...]:
        remarks = list(twice(map(say_length, windows)))
        if granularity := info.data.get("granularity"):
            remarks += [
                Remark(_no_multiple(window, granularity), (index,))
                for index, window in enumerate(windows)
                if window % granularity
            ]
        remarks += _overlap_remarks(windows, info.data.get("reference"))
        raise_all(remarks)
        return windows

    @field_validator("every")
    @classmethod
    def _whole_steps(cls, every: timedelta, info: ValidationInfo) -> timedelta:
        granularity = info.data.get("granularity")
        if granularity and "windows" in info.data and every % granularity:
            raise wrong(_no_multiple(every, granularity))
        return every

    @field_validator("segments")
    @classmethod
    def _columns_that_many_share(cls, segments: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        raise_all([*_segment_remarks(segments, info.data.get("predictions")), *twice(segments)])
        return segments

    @field_validator("measure")
    @classmethod
    def _performance_fits(cls, measure: MeasureSettings, info: ValidationInfo) -> MeasureSettings:
        if measure.performance and {"task", "predictions", "targets"} <= info.data.keys():
            raise_all(
                _performance_remarks(
                    measure.performance,
                    info.data["task"],
                    has_targets=info.data["targets"] is not None,
                    has_score=info.data["predictions"].columns.score is not None,
                )
            )
        return measure

    @property
    def has_versions(self) -> bool:
        return self.predictions.columns.version is not None

    @property
    def reach(self) -> timedelta:
        """How far back profiles are asked for, in whole days: by windows that late rows open, and their reference."""
        rolling = self.reference if isinstance(self.reference, RollingReference) else None
        reference = rolling.last + rolling.ending if rolling else timedelta(0)
        return -(-(max(self.windows) + reference + self.lateness + self.delay) // DAY) * DAY

    @property
    def performance(self) -> tuple[str, ...]:
        """The measures of performance that are wanted and possible."""
        if self.targets is None:
            return ()
        if self.measure.performance is not None:
            return self.measure.performance
        return default_metrics(self.task, has_score=self.predictions.columns.score is not None)

    @property
    def metrics(self) -> frozenset[str]:
        """The names of everything that is measured of this model."""
        quality = quality_of(has_targets=self.targets is not None)
        return frozenset((*self.measure.drift, *self.performance, *quality))

    @property
    def metrics_of_segments(self) -> frozenset[str]:
        """The names of what is measured of each segment; rows per bin suffice for these."""
        return (
            frozenset((*drift_of_segments(self.measure.drift), *self.performance, *QUALITY_OF_SEGMENTS)) & self.metrics
        )

    @property
    def column_names(self) -> frozenset[str] | None:
        """The columns that drift sees; None as long as the features are to be read off the reference."""
        columns, features = self.predictions.columns, self.predictions.features
        if features is None:
            return None
        roles = {
            "prediction": columns.prediction is not None,
            "score": isinstance(columns.score, str),
            "target": self.targets is not None,
        }
        scores = () if columns.score is None or isinstance(columns.score, str) else columns.score
        present = (role for role, is_there in roles.items() if is_there)
        return frozenset((*features.names, *present, *(f"score.{name}" for name in scores)))


def _no_multiple(length: timedelta, granularity: timedelta) -> str:
    return f"{say_length(length)} is not a whole number of buckets; granularity is {say_length(granularity)}"


def _overlap_remarks(windows: tuple[timedelta, ...], reference: ReferenceSettings | None) -> Iterator[Remark]:
    if not isinstance(reference, RollingReference):
        return
    for index, window in enumerate(windows):
        if window > reference.ending:
            length = say_length(window)
            yield Remark(f"the reference overlaps a window of {length}; let it end {length} ago or earlier", (index,))


def _segment_remarks(segments: tuple[str, ...], predictions: PredictionSettings | None) -> Iterator[Remark]:
    if len(segments) > MOST_SEGMENTS:
        yield Remark(f"at most {MOST_SEGMENTS} columns can make segments, and there are {len(segments)}")
    columns = predictions.columns if predictions else None
    own = {columns.id: "id", columns.time: "time", columns.ingested: "ingested"} if columns else {}
    for index, name in enumerate(segments):
        if name in own:
            role = f"`{name}` is mapped as `{own[name]}`"
            yield Remark(f"{role}; a segment needs a column whose values many rows share", (index,))


def _output_remarks(task: Task, predictions: PredictionSettings) -> Iterator[Remark]:
    columns, at = predictions.columns, ("columns",)
    is_classification = task.endswith("_classification")
    if is_classification and columns.prediction is None and columns.score is None:
        yield Remark("a classification needs a prediction or a score", at, frozenset(("prediction", "score")))
    if task == "regression" and columns.prediction is None:
        yield Remark("a regression needs a prediction", at, frozenset(("prediction",)))
    if task == "regression" and columns.score is not None:
        yield Remark("a regression has no score; leave it out", (*at, "score"))
    if task == "binary_classification" and columns.score is not None and not isinstance(columns.score, str):
        yield Remark("the score of a binary classification is one column", (*at, "score"))
    if task == "multiclass_classification" and (isinstance(columns.score, str) or len(columns.score or "ab") < 2):
        yield Remark("the scores of a multiclass classification are {class: column}, two or more", (*at, "score"))


def _performance_remarks(names: tuple[str, ...], task: Task, *, has_targets: bool, has_score: bool) -> Iterator[Remark]:
    if not has_targets:
        yield Remark("performance needs targets; add them, or leave this out", ("performance",))
    for index, name in enumerate(names):
        at = ("performance", index)
        if task not in METRICS[name].tasks:
            yield Remark(f"`{name}` does not suit the task {task}", at)
        elif METRICS[name].needs_score and not has_score:
            yield Remark(f"`{name}` needs a score, and predictions.columns has none", at)
