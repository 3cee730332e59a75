"""Tables are read at 80 columns."""

from __future__ import annotations

import io
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from monitor.cli.listing import table_of

FAULT = "SQLite file /srv/models/log.db has no table nowhere; it has: predictions, targets"
ALERTS = ("fingerprint", "alert", "stands", "because", "attended")


def drawn(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(table_of(headings, rows, width=width))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_no_word_is_broken_where_all_can_stand_whole() -> None:
    text = drawn(ALERTS, [("4357bcb3", "MonitorError late_arrival", "firing ticket", FAULT, "silence 12")])
    assert set(f"4357bcb3 MonitorError late_arrival firing {FAULT} silence".split()) <= set(text.split())


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    assert "attended" not in drawn(ALERTS, [("4357bcb3", "MonitorError", "firing", "no value", "")])
    assert "attended" in drawn(ALERTS, [])


def test_brackets_in_a_cell_mean_nothing() -> None:
    assert "[bold]" in drawn(("matchers",), [("[bold]",)])


@given(st.lists(st.tuples(*[st.text("xy ", max_size=90).map(str.strip)] * 5), max_size=4), st.integers(30, 120))
def test_nothing_is_cut_off(rows: list[tuple[str, ...]], width: int) -> None:
    text = drawn(ALERTS, rows, width)
    assert max(map(len, text.splitlines())) <= width
    assert [text.count(letter) for letter in "xy"] == [
        sum(cell.count(letter) for row in rows for cell in row) for letter in "xy"
    ]
