"""The configuration's file: whether it was written since it was last read."""

from __future__ import annotations

from pathlib import Path

Stamp = tuple[int, int, int]


class ConfigFile:
    """A file whose changes are noticed by its time, size and place on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp = self._look()

    def has_changed(self) -> bool:
        """Whether it was written since the last call; a file that is away for a moment has not changed."""
        stamp = self._look()
        if stamp is None or stamp == self._stamp:
            return False
        self._stamp = stamp
        return True

    def _look(self) -> Stamp | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
