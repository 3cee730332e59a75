"""The limits of one window, where they are not the same for all windows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a value may lie between, as far as there is a limit; `reason` says why not, or what it stands on.

    A learned limit stands on `windows` that count as independent; `lacking` is how many more a promise would need.
    """

    low: float | None = None
    high: float | None = None
    reason: str = ""
    windows: float | None = None
    lacking: int = 0

    @property
    def is_known(self) -> bool:
        return self.low is not None or self.high is not None

    def holds(self, value: float | None) -> bool:
        """Whether a value lies between them; one that is not there breaks nothing."""
        if value is None:
            return True
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
