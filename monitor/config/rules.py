"""The rules of alerts: which series may be how high or low, and for how long not."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from string import Formatter
from typing import Annotated, Any

from pydantic import AfterValidator, Field, Strict, ValidationInfo, field_validator

from alerts import health, placeholders
from alerts.rule import OnMissing, Rule, Selector, Severity
from monitor.config.context import Watched, context_of
from monitor.config.faults import Remark, did_you_mean, raise_all, wrong
from monitor.config.limits import LimitSettings, check_limit_fits
from monitor.config.metrics import OF_ALL_ROWS, OF_COLUMNS, MetricName
from monitor.config.part import Text, twice
from monitor.config.selection import SelectSettings, selected_models
from monitor.config.times import Hold, HoldFor, Length, LengthOrNothing, say_length

_OWN_LABELS = frozenset(
    ("alertname", "model", "version", "metric", "column", "segment", "window", "receiver", "severity", "rule")
)


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text):
        raise wrong("should be made of letters, digits and _, and not begin with a digit")
    return text


def _free_label(name: str) -> str:
    if name in _OWN_LABELS:
        raise wrong(f"every alert has its own `{name}`; call the label something else")
    return name


def filled_safely(text: str) -> str:
    """A text whose placeholders are all known."""
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        raise wrong("a brace stands alone; write {{ or }} for the brace itself") from None
    raise_all(
        Remark(f"{{{name}}} is not known{did_you_mean(name, placeholders.NAMES)}")
        for name in names
        if name not in placeholders.NAMES
    )
    if placeholders.fault_of(text):
        raise wrong("the format of a placeholder is not understood; write it like {value:.3f}")
    return text


AlertName = Annotated[str, AfterValidator(_name)]
LabelName = Annotated[AlertName, AfterValidator(_free_label)]
Annotation = Annotated[str, Strict(), AfterValidator(filled_safely)]


class RuleSettings(LimitSettings):
    """One rule."""

    alert: AlertName = Field(description="The name of the alert.")
    select: SelectSettings = SelectSettings()
    metric: MetricName
    window: Length | None = Field(default=None, description="One of the model's windows; left out: each.")
    for_: HoldFor = Field(
        default=Hold(), alias="for", description="How long the limit has to be broken; left out: one window."
    )
    keep_firing_for: LengthOrNothing = Field(
        default=timedelta(0), description="How long the alert still fires after the value is back."
    )
    on_missing: OnMissing = Field(default="hold", description="What a window without a value means.")
    severity: Severity = "ticket"
    annotations: Mapping[AlertName, Annotation] = Field(
        default_factory=dict, description="Texts for people; {value:.3f}, {model} and others are filled in."
    )
    labels: Mapping[LabelName, Text] = Field(
        default_factory=dict, description="Put on the alert, for routes and silences: {team: ml}."
    )
    start: tuple[Text, ...] = Field(default=(), description="Names of actions that each firing starts.")
    paused: Annotated[bool, Strict()] = Field(
        default=False, description="Nothing is judged; what fires resolves, with that reason."
    )

    @field_validator("labels", mode="before")
    @classmethod
    # pydantic leaves the context's type open.
    def _noted(cls, labels: object, info: ValidationInfo[Any]) -> object:
        """Remember the names, sound or not, for the routes."""
        if isinstance(labels, Mapping):
            context_of(info).labels.update(map(str, labels))
        return labels

    @field_validator("alert")
    @classmethod
    # pydantic leaves the context's type open.
    def _own_name(cls, name: str, info: ValidationInfo[Any]) -> str:
        names = context_of(info).rules
        if name in health.NAMES:
            raise wrong(f"`{name}` is an alert of Seamark's own; call the rule something else")
        if name in names:
            raise wrong(f"`{name}` is the name of another rule too")
        names.add(name)
        return name

    @field_validator("metric")
    @classmethod
    def _measured(cls, metric: str, info: ValidationInfo[Any]) -> str:
        check_limit_fits(metric, info.data)
        select = info.data.get("select")
        models = _selected(info)
        if models and not any(metric in model.metrics for model in models):
            raise wrong(f"`{metric}` is not measured by any model that the rule selects")
        if select:
            _check_column(metric, select.column, [model for model in models if metric in model.metrics])
            _check_part(metric, select, models)
        return metric

    @field_validator("window")
    @classmethod
    def _one_of_the_windows(cls, window: timedelta | None, info: ValidationInfo[Any]) -> timedelta | None:
        known = sorted({known for model in _selected(info) for known in model.windows})
        if window is not None and known and window not in known:
            there = ", ".join(map(say_length, known))
            raise wrong(f"no model that the rule selects has a window of {say_length(window)}; there is {there}")
        return window

    @field_validator("start")
    @classmethod
    # pydantic leaves the context's type open.
    def _known_actions(cls, names: tuple[str, ...], info: ValidationInfo[Any]) -> tuple[str, ...]:
        known = context_of(info).actions
        raise_all(
            Remark(f"no action is called `{name}`{did_you_mean(name, known)}", (index,))
            for index, name in enumerate(names)
            if name not in known
        )
        raise_all(twice(names))
        return names

    def rule(self) -> Rule:
        """The rule as the evaluation takes it."""
        low, high = self.numbers
        clear_low, clear_high = self.clear_numbers
        return Rule(
            name=self.alert,
            metric=self.metric,
            above=high,
            below=low,
            clear_above=clear_high,
            clear_below=clear_low,
            window_seconds=None if self.window is None else int(self.window.total_seconds()),
            for_windows=self.for_.windows,
            for_length=self.for_.length,
            keep_firing_for=self.keep_firing_for,
            on_missing=self.on_missing,
            severity=self.severity,
            annotations=dict(self.annotations),
            labels=dict(self.labels),
            paused=self.paused,
            learned=self.kind is not None,
            select=Selector(**self.select.model_dump()),
            start=self.start,
        )


def _selected(info: ValidationInfo[Any]) -> list[Watched]:
    """The models that a rule selects; none as long as that cannot be told."""
    select = info.data.get("select")
    return [] if select is None else selected_models(select.model, context_of(info))


def _check_part(metric: str, select: SelectSettings, models: Collection[Watched]) -> None:
    if metric in OF_ALL_ROWS and (select.version or select.segment):
        part = "version" if select.version else "segment"
        raise wrong(f"`{metric}` is counted over all rows, not for a {part}; leave select.{part} out")
    measured = {name for model in models for name in model.metrics_of_segments}
    if select.segment and measured and metric not in measured:
        raise wrong(f"`{metric}` is not measured for segments; there are {', '.join(sorted(measured))}")


def _check_column(metric: str, pattern: str, models: Collection[Watched]) -> None:
    if metric not in OF_COLUMNS:
        if not fnmatchcase("", pattern):
            raise wrong(f"`{metric}` belongs to a whole model, not to a column; leave select.column out")
        return
    if not models or any(model.column_names is None for model in models):
        return
    names = {name for model in models for name in model.column_names or ()}
    if not any(fnmatchcase(name, pattern) for name in names):
        raise wrong(f"no model that the rule selects has a column `{pattern}`{did_you_mean(pattern, names)}")
