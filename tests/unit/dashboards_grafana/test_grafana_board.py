"""Laying out panels, and the shapes of variables, links and panels."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboards.grafana.addresses import model_board
from dashboards.grafana.board import Band, Board, Places, board, link, query_variable, source_variable
from dashboards.grafana.panels import hidden, override, stat, state_timeline, table, time_series


def laid_out(*bands: Band) -> list[dict[str, Any]]:
    made = board(uid="u", title="t", description="d", time_from="now-1d", variables=[], links=[], bands=bands)
    read: list[dict[str, Any]] = json.loads(json.dumps(made["panels"]))
    return read


def panel(title: str) -> Board:
    return {"type": "text", "title": title}


def test_panels_of_a_band_stand_side_by_side() -> None:
    left, right = laid_out(Band(5, [(10, panel("a")), (14, panel("b"))]))
    assert left["gridPos"] == {"h": 5, "w": 10, "x": 0, "y": 0}
    assert right["gridPos"] == {"h": 5, "w": 14, "x": 10, "y": 0}


def test_bands_stand_below_each_other_with_their_headings_between() -> None:
    first, row, second = laid_out(Band(5, [(24, panel("a"))]), Band(3, [(24, panel("b"))], heading="Drift"))
    assert (row["type"], row["title"], row["gridPos"]["y"]) == ("row", "Drift", 5)
    assert (first["gridPos"]["y"], second["gridPos"]["y"]) == (0, 6)


def test_panels_are_numbered_through() -> None:
    bands = [Band(5, [(12, panel("a")), (12, panel("b"))], heading="one"), Band(5, [(24, panel("c"))])]
    assert [one["id"] for one in laid_out(*bands)] == [1, 2, 3, 4]


def test_a_choice_of_all_begins_with_all() -> None:
    variable = query_variable("metric", "Metric", "SELECT 1", has_all=True)
    assert isinstance(variable, dict)
    assert variable["current"] == {"text": ["All"], "value": ["$__all"]}
    assert variable["multi"]


def test_the_data_source_begins_as_the_one_that_was_published() -> None:
    variable = source_variable(Places(source_uid="xyz", source_name="Store"))
    assert isinstance(variable, dict)
    assert variable["current"] == {"text": "Store", "value": "xyz"}


@pytest.mark.parametrize("leaves", [True, False])
def test_a_link_that_leaves_grafana_opens_a_page_of_its_own_without_the_time(*, leaves: bool) -> None:
    made = link("Streamlit", "http://127.0.0.1:8501", tooltip="", leaves=leaves)
    assert isinstance(made, dict)
    assert (made["targetBlank"], made["keepTime"]) == (leaves, not leaves)


def test_a_link_carries_the_column_of_the_row_only_if_it_is_asked_to() -> None:
    assert "var-column" not in model_board()
    assert "var-column=${__data.fields.column:percentencode}" in model_board(column="column")


def test_two_underscores_in_an_override_stand_for_a_point() -> None:
    made = override("value", custom__lineWidth=0, unit="s")
    assert made == {
        "matcher": {"id": "byName", "options": "value"},
        "properties": [{"id": "custom.lineWidth", "value": 0}, {"id": "unit", "value": "s"}],
    }


def test_a_hidden_column_is_hidden_in_the_words_of_old_and_new_tables() -> None:
    made = hidden("window_seconds")
    assert isinstance(made, dict)
    properties = {one["id"]: one["value"] for one in json.loads(json.dumps(made["properties"]))}
    assert properties["custom.hidden"] is True
    assert properties["custom.hideFrom"]["viz"] is True


def defaults(made: Board) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(made["fieldConfig"]))["defaults"]
    return read


def test_every_query_of_a_panel_has_a_letter_of_its_own() -> None:
    made = json.loads(json.dumps(time_series("t", "d", "SELECT 1", "SELECT 2", no_value="none")))
    assert [target["refId"] for target in made["targets"]] == ["A", "B"]


def test_a_state_timeline_without_words_runs_through_colours() -> None:
    assert defaults(state_timeline("t", "d", "SELECT 1", no_value="none"))["color"] == {"mode": "continuous-GrYlRd"}


def test_a_state_timeline_with_words_maps_numbers_to_them() -> None:
    made = state_timeline("t", "d", "SELECT 1", no_value="none", mappings={0: ("quiet", "green"), 2: ("page", "red")})
    [mapping] = defaults(made)["mappings"]
    assert {number: word["text"] for number, word in mapping["options"].items()} == {"0": "quiet", "2": "page"}


def test_a_number_turns_bad_from_its_bound_on() -> None:
    made = stat("t", "d", "SELECT 1", no_value="0", bad_from=1)
    assert [step["value"] for step in defaults(made)["thresholds"]["steps"]] == [None, 1]


def test_an_empty_cell_of_a_table_does_not_say_what_an_empty_table_says() -> None:
    made = json.loads(json.dumps(table("t", "d", "SELECT 1", no_value="No alert is open.")))
    everywhere = made["fieldConfig"]["overrides"][0]
    assert everywhere["matcher"] == {"id": "byRegexp", "options": ".*"}
    assert everywhere["properties"] == [{"id": "noValue", "value": "-"}]
