"""The routing tree takes an alert where Alertmanager's would."""

from __future__ import annotations

import pytest

from alerts.matcher import read_matcher
from alerts.routing import Route

PAGE = (read_matcher('severity="page"'),)
TREE = Route(
    receiver="team",
    routes=(
        Route(receiver="audit", continues=True, key="{}/{}"),
        Route(
            receiver="pager",
            matchers=PAGE,
            key='{}/{severity="page"}',
            group_by=None,
            routes=(Route(receiver="fraud", matchers=(read_matcher('model="fraud"'),), key="k"),),
        ),
        Route(receiver="never", matchers=PAGE),
    ),
)


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        ({"severity": "ticket"}, ["audit"]),
        ({"severity": "page"}, ["audit", "pager"]),
        ({"severity": "page", "model": "fraud"}, ["audit", "fraud"]),
    ],
)
def test_the_deepest_nodes_that_match_take_an_alert(labels: dict[str, str], receivers: list[str]) -> None:
    assert [route.receiver for route in TREE.matching(labels)] == receivers


def test_where_no_child_matches_the_node_itself_takes_it() -> None:
    only_pages = Route(receiver="team", routes=(Route(receiver="pager", matchers=PAGE),))
    assert [route.receiver for route in only_pages.matching({"severity": "ticket"})] == ["team"]


def test_a_group_is_named_by_its_node_and_the_labels_it_shares() -> None:
    labels = {"alertname": "Drift", "model": "late", "column": "a", "severity": "page"}
    assert TREE.group_key(labels) == '{}:{alertname="Drift", model="late"}'
    pager = TREE.matching(labels)[1]
    assert pager.group_labels(labels) == labels
    assert pager.group_key(labels).startswith('{}/{severity="page"}:{alertname="Drift", column="a"')


def test_labels_that_an_alert_does_not_have_are_no_part_of_its_group() -> None:
    assert Route(receiver="team", group_by=("model", "team")).group_labels({"model": "late"}) == {"model": "late"}


def test_all_nodes_can_be_listed() -> None:
    assert [route.receiver for route in TREE.all()] == ["team", "audit", "pager", "fraud", "never"]
