"""Makes a process start quickly and keep little, for commands that measure."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from threading import Thread
from types import ModuleType

YOUNG = 200_000  # objects between two looks for garbage; rows are held in few and large ones


class _Without(MetaPathFinder):
    """Says that modules are not there which others import where they can, and which nobody here asks for anything.

    PyArrow imports pandas to ask of each value that it converts whether it is one of pandas': a third of a second and
    40 MB for an answer that is always no here. HTTPX imports what colours the output of its own command line.
    """

    left_out = frozenset(("pandas", "httpx._main"))

    def find_spec(self, fullname: str, *_: Sequence[str] | ModuleType | None) -> ModuleSpec | None:
        if fullname in self.left_out:
            raise ModuleNotFoundError(f"no {fullname} in a process that measures", name=fullname)
        return None


def be_lean() -> None:
    """Call this before anything large is imported, in a process that needs no frames."""
    gc.set_threshold(YOUNG)
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _Without())


def load_meanwhile(name: str) -> None:
    """Import what is needed only once the rows have come: until they have, a database has the most to do."""
    Thread(target=import_module, args=(name,), daemon=True).start()
