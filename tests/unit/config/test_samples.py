"""Series and values in promtool's notation."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from monitor.config.faults import Wrong
from monitor.config.samples import Name, read_samples, read_series, read_time


@pytest.mark.parametrize(
    ("text", "samples"),
    [
        ("1 2", (1, 2)),
        ("1x2", (1, 1, 1)),
        ("1+2x3", (1, 3, 5, 7)),
        ("-2-0.5x1", (-2, -2.5)),
        ("1e-3x1", (0.001, 0.001)),
        ("_ _x2 1", (None, None, None, 1)),
        ("stale stalex1", ("stale",) * 3),
        ("Inf -Inf", (math.inf, -math.inf)),
        ("", ()),
    ],
)
def test_values_are_unfolded_as_promtool_does(text: str, samples: tuple[object, ...]) -> None:
    assert read_samples(text) == samples


@pytest.mark.parametrize("text", ["x3", "1x", "1+x3", "1y3", "1+NaNx2", "stale3", "1x99999999", "1x60000 1x60000"])
def test_what_is_no_value_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        read_samples(text)


def test_a_series_is_a_metric_with_labels() -> None:
    text = r"""m { model = "a,b" , segment='carrier="AA"', column="\"x\\" }"""
    assert read_series(text) == Name("m", {"model": "a,b", "segment": 'carrier="AA"', "column": '"x\\'})


SERIES = ["m", "m{model=a}", 'm{model="a" column="b"}', 'm{colum="b"}', '1{model="a"}', 'm{model="a']


@pytest.mark.parametrize("text", SERIES)
def test_what_is_no_series_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        read_series(text)


def test_times_are_lengths_alone_or_together() -> None:
    assert [read_time(text) for text in ("4d", "1d12h", "90 minutes", 0)] == [
        timedelta(days=4),
        timedelta(hours=36),
        timedelta(minutes=90),
        timedelta(0),
    ]
