"""What is allowed, and who is told when it is broken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from monitor.calibration.budget import Budget
from monitor.calibration.kinds import Correction
from monitor.config.actions import ACTION_NAME, ActionSettings, noted_names
from monitor.config.context import context_of
from monitor.config.defaults import default_rules
from monitor.config.faults import Remark, Wrong
from monitor.config.intervals import Intervals
from monitor.config.limits import BudgetText
from monitor.config.part import Part
from monitor.config.receivers import ReceiverSettings
from monitor.config.routes import InhibitSettings, RootSettings
from monitor.config.rules import RuleSettings


def _noted_intervals(value: object, info: ValidationInfo[Any]) -> object:
    """Remember the names, sound or not, for the routes."""
    if isinstance(value, Mapping):
        context_of(info).intervals.update(map(str, value))
    return value


class AlertSettings(Part):
    """The rules, the way of their notifications, and what they start."""

    # Actions come first: rules name them.
    actions: Annotated[Mapping[str, ActionSettings], BeforeValidator(noted_names)] = Field(
        default_factory=dict,
        description="What rules may start, by name.",
        json_schema_extra={"propertyNames": {"pattern": f"^{ACTION_NAME}$"}},
    )
    false_alarms: BudgetText = Field(
        default=Budget(1, timedelta(days=30)),
        description="How many false alarms of a model are borne; its calibrated limits share them.",
    )
    correction: Correction = Field(
        default="bonferroni",
        description="How the budget is shared within a window: evenly, or more to the rest once some alarm.",
    )
    rules: tuple[RuleSettings, ...] = Field(
        default_factory=default_rules, description="Left out: rules that suit most models, see docs/limits.md."
    )
    receivers: tuple[ReceiverSettings, ...] = ()
    time_intervals: Annotated[Intervals, BeforeValidator(_noted_intervals)] = Field(
        default_factory=dict, description="Times that routes may be muted in, by name."
    )
    inhibit_rules: tuple[InhibitSettings, ...] = ()
    route: RootSettings | None = Field(default=None, validate_default=True)

    @field_validator("route")
    @classmethod
    # pydantic leaves the context's type open.
    def _leads_somewhere(cls, route: RootSettings | None, info: ValidationInfo[Any]) -> RootSettings | None:
        names = context_of(info).receivers
        if route is None and names:
            hint = f"no route leads to the receivers; add route: {{receiver: {names[0]}}}"
            raise Wrong(Remark(hint, absent=frozenset(("route",))))
        return route
