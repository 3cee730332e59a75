"""Tables on a terminal, that are read at 80 columns too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.table import Table

LONGEST_WHOLE = 24  # a longer word may be broken, so that no column takes the room of all others


def table_of(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, width: int, numbers: Sequence[str] = ()
) -> Table:
    """Lines break at spaces; a column in which nothing stands is left out. Brackets in a cell mean nothing."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    shown = [place for place in range(len(headings)) if not rows or any(row[place] for row in rows)]
    cells = [[headings[place], *(row[place] for row in rows)] for place in shown]
    widths = shared_out(
        width - 2 * len(shown),
        least=[min(_longest(" ".join(column).split()), LONGEST_WHOLE) for column in cells],
        most=[_longest("\n".join(column).splitlines()) for column in cells],
    )
    for (heading, *_), own in zip(cells, widths, strict=True):
        side: Literal["left", "right"] = "right" if heading in numbers else "left"
        table.add_column(heading, overflow="fold", width=own, justify=side)
    for row in rows:
        table.add_row(*(Text(row[place]) for place in shown))
    return table


def shared_out(room: int, *, least: Sequence[int], most: Sequence[int]) -> list[int]:
    """How wide each column is: as wide as it needs, else at least so much, and where even that is too much, less.

    >>> shared_out(20, least=[4, 4, 4], most=[4, 6, 30])
    [4, 6, 10]
    >>> shared_out(10, least=[4, 4, 4], most=[4, 6, 30])
    [3, 3, 4]
    """
    widths = list(least)
    while sum(widths) > room and max(widths) > 1:
        widths[widths.index(max(widths))] -= 1
    while sum(widths) < room and (wanting := [place for place, own in enumerate(widths) if own < most[place]]):
        widths[min(wanting, key=lambda place: widths[place])] += 1
    return widths


def _longest(texts: Sequence[str]) -> int:
    return max(map(len, texts), default=1)
