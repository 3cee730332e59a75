"""Files of `seamark test-rules`: courses of values, and the alerts that are to come of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema, field_validator

from alerts import health
from alerts.bounds import Bounds
from alerts.trial import Check, Course, Expected, Sample, Trial
from monitor.config.context import Context
from monitor.config.faults import Remark, did_you_mean, raise_all, wrong
from monitor.config.limits import Range
from monitor.config.loader import load, read_as, text_of
from monitor.config.metrics import NAMES
from monitor.config.part import Part, Text
from monitor.config.samples import Name, read_samples, read_series, read_time
from monitor.config.schema import Schema
from monitor.config.settings import Settings
from monitor.config.times import say_length

Time = Annotated[timedelta, BeforeValidator(read_time), WithJsonSchema({"type": "string"})]
BESIDE = "seamark.yaml"


@dataclass(frozen=True, slots=True)
class _Around(Context):
    """What the checks of a file know: the configuration, once it is read."""

    found: list[Settings] = field(default_factory=list)


def _settings(info: ValidationInfo[Any]) -> Settings | None:
    found = info.context.found if isinstance(info.context, _Around) else []
    return found[0] if found else None


class SeriesSettings(Part):
    """A series and its values."""

    series: Text = Field(description='Such as roc_auc{model="late_arrival", window="7d"}.')
    values: Text = Field(description="One for each window: 0.8x3, 0.8-0.1x3, _ (no value), stale (no series), NaN.")

    @field_validator("series")
    @classmethod
    # pydantic leaves the context's type open.
    def _known(cls, text: str, info: ValidationInfo[Any]) -> str:
        name = read_series(text)
        if name.metric not in NAMES:
            raise wrong(f"`{name.metric}` is no metric{did_you_mean(name.metric, NAMES)}")
        if settings := _settings(info):
            _check(name, settings)
        return text

    @field_validator("values")
    @classmethod
    def _understood(cls, text: str) -> str:
        read_samples(text)
        return text

    @property
    def samples(self) -> tuple[Sample, ...]:
        return read_samples(self.values)

    def course(self, settings: Settings) -> Course:
        """The series as rules see it."""
        name = read_series(self.series)
        key, _, value = name.labels.get("segment", "").partition("=")
        return Course(
            model=name.labels["model"],
            version=name.labels.get("version", ""),
            metric=name.metric,
            column_name=name.labels.get("column", ""),
            segment_key=key,
            segment_value=value,
            window_seconds=int(_window(name, settings).total_seconds()),
            samples=self.samples,
        )


def _check(name: Name, settings: Settings) -> None:
    model = name.labels.get("model", "")
    if model not in settings.models:
        raise wrong(f"no model is called `{model}`{did_you_mean(model, settings.models)}")
    if "=" not in name.labels.get("segment", "="):
        raise wrong("segment should be column=value, such as carrier=AA")
    _window(name, settings)


def _window(name: Name, settings: Settings) -> timedelta:
    known = settings.models[name.labels["model"]].windows
    there = ", ".join(map(say_length, known))
    if "window" not in name.labels:
        if len(known) == 1:
            return known[0]
        raise wrong(f"window is missing; there is {there}")
    window = read_time(name.labels["window"])
    if window not in known:
        raise wrong(f"the model has no window of {say_length(window)}; there is {there}")
    return window


class ExpectedSettings(Part):
    """An alert that is to fire."""

    exp_labels: Mapping[str, Text] = Field(default_factory=dict, description="All its labels, but for the name.")
    exp_annotations: Mapping[str, Text] = Field(default_factory=dict, description="Of its annotations, these.")


class CheckSettings(Part):
    """What is to fire at a time."""

    eval_time: Time = Field(description="So long after the end of the first window.")
    alertname: Text
    exp_alerts: tuple[ExpectedSettings, ...] = Field(default=(), description="Left out: none.")

    @field_validator("alertname")
    @classmethod
    # pydantic leaves the context's type open.
    def _known(cls, name: str, info: ValidationInfo[Any]) -> str:
        if settings := _settings(info):
            names = {rule.alert for rule in settings.alerts.rules} | {health.NO_DATA}
            if name not in names:
                raise wrong(f"no rule is called `{name}`{did_you_mean(name, names)}")
        return name

    def check(self) -> Check:
        expected = (Expected(dict(one.exp_labels), dict(one.exp_annotations)) for one in self.exp_alerts)
        return Check(self.eval_time, self.alertname, tuple(expected))


def _not_nothing(length: timedelta) -> timedelta:
    if not length:
        raise wrong("should be longer than nothing")
    return length


Interval = Annotated[Time, AfterValidator(_not_nothing)]


class TrySettings(Part):
    """One course of events."""

    name: str = ""
    interval: Interval | None = Field(default=None, description="From window to window; default: evaluation_interval.")
    limits: Mapping[str, Range] = Field(
        default_factory=dict, description="What rules that learn their limit are held against: {Drift: [0, 0.2]}."
    )
    input_series: tuple[SeriesSettings, ...] = Field(min_length=1)
    alert_rule_test: tuple[CheckSettings, ...] = Field(min_length=1)

    @field_validator("limits")
    @classmethod
    # pydantic leaves the context's type open.
    def _of_learned(cls, limits: Mapping[str, Range], info: ValidationInfo[Any]) -> Mapping[str, Range]:
        if settings := _settings(info):
            known = {rule.alert for rule in settings.alerts.rules if rule.kind is not None}
            raise_all(
                Remark(f"no rule that learns its limit is called `{name}`{did_you_mean(name, known)}", (name,))
                for name in limits
                if name not in known
            )
        return limits

    @field_validator("alert_rule_test")
    @classmethod
    # pydantic leaves the context's type open.
    def _limited(cls, checks: tuple[CheckSettings, ...], info: ValidationInfo[Any]) -> tuple[CheckSettings, ...]:
        if (settings := _settings(info)) and "limits" in info.data:
            learned = {rule.alert for rule in settings.alerts.rules if rule.kind is not None}
            raise_all(
                Remark(
                    f"`{check.alertname}` learns its limit from data; say one for this test,"
                    f" limits: {{{check.alertname}: [0, 0.2]}}, or try it with `seamark backtest`",
                    (index, "alertname"),
                )
                for index, check in enumerate(checks)
                if check.alertname in learned - info.data["limits"].keys()
            )
        return checks


class TrialSettings(Part):
    """A file."""

    config: Text = Field(default=BESIDE, description="The configuration with the rules; relative to this file.")
    evaluation_interval: Interval = Field(default=timedelta(days=1), description="From window to window.")
    tests: tuple[TrySettings, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Trials:
    """What a file asks to be tried, on which configuration."""

    settings: Settings
    trials: tuple[Trial, ...]


def load_trials(path: Path, *, environment: Mapping[str, str]) -> Trials:
    """Read a file, and the configuration that it names; raises ConfigError with every fault."""
    text = text_of(path, nothing_there="there is no such file")
    around = _Around(folder=path.parent)
    plain = read_as(TrialSettings, _known(), text, file=str(path), context=around)
    settings = load(path.parent / plain.config, environment=environment)
    around.found.append(settings)
    read = read_as(TrialSettings, _known(), text, file=str(path), context=around)
    return Trials(settings, tuple(_trial(one, read.evaluation_interval, settings) for one in read.tests))


def _trial(test: TrySettings, interval: timedelta, settings: Settings) -> Trial:
    return Trial(
        interval=test.interval or interval,
        courses=tuple(series.course(settings) for series in test.input_series),
        checks=tuple(check.check() for check in test.alert_rule_test),
        name=test.name,
        limits={name: Bounds(low, high) for name, (low, high) in test.limits.items()},
    )


@cache
def _known() -> list[Schema]:
    whole = TrialSettings.model_json_schema()
    return [_whole(whole, whole["$defs"])]


# A JSON Schema is open by nature: Any is what pydantic gives.
def _whole(schema: Any, parts: Schema) -> Any:
    """The schema with its references replaced by what they name."""
    if isinstance(schema, list):
        return [_whole(item, parts) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _whole(parts[schema["$ref"].rpartition("/")[2]], parts)
    return {key: _whole(value, parts) for key, value in schema.items() if key != "$defs"}
