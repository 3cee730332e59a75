"""What is allowed, and who is told when it is broken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from monitor.config.actions import ACTION_NAME, ActionSettings, noted_names
from monitor.config.context import context_of
from monitor.config.faults import Remark, Wrong, did_you_mean, wrong
from monitor.config.part import Part, Text
from monitor.config.receivers import ReceiverSettings
from monitor.config.rules import RuleSettings


class RouteSettings(Part):
    """Who is told."""

    receiver: Text = Field(description="The name of one of the receivers.")

    @field_validator("receiver")
    @classmethod
    # pydantic leaves the context's type open.
    def _there(cls, name: str, info: ValidationInfo[Any]) -> str:
        names = context_of(info).receivers
        if name not in names:
            raise wrong(f"no receiver is called `{name}`{did_you_mean(name, names)}")
        return name


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
    route: RouteSettings | None = Field(default=None, validate_default=True)

    @field_validator("route")
    @classmethod
    # pydantic leaves the context's type open.
    def _leads_somewhere(cls, route: RouteSettings | None, info: ValidationInfo[Any]) -> RouteSettings | None:
        names = context_of(info).receivers
        if route is None and names:
            hint = f"no route leads to the receivers; add route: {{receiver: {names[0]}}}"
            raise Wrong(Remark(hint, absent=frozenset(("route",))))
        return route
