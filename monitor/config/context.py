"""What the checks of settings know beyond the file's own words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationInfo


class Watched(Protocol):
    """What the rules of an alert, and how long profiles are kept, need to know of a model."""

    @property
    def metrics(self) -> Collection[str]: ...
    @property
    def windows(self) -> Collection[timedelta]: ...
    @property
    def column_names(self) -> Collection[str] | None: ...
    @property
    def segments(self) -> Collection[str]: ...
    @property
    def metrics_of_segments(self) -> Collection[str]: ...
    @property
    def has_versions(self) -> bool: ...
    @property
    def granularity(self) -> timedelta: ...
    @property
    def reach(self) -> timedelta: ...


@dataclass(frozen=True, slots=True)
class Context:
    """The environment, the file's folder, and what was read so far.

    A part that is faulty somewhere is still noted by its name, so that others which name it are not called
    wrong; a model that is faulty is None.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path()
    models: dict[str, Watched | None] = field(default_factory=dict)
    rules: set[str] = field(default_factory=set)
    receivers: list[str] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    intervals: set[str] = field(default_factory=set)
    actions: list[str] = field(default_factory=list)

    def beside(self, path: str | Path) -> Path:
        """A path; a relative one starts in the file's folder, wherever a command is started."""
        return (self.folder / path).absolute()


# pydantic leaves the context's type open.
def context_of(info: ValidationInfo[Any]) -> Context:
    """The context of a validation; an empty one outside `load`."""
    return info.context if isinstance(info.context, Context) else Context()
