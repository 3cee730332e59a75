"""The limits of one window, where they are not the same for all windows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a value may lie between, as far as there is a limit; `reason` says why not, or what it stands on."""

    low: float | None = None
    high: float | None = None
    reason: str = ""

    @property
    def is_known(self) -> bool:
        return self.low is not None or self.high is not None

    def holds(self, value: float | None) -> bool:
        """Whether a value lies between them; one that is not there breaks nothing."""
        if value is None:
            return True
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)
