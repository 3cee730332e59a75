"""Who is told of what, in whose company, and when not: the routing tree, in Alertmanager's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StrictBool, ValidationInfo, WithJsonSchema, field_validator

from alerts.inhibition import InhibitRule
from alerts.matcher import Matcher, MatcherError, read_matcher
from alerts.routing import Route
from monitor.config.context import context_of
from monitor.config.faults import Remark, did_you_mean, raise_all, wrong
from monitor.config.part import Part, Text
from monitor.config.times import Length, LengthOrNothing

ALL = "..."
_ALIASES = {"alert": "alertname"}
LABELS = ("alertname", "model", "version", "metric", "column", "segment", "window", "receiver", "severity")


def _matcher(value: object) -> Matcher:
    if isinstance(value, Matcher):
        return value
    if not isinstance(value, str):
        raise wrong('should be a text such as severity="page" or model=~"late.*"')
    try:
        found = read_matcher(value)
    except MatcherError as error:
        raise wrong(str(error)) from None
    return Matcher(_ALIASES.get(found.name, found.name), found.operator, found.value)


MatcherText = Annotated[
    Matcher,
    BeforeValidator(_matcher),
    WithJsonSchema({"type": "string", "examples": ['severity="page"', 'model=~"late.*"']}),
]


class RouteSettings(Part):
    """Who is told of the alerts that all matchers match. A child has what it does not say from its parent."""

    receiver: Text | None = Field(default=None, description="The name of one of the receivers.")
    matchers: tuple[MatcherText, ...] = Field(default=(), description='Such as severity="page"; all have to match.')
    match: Mapping[str, Text] = Field(default_factory=dict, description="Labels and their values; all have to match.")
    continue_: StrictBool = Field(
        default=False, alias="continue", description="Whether the routes after this one are asked too."
    )
    group_by: tuple[Text, ...] | None = Field(
        default=None, description="The labels that one message has in common, or ['...'] for all of them."
    )
    group_wait: LengthOrNothing | None = Field(default=None, description="How long a new group waits for company.")
    group_interval: Length | None = Field(default=None, description="How long a group waits before it tells news.")
    repeat_interval: Length | None = Field(default=None, description="When it says again what still fires.")
    mute_time_intervals: tuple[Text, ...] = Field(default=(), description="Times at which nobody is told.")
    active_time_intervals: tuple[Text, ...] = Field(default=(), description="Times at which alone somebody is told.")
    routes: tuple[RouteSettings, ...] = ()

    @field_validator("receiver")
    @classmethod
    # pydantic leaves the context's type open.
    def _there(cls, name: str | None, info: ValidationInfo[Any]) -> str | None:
        names = context_of(info).receivers
        if name is not None and name not in names:
            raise wrong(f"no receiver is called `{name}`{did_you_mean(name, names)}")
        return name

    @field_validator("mute_time_intervals", "active_time_intervals")
    @classmethod
    # pydantic leaves the context's type open.
    def _known(cls, names: tuple[str, ...], info: ValidationInfo[Any]) -> tuple[str, ...]:
        known = context_of(info).intervals
        raise_all(
            Remark(f"no time interval is called `{name}`{did_you_mean(name, known)}", (index,))
            for index, name in enumerate(names)
            if name not in known
        )
        return names

    @field_validator("group_by")
    @classmethod
    # pydantic leaves the context's type open.
    def _labels(cls, names: tuple[str, ...] | None, info: ValidationInfo[Any]) -> tuple[str, ...] | None:
        if names is None or names == (ALL,):
            return names
        known = {*LABELS, *_ALIASES, *context_of(info).labels}
        raise_all(
            Remark(f"no alert has a label `{name}`{did_you_mean(name, known)}", (index,))
            for index, name in enumerate(names)
            if name not in known
        )
        return tuple(_ALIASES.get(name, name) for name in names)

    def route(self, parent: Route | None = None) -> Route:
        """The node and those below it, with all that they have from above."""
        above = parent or Route(receiver=self.receiver or "")
        matchers = self.matchers + tuple(
            Matcher(_ALIASES.get(name, name), "=", value) for name, value in self.match.items()
        )
        node = Route(
            receiver=self.receiver or above.receiver,
            matchers=matchers,
            continues=self.continue_,
            group_by=_group_by(self.group_by, above.group_by),
            group_wait=_or(self.group_wait, above.group_wait),
            group_interval=_or(self.group_interval, above.group_interval),
            repeat_interval=_or(self.repeat_interval, above.repeat_interval),
            mute=self.mute_time_intervals,
            active=self.active_time_intervals,
            key="{}" if parent is None else f"{parent.key}/{{{','.join(sorted(map(str, matchers)))}}}",
        )
        return node.with_routes(tuple(child.route(node) for child in self.routes))


class InhibitSettings(Part):
    """While a source fires, targets with the same `equal` labels are not told."""

    source_matchers: tuple[MatcherText, ...] = Field(min_length=1)
    target_matchers: tuple[MatcherText, ...] = Field(min_length=1)
    equal: tuple[Text, ...] = Field(default=(), description="Labels that both have to have in common.")

    def rule(self) -> InhibitRule:
        """As the alerts take it."""
        equal = tuple(_ALIASES.get(name, name) for name in self.equal)
        return InhibitRule(self.source_matchers, self.target_matchers, equal)


def root_remarks(route: RouteSettings) -> list[Remark]:
    """What the root of the tree must have, and must not."""
    below = ("matchers", "match", "continue_", "mute_time_intervals", "active_time_intervals")
    missing = [Remark("needs a receiver, who is told of what no other route takes")] if route.receiver is None else []
    return missing + [
        Remark("the first route takes every alert; say this of one below `routes`", (name.rstrip("_"),))
        for name in below
        if getattr(route, name)
    ]


def _group_by(own: tuple[str, ...] | None, above: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if own is None:
        return above
    return None if own == (ALL,) else own


def _or(own: timedelta | None, above: timedelta) -> timedelta:
    return above if own is None else own
