"""From the profiles that are kept to those that are measured: the whole, each version, each segment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from monitor.measurement import WHOLE
from monitor.profile.model import ModelProfile, empty_profile
from monitor.profile.part import ALL, Part
from monitor.profile.plan import Plan

Parts = Mapping[Part, ModelProfile]


def added(buckets: Iterable[Parts]) -> dict[Part, ModelProfile]:
    """The profile of each part over all buckets, in their order."""
    found: dict[Part, ModelProfile] = {}
    for parts in buckets:
        for part, profile in parts.items():
            found[part] = found[part] + profile if part in found else profile
    return found


def measured_parts(kept: Parts, plan: Plan) -> dict[Part, ModelProfile]:
    """All rows; then the rows of each version; then those of each segment, over all versions.

    What is kept stands by version and segment; a segment that has no row now is there all the same, and empty.
    """
    nothing = empty_profile(plan)
    found = {ALL: nothing}
    for part in sorted(kept):
        if part.segment == WHOLE:
            found[ALL] = found[ALL] + kept[part]
            if part.version:
                found[part] = kept[part]
    for segment in plan.segment_list:
        of_versions = [kept[part] for part in sorted(kept) if part.segment == segment]
        found[Part("", segment)] = replace(sum(of_versions, start=nothing), duplicates=None)
    return found
