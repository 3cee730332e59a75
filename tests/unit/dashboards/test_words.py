"""What the dashboard calls things."""

from __future__ import annotations

import doctest
import string

import pytest

from dashboards import words
from dashboards.streamlit_app import view


@pytest.mark.parametrize("module", [words, view])
def test_the_examples_in_the_docstrings_hold(module):
    result = doctest.testmod(module)

    assert result.attempted > 0
    assert result.failed == 0


def test_every_sign_that_markdown_could_read_is_escaped():
    escaped = words.plain(string.punctuation)

    assert escaped == "".join(f"\\{sign}" for sign in string.punctuation)


def test_a_line_break_cannot_start_a_new_block():
    assert "\n" not in words.plain("a\n# b")


def test_a_moment_survives_the_way_through_a_link():
    assert words.epoch(words.iso(1_370_044_800)) == 1_370_044_800


def test_a_moment_with_another_offset_is_the_same_moment():
    assert words.epoch("2013-06-01T02:00:00+02:00") == words.epoch("2013-06-01T00:00:00Z")


def test_a_metric_that_is_not_known_goes_by_its_own_name():
    metric = words.metric("new_fancy_share", of_column=True)

    assert (metric.title, metric.family, metric.format) == ("New fancy share", "drift", words.SHARE)


def test_known_metrics_come_first_and_in_their_order():
    assert words.in_order({"zzz", "f1", "roc_auc", "aaa"}) == ["roc_auc", "f1", "aaa", "zzz"]
