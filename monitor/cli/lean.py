"""Makes a process start quickly and keep little, for commands that measure."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

YOUNG = 50_000  # objects between two looks for garbage; rows are held in few and large ones


class _WithoutPandas(MetaPathFinder):
    """Says that pandas is not there.

    PyArrow imports pandas to ask of each value that it converts whether it is one of pandas': a third of a second and
    40 MB for an answer that is always no here.
    """

    def find_spec(self, fullname: str, *_: Sequence[str] | ModuleType | None) -> ModuleSpec | None:
        if fullname == "pandas":
            raise ModuleNotFoundError("no pandas in a process that measures", name=fullname)
        return None


def be_lean() -> None:
    """Call this before anything large is imported, in a process that needs no frames."""
    gc.set_threshold(YOUNG)
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _WithoutPandas())
