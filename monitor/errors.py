"""The troubles that reach a user: a wrong wish, or a fault of the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class SeamarkError(Exception):
    """Any trouble that Seamark can name; its text says what to do."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a configuration: where, and what.

    >>> str(Fault("seamark.yaml", 12, "models.late_arrival.windows.0", "not a length of time"))
    'seamark.yaml:12: models.late_arrival.windows.0: not a length of time'
    """

    file: str
    line: int | None
    path: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.path, self.message) if part)


class ConfigError(SeamarkError):
    """A wrong wish: everything that is wrong with the configuration, at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class WorldError(SeamarkError):
    """A fault of the world; `permanent` says whether trying again makes no sense."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class SourceError(WorldError):
    """Predictions, targets or reference cannot be read."""


class StoreError(WorldError):
    """The store cannot be used."""


class StoreVersionError(StoreError):
    """The store has the tables of another version of Seamark."""
