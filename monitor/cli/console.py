"""Where the commands print: results on standard output, all else on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from rich.progress import Progress

OUTPUT = Console()
ERRORS = Console(stderr=True)

ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
CONFIG = Path("seamark.yaml")
PLAIN_LINES = 10

Advance = Callable[[str], None]


@contextmanager
def progress(what: str, total: int) -> Iterator[Advance]:
    """Show how far long work has come: a bar on a terminal, ten plain lines elsewhere."""
    if ERRORS.is_terminal:
        with _bar() as bar:
            task = bar.add_task(what, total=total, note="")
            yield lambda note: bar.update(task, advance=1, note=note)
        return
    done = 0

    def advance(note: str) -> None:
        nonlocal done
        done += 1
        if done == total or done % max(total // PLAIN_LINES, 1) == 0:
            ERRORS.print(f"{what}: {done} of {total} {note}".rstrip(), markup=False, highlight=False, soft_wrap=True)

    yield advance


def _bar() -> Progress:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=ERRORS,
        transient=False,
    )
