"""Writing the boards as files."""

from __future__ import annotations

import json
from pathlib import Path

from dashboards.grafana.board import Places
from dashboards.grafana.catalogue import BOARDS, export


def test_every_board_becomes_a_file_in_a_folder_that_need_not_be_there(tmp_path: Path) -> None:
    written = export(tmp_path / "new" / "boards")
    assert {path.stem for path in written} == set(BOARDS)
    assert all(json.loads(path.read_text(encoding="utf-8"))["uid"] for path in written)


def test_exported_boards_point_where_they_are_told(tmp_path: Path) -> None:
    places = Places(source_uid="xyz", source_name="Store", streamlit_url="https://seamark.example.org")
    for path in export(tmp_path, places):
        variables = {one["name"]: one for one in json.loads(path.read_text(encoding="utf-8"))["templating"]["list"]}
        assert variables["datasource"]["current"] == {"text": "Store", "value": "xyz"}
        assert variables["streamlit"]["query"] == "https://seamark.example.org"


def test_exporting_again_changes_no_byte(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in export(tmp_path)]
    assert [path.read_bytes() for path in export(tmp_path)] == first
