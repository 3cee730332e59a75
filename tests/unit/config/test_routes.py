"""Routes as people write them become the tree that alerts go by."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from alerts.routing import Route
from monitor.config.context import Context
from monitor.config.routes import InhibitSettings, RootSettings

CONTEXT = Context(receivers=["team", "pager", "audit"], labels={"squad"}, intervals={"nights"})


def tree(**settings: object) -> Route:
    return RootSettings.model_validate({"receiver": "team", **settings}, context=CONTEXT).route()


def test_a_receiver_alone_gets_everything_by_alert_and_model() -> None:
    assert tree() == Route(receiver="team")
    assert tree().group_by == ("alertname", "model")


def test_children_have_what_they_do_not_say_from_above() -> None:
    (page,) = tree(
        group_by=["model"],
        repeat_interval="1 day",
        routes=[{"receiver": "pager", "matchers": ['severity="page"'], "group_wait": "0 s"}],
    ).routes
    assert (page.receiver, page.group_by, page.group_wait) == ("pager", ("model",), timedelta(0))
    assert (page.repeat_interval, page.group_interval) == (timedelta(days=1), timedelta(minutes=5))
    assert page.key == '{}/{severity="page"}'


def test_a_child_may_only_group_otherwise_and_be_muted() -> None:
    (child,) = tree(
        routes=[{"match": {"alert": "Drift"}, "group_by": ["..."], "mute_time_intervals": ["nights"]}]
    ).routes
    assert (child.receiver, child.group_by, child.mute) == ("team", None, ("nights",))
    assert [str(matcher) for matcher in child.matchers] == ['alertname="Drift"']


def test_alert_is_another_word_for_alertname() -> None:
    assert tree(group_by=["alert", "squad"]).group_by == ("alertname", "squad")
    rule = InhibitSettings(source_matchers=["alert=A"], target_matchers=["alert=B"], equal=["alert"]).rule()
    assert (rule.sources[0].name, rule.equal) == ("alertname", ("alertname",))


def test_a_text_of_matchers_may_hold_several() -> None:
    (child,) = tree(routes=[{"matchers": ['severity="page", alert=~"Drift|Auc"'], "match": {"model": "late"}}]).routes
    assert child.key == '{}/{alertname=~"Drift|Auc",model="late",severity="page"}'
    rule = InhibitSettings(source_matchers=["{model=b,alert=d}"], target_matchers=["column=f"]).rule()
    assert [matcher.name for matcher in rule.sources] == ["model", "alertname"]


@pytest.mark.parametrize("names", [["...", "model"], ["model", "model"], ["alert", "alertname"]])
def test_labels_that_group_are_named_once(names: list[str]) -> None:
    with pytest.raises(ValidationError):
        tree(group_by=names)
