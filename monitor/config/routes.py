"""Who is told of what, in whose company, and when not: the routing tree, in Alertmanager's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainValidator, StrictBool, ValidationInfo, WithJsonSchema, field_validator

from alerts.inhibition import InhibitRule
from alerts.matcher import Matcher, MatcherError, place, read_matchers
from alerts.routing import Route
from monitor.config.context import context_of
from monitor.config.faults import Remark, did_you_mean, raise_all, wrong
from monitor.config.part import Part, Text, twice
from monitor.config.times import Length, LengthOrNothing

ALL = "..."
_ALIASES = {"alert": "alertname"}
LABELS = ("alertname", "model", "version", "metric", "column", "segment", "window", "receiver", "severity", "rule")


def _matchers(value: object) -> tuple[Matcher, ...]:
    if not isinstance(value, str):
        raise wrong('should be a text such as severity="page" or model=~"late.*"')
    try:
        return tuple(_named(matcher) for matcher in read_matchers(value))
    except MatcherError as error:
        raise wrong(str(error)) from None


def _named(matcher: Matcher) -> Matcher:
    return replace(matcher, name=_ALIASES.get(matcher.name, matcher.name))


MatchersText = Annotated[
    tuple[Matcher, ...],
    PlainValidator(_matchers),
    WithJsonSchema({"type": "string", "examples": ['severity="page"', 'model=~"late.*"']}),
]


def labels_known_to(rules: Iterable[str]) -> Mapping[str, str]:
    """The words for labels, with the labels that they stand for; `rules` are those that rules put on alerts."""
    return {**{name: name for name in (*LABELS, *rules)}, **_ALIASES}


# pydantic leaves the context's type open.
def _check_labels(names: Iterable[tuple[int | str, str]], info: ValidationInfo[Any]) -> None:
    """Refuse labels that no alert has, each at its place: a matcher of one is met by all alerts or by none."""
    known = labels_known_to(context_of(info).labels)
    raise_all(
        Remark(f"no alert has a label `{name}`{did_you_mean(name, known)}", (at,))
        for at, name in names
        if name not in known
    )


def _known_in_matchers(
    texts: tuple[tuple[Matcher, ...], ...], info: ValidationInfo[Any]
) -> tuple[tuple[Matcher, ...], ...]:
    _check_labels(((index, matcher.name) for index, text in enumerate(texts) for matcher in text), info)
    return texts


def _known_in_match(match: Mapping[str, str], info: ValidationInfo[Any]) -> Mapping[str, str]:
    _check_labels(((name, name) for name in match), info)
    return match


def _known_names(names: tuple[str, ...], info: ValidationInfo[Any]) -> tuple[str, ...]:
    _check_labels(enumerate(names), info)
    return tuple(_ALIASES.get(name, name) for name in names)


Matchers = Annotated[tuple[MatchersText, ...], AfterValidator(_known_in_matchers)]
Match = Annotated[Mapping[str, Text], AfterValidator(_known_in_match)]
LabelNames = Annotated[tuple[Text, ...], AfterValidator(_known_names)]


class RouteSettings(Part):
    """Who is told of the alerts that all matchers match. A child has what it does not say from its parent."""

    receiver: Text | None = Field(default=None, description="The name of one of the receivers.")
    matchers: Matchers = Field(default=(), description='Such as severity="page"; all have to match.')
    match: Match = Field(default_factory=dict, description="Labels and their values; all have to match.")
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
        if ALL in names:
            raise wrong("`...` is all labels and stands alone")
        raise_all(twice(_ALIASES.get(name, name) for name in names))
        return _known_names(names, info)

    def route(self, parent: Route | None = None) -> Route:
        """The node and those below it, with all that they have from above."""
        above = parent or Route(receiver=self.receiver or "")
        plain = (_named(Matcher(name, "=", value)) for name, value in self.match.items())
        matchers = tuple(sorted((*chain(*self.matchers), *plain), key=place))
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
            key="{}" if parent is None else f"{parent.key}/{{{','.join(map(str, matchers))}}}",
        )
        return node.with_routes(tuple(child.route(node) for child in self.routes))


class RootSettings(RouteSettings):
    """Who is told of what no route below takes: the first route takes every alert."""

    receiver: Text = Field(description="The name of one of the receivers.")

    @field_validator("matchers", "match", "continue_", "mute_time_intervals", "active_time_intervals")
    @classmethod
    def _takes_every_alert(cls, value: object) -> object:
        if value:
            raise wrong("the first route takes every alert; say this of one below `routes`")
        return value


class InhibitSettings(Part):
    """While a source fires, targets with the same `equal` labels are not told."""

    source_matchers: Matchers = Field(min_length=1)
    target_matchers: Matchers = Field(min_length=1)
    equal: LabelNames = Field(default=(), description="Labels that both have to have in common.")

    def rule(self) -> InhibitRule:
        """As the alerts take it."""
        return InhibitRule(tuple(chain(*self.source_matchers)), tuple(chain(*self.target_matchers)), self.equal)


def _group_by(own: tuple[str, ...] | None, above: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if own is None:
        return above
    return None if own == (ALL,) else own


def _or(own: timedelta | None, above: timedelta) -> timedelta:
    return above if own is None else own
