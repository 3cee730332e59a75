"""What is allowed, and who is told when it is broken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from monitor.config.actions import ACTION_NAME, ActionSettings, noted_names
from monitor.config.context import context_of
from monitor.config.faults import Remark, Wrong
from monitor.config.intervals import Intervals
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
    rules: tuple[RuleSettings, ...] = ()
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
