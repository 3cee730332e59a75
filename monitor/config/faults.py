"""What can be wrong, where it is wrong, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A fault at a path of the file; the line is given where the path alone does not tell it."""

    path: Path
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A fault as a part of the settings sees it: `at` is the path from there.

    `absent` names keys of which one is missed: where one of them stands but was refused, the remark would
    say the same thing twice.
    """

    message: str
    at: Path = ()
    absent: frozenset[str] = frozenset()


class Wrong(ValueError):  # noqa: N818 - it carries remarks up to the reader and never reaches a user
    """Raised by the checks of settings: everything that one check has to say."""

    def __init__(self, *remarks: Remark) -> None:
        super().__init__("; ".join(remark.message for remark in remarks))
        self.remarks = remarks


def wrong(message: str, *at: str | int) -> Wrong:
    """One remark to raise."""
    return Wrong(Remark(message, at))


def raise_all(remarks: Iterable[Remark]) -> None:
    """Raise what there is to remark, if anything."""
    if found := tuple(remarks):
        raise Wrong(*found)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence with the nearest known word, or else with all of them, if they are few.

    >>> did_you_mean("granularty", ["granularity", "windows"])
    '; did you mean `granularity`?'
    >>> did_you_mean("colour", ["windows", "granularity"])
    '; there are granularity, windows'
    """
    words = sorted(known)
    if close := get_close_matches(word, words, n=1):
        return f"; did you mean `{close[0]}`?"
    if 0 < len(words) <= 12:
        return f"; there {'is' if len(words) == 1 else 'are'} {', '.join(words)}"
    return ""


def dotted(path: Path) -> str:
    """A path as people read it."""
    return ".".join(map(str, path))
