"""Every board, and the files that Grafana's file provisioning reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from dashboards.grafana.board import Board, Places
from dashboards.grafana.fleet import fleet
from dashboards.grafana.model import model

BOARDS: Mapping[str, Callable[[Places], Board]] = {"fleet": fleet, "model": model}
PROVISIONED = Path(__file__).parent / "boards"


def boards(places: Places | None = None) -> dict[str, Board]:
    """The boards by name, the fleet first."""
    return {name: build(places or Places()) for name, build in BOARDS.items()}


def export(folder: Path, places: Places | None = None) -> list[Path]:
    """Write each board as a JSON file into a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, board in boards(places).items():
        path = folder / f"{name}.json"
        path.write_text(as_json(board), encoding="utf-8")
        written.append(path)
    return written


def as_json(board: Board) -> str:
    """A board as it stands in its file."""
    return json.dumps(board, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":  # after a change: python -m dashboards.grafana.catalogue
    export(PROVISIONED)
