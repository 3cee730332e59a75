"""What the charts encode."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from dashboards import charts, palette, words
from dashboards.charts.distribution import MOST_BINS, shown_bins
from dashboards.charts.dress import value_scale
from dashboards.charts.heat_map import heat_cells, heat_steps
from dashboards.charts.over_time import firing_spans, line_points
from dashboards.episodes import COLUMNS

DAY = 86_400
PSI = words.metric("population_stability_index")
AUC = words.metric("roc_auc")
NO_EPISODES = pd.DataFrame(columns=COLUMNS)
NUMBERS = ["value", "lower", "upper", "limit_low", "limit_high", "target_coverage"]


def measured(*values: float | None, column: str = "", **facts: object) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "time_epoch": [(day + 1) * DAY for day in range(len(values))],
            "window_seconds": DAY,
            "version": "",
            "column_name": column,
            "value": values,
            "lower": [None if value is None else value - 0.1 for value in values],
            "upper": [None if value is None else value + 0.1 for value in values],
            "limit_low": None,
            "limit_high": None,
            "rows": 1000,
            "target_coverage": None,
            "reason": ["12 rows, at least 200 are wanted" if value is None else "" for value in values],
        }
    ).assign(**facts)
    return rows.astype(dict.fromkeys(NUMBERS, float))


def apart(days: int = 5, **facts: object) -> pd.DataFrame:
    """Two windows, then none for some days, then two."""
    early, late = measured(0.8, 0.7, **facts), measured(0.6, 0.5, **facts)
    return pd.concat([early, late.assign(time_epoch=late["time_epoch"] + days * DAY)], ignore_index=True)


def episode(start: int, end: int | None, severity: str = "page") -> pd.DataFrame:
    rows = pd.DataFrame(
        [{"alert": "A", "severity": severity, "start": start * DAY, "end": end and end * DAY, "reason": "too low"}]
    )
    return rows.astype({"end": "Int64"})


def layers(chart: Any) -> list[dict[str, Any]]:
    return chart.to_dict()["layer"]


def marks(chart: Any) -> list[str]:
    return [layer["mark"]["type"] for layer in layers(chart)]


def all_charts() -> dict[str, Any]:
    values = measured(0.8, None, 0.7, limit_low=0.65)
    bins = pd.DataFrame(
        {"bin_order": [0, 1], "bin_label": ["a", "b"], "reference_share": [0.4, 0.6], "current_share": [0.5, None]}
    )
    return {
        "over time": charts.metric_over_time(values, episode(1, 2), AUC, chosen_end=DAY),
        "over a long gap": charts.metric_over_time(apart(days=4_000), NO_EPISODES, AUC),
        "without any value": charts.metric_over_time(measured(None, None), NO_EPISODES, AUC),
        "one window": charts.metric_over_time(measured(0.5), NO_EPISODES, AUC),
        "sparkline": charts.sparkline(values),
        "heat map": charts.heat_map(measured(0.8, None, column="x"), PSI),
        "heat map of one window": charts.heat_map(measured(0.8, column="x"), PSI),
        "distribution": charts.distribution(bins),
    }


@pytest.mark.parametrize("name", list(all_charts()))
def test_no_chart_carries_a_number_that_is_none(name):
    text = json.dumps(all_charts()[name].to_dict())

    assert "NaN" not in text
    assert "Infinity" not in text


@pytest.mark.parametrize("name", ["over time", "over a long gap", "heat map"])
def test_every_axis_of_time_is_utc(name):
    times = [
        layer["encoding"]["x"]["scale"]["type"]
        for layer in layers(all_charts()[name])
        if layer["encoding"]["x"].get("type") == "temporal"
    ]

    assert times
    assert set(times) == {"utc"}


def test_the_axis_of_time_says_that_it_is_utc():
    first = layers(charts.metric_over_time(measured(0.8, 0.7), NO_EPISODES, AUC))[0]

    assert first["encoding"]["x"]["title"] == "end of window, UTC, 1970"


def test_a_window_without_a_value_breaks_the_line():
    points = line_points(measured(0.8, 0.7, None, 0.6), AUC)

    assert list(points["value"]) == [0.8, 0.7, 0.6]
    assert points["stretch"].nunique() == 2


def test_no_line_goes_across_windows_that_are_missing():
    points = line_points(apart(), AUC)

    assert points.groupby("stretch")["value"].apply(list).tolist() == [[0.8, 0.7], [0.6, 0.5]]


def test_the_band_and_the_limit_are_broken_where_windows_are_missing():
    spec = charts.metric_over_time(apart(limit_low=0.4), NO_EPISODES, AUC).to_dict()
    within, band = (layer for layer in spec["layer"] if layer["mark"]["type"] == "area")
    (limit,) = [layer for layer in spec["layer"] if "strokeDash" in layer["mark"]]

    assert {"field": "stretch", "type": "nominal"} in band["encoding"]["detail"]
    assert within["encoding"]["detail"]["field"] == "stretch"
    assert limit["encoding"]["detail"]["field"] == "stretch"
    assert len({row["stretch"] for row in spec["datasets"][limit["data"]["name"]]}) == 2


def test_a_long_gap_is_marked_and_says_that_it_is_drawn_short():
    spec = charts.metric_over_time(apart(days=4_000), NO_EPISODES, AUC).to_dict()
    gap = spec["layer"][0]

    assert "strokeDash" in gap["mark"]
    assert spec["datasets"][gap["data"]["name"]][0]["missing"] == (
        f"{words.moment_of(2 * DAY)} to {words.moment_of(4_000 * DAY)}, drawn short"
    )
    assert "%Y" in spec["layer"][1]["encoding"]["x"]["axis"]["format"]


def test_a_sparkline_stands_by_windows_and_is_broken_where_some_are_missing():
    spec = charts.sparkline(apart(days=4_000)).to_dict()
    points = spec["datasets"][spec["layer"][0]["data"]["name"]]

    assert [(point["at"], point["stretch"]) for point in points] == [(0, 0), (1, 0), (3, 1), (4, 1)]


def test_a_skipped_window_is_marked_with_its_reason():
    spec = charts.metric_over_time(measured(0.8, None), NO_EPISODES, AUC).to_dict()
    (crosses,) = [layer for layer in spec["layer"] if layer["mark"].get("shape") == "cross"]

    assert spec["datasets"][crosses["data"]["name"]][0]["reason"] == "12 rows, at least 200 are wanted"
    assert "reason" in {tooltip["field"] for tooltip in crosses["encoding"]["tooltip"]}


def test_each_limit_is_a_dashed_line():
    chart = charts.metric_over_time(measured(0.8, 0.7, limit_low=0.6, limit_high=0.9), NO_EPISODES, AUC)

    assert sum("strokeDash" in layer["mark"] for layer in layers(chart)) == 2


def test_without_limits_nothing_is_dashed():
    chart = charts.metric_over_time(measured(0.8, 0.7), NO_EPISODES, AUC)

    assert not any("strokeDash" in layer["mark"] for layer in layers(chart))


def test_an_interval_is_a_band_and_only_where_there_is_one():
    assert "area" in marks(charts.metric_over_time(measured(0.8, 0.7), NO_EPISODES, AUC))
    assert "area" not in marks(charts.metric_over_time(measured(0.8, lower=None, upper=None), NO_EPISODES, AUC))


def test_limits_and_intervals_lie_within_the_axis():
    low, high = value_scale(measured(0.8, 0.7, limit_low=0.2), AUC).domain

    assert low < 0.2
    assert high > 0.9


def test_drift_starts_at_zero():
    assert value_scale(measured(0.3, lower=None, upper=None), PSI).domain[0] == 0


def test_an_episode_that_lasts_is_shaded_to_the_last_window():
    spans = firing_spans(episode(2, None), measured(0.8, 0.7, 0.6))

    assert (spans["at"].item(), spans["until"].item()) == (2 * DAY * 1000, 3 * DAY * 1000)


def test_an_episode_is_cut_to_the_time_that_is_drawn():
    spans = firing_spans(episode(0, 99), measured(0.8, 0.7))

    assert (spans["at"].item(), spans["until"].item()) == (DAY * 1000, 2 * DAY * 1000)


def test_an_episode_outside_the_time_that_is_drawn_is_not_shaded():
    assert firing_spans(episode(50, 60), measured(0.8, 0.7)).empty


def test_two_versions_of_a_model_are_two_colours():
    both = pd.concat([measured(0.8, 0.7, version="1"), measured(0.6, 0.5, version="2")], ignore_index=True)
    lines = [
        layer for layer in layers(charts.metric_over_time(both, NO_EPISODES, AUC)) if layer["mark"]["type"] == "line"
    ]

    assert lines[-1]["encoding"]["color"]["field"] == "version"


def test_the_column_that_moved_most_lately_stands_on_top():
    rows = pd.concat(
        [
            measured(*[0.9] * 10, *[0.1] * 7, column="was"),
            measured(*[0.1] * 10, *[0.5] * 7, column="is"),
            measured(*[None] * 17, column="empty"),
        ]
    )

    assert charts.columns_by_movement(rows) == ["is", "was", "empty"]


def test_windows_without_any_value_do_not_change_the_order_of_columns():
    rows = pd.concat([measured(0.1, *[None] * 9, column="calm"), measured(0.5, *[None] * 9, column="moved")])

    assert charts.columns_by_movement(rows) == ["moved", "calm"]


def test_a_shift_downwards_counts_as_movement():
    rows = pd.concat([measured(-0.9, column="down"), measured(0.1, column="up")])

    assert charts.columns_by_movement(rows) == ["down", "up"]


def test_colours_change_from_blue_to_orange_at_the_limit():
    steps = heat_steps(measured(0.1, limit_high=0.2), PSI)
    colour = dict(zip(steps.names, steps.colours, strict=True))

    assert colour[steps.name_of(0.2, 0.2)] in palette.BELOW_LIMIT
    assert colour[steps.name_of(0.2001, 0.2)] in palette.ABOVE_LIMIT
    assert "0.200" in steps.title


def test_a_column_without_a_limit_is_never_drawn_as_if_it_had_passed_one():
    limited, free = measured(0.1, column="limited", limit_high=0.2), measured(99.0, column="free")
    steps = heat_steps(pd.concat([limited, free]), PSI)

    assert steps.palette[steps.name_of(99.0, None)] in palette.NO_LIMIT
    assert "columns without a limit stay blue" in steps.title


def test_the_legend_names_every_colour_that_a_column_without_a_limit_can_have():
    limited, free = measured(0.1, column="limited", limit_high=0.2), measured(99.0, column="free")
    steps = heat_steps(pd.concat([limited, free]), PSI)

    assert {steps.palette[name] for name in steps.legend} == set(steps.palette.values())
    assert steps.legend[-1] == "over 0.6, no limit"


@pytest.mark.parametrize("limit", [0.2, None])
def test_the_legend_is_short_where_all_columns_are_alike(limit):
    steps = heat_steps(measured(0.1, None, limit_high=limit), PSI)

    assert steps.legend == list(steps.names)


def test_a_column_with_a_lower_limit_of_its_own_passes_it_there():
    steps = heat_steps(pd.concat([measured(0.1, limit_high=0.2), measured(0.1, limit_high=0.1)]), PSI)

    assert steps.palette[steps.name_of(0.15, 0.1)] in palette.ABOVE_LIMIT
    assert steps.palette[steps.name_of(0.15, 0.2)] in palette.BELOW_LIMIT


def test_the_classes_of_colour_do_not_depend_on_the_values():
    assert heat_steps(measured(0.1), PSI) == heat_steps(measured(99.0), PSI)


def test_a_cell_reaches_from_one_window_to_the_next():
    rows = measured(0.1, 0.2, column="x", window_seconds=7 * DAY)
    cells = heat_cells(rows, PSI, heat_steps(rows, PSI))

    assert list(cells["until"] - cells["at"]) == [DAY * 1000, DAY * 1000]


def test_the_chosen_cell_is_framed():
    rows = pd.concat([measured(0.1, 0.2, column="x"), measured(0.1, 0.2, column="y")])
    spec = charts.heat_map(rows, PSI, chosen=("x", 2 * DAY)).to_dict()
    (cell,) = spec["datasets"][spec["layer"][-1]["data"]["name"]]

    assert (cell["column_name"], cell["end"]) == ("x", 2 * DAY)


def test_forty_columns_keep_their_labels():
    rows = pd.concat([measured(0.1, column=f"column_{number:02}") for number in range(40)])
    spec = charts.heat_map(rows, PSI).to_dict()

    assert spec["height"] / 40 > 16
    assert spec["layer"][0]["encoding"]["y"]["axis"]["labelOverlap"] is False


def bins(*labels: str, current: float = 0.1) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "bin_order": range(len(labels)),
            "bin_label": labels,
            "reference_share": [1 / len(labels)] * len(labels),
            "current_share": current,
        }
    )


def test_bins_keep_their_order_and_nulls_stand_at_the_end():
    assert list(shown_bins(bins("null", "unseen", "10 to 20", "2 to 10"))["bin_label"]) == [
        "10 to 20", "2 to 10", "null", "unseen",
    ]  # fmt: skip


def test_very_many_categories_become_one_and_nothing_is_lost():
    many = bins(*[f"c{number}" for number in range(200)], "null")
    shown = shown_bins(many)

    assert len(shown) == MOST_BINS
    assert shown["reference_share"].sum() == pytest.approx(many["reference_share"].sum())
    assert "null" in set(shown["bin_label"])


def test_many_bins_lie_down_so_that_their_labels_can_be_read():
    spec = charts.distribution(bins(*[f"category {number}" for number in range(30)])).to_dict()

    assert spec["encoding"]["y"]["field"] == "bin_label"


def test_what_lies_within_limits_goes_to_the_edge_where_a_side_has_none():
    spec = charts.metric_over_time(measured(0.8, 0.7, limit_low=0.6), NO_EPISODES, AUC).to_dict()
    (within,) = [layer for layer in spec["layer"] if layer["mark"]["type"] == "area" and layer["mark"]["opacity"] < 0.1]
    top = within["encoding"]["y"]["scale"]["domain"][1]

    assert {(row["low"], row["high"]) for row in spec["datasets"][within["data"]["name"]]} == {(0.6, top)}


def test_a_limit_that_lies_far_away_does_not_flatten_the_values():
    scale = charts.metric_over_time(measured(0.1, 0.2, limit_high=9.0), NO_EPISODES, AUC).to_dict()
    axes = [
        layer["encoding"]["y"]["scale"]["domain"]
        for layer in scale["layer"]
        if "scale" in layer["encoding"].get("y", {})
    ]

    assert axes
    assert all(high < 1 for _, high in axes)
