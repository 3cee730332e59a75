"""Which rows of a bucket a profile is of."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.measurement import WHOLE, Segment


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """The rows of one version of a model, all of them or those of one segment; without versions it is empty."""

    version: str = ""
    segment: Segment = WHOLE


ALL = Part()
