"""What is stored of the profiles of a model: rows and outcomes apart, since targets come later."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from monitor.profile.codec import packed, unpacked
from monitor.profile.column import TARGET
from monitor.profile.model import ModelProfile
from monitor.profile.outcome import Outcome, no_outcome
from monitor.profile.part import Part
from monitor.profile.plan import Plan


def pack_rows(profile: ModelProfile) -> bytes:
    """All but the outcome."""
    return packed((profile.rows, profile.duplicates, profile.numeric, profile.categorical))


def pack_outcome(found: Outcome, plan: Plan) -> bytes:
    """How predictions met their targets; empty where no target has come."""
    return packed(found, _known(plan)) if found.targets else b""


def unpack_profile(rows: bytes, found: bytes, plan: Plan) -> ModelProfile:
    """The profile again."""
    count, duplicates, numeric, categorical = unpacked(rows)
    return ModelProfile(plan, count, numeric, categorical, unpack_outcome(found, plan), duplicates)


def unpack_outcome(found: bytes, plan: Plan) -> Outcome:
    """The outcome again."""
    if not found:
        return no_outcome(plan)
    outcome: Outcome = unpacked(found, _known(plan))
    return outcome


def pack_plan(plan: Plan) -> bytes:
    """A plan, so that profiles of later rows stand on the same bins."""
    return packed(plan)


def unpack_plan(content: bytes) -> Plan:
    """The plan again."""
    plan: Plan = unpacked(content)
    return plan


def plan_id(content: bytes) -> str:
    """The name of a packed plan: the same plan, the same name."""
    return hashlib.sha256(content).hexdigest()[:16]


def content_id(plan: Plan) -> str:
    """The name of what a plan holds, wherever its rows lie and in whatever order their columns stand there."""
    shape, in_order = plan.shape, {name: plan.scales[name] for name in sorted(plan.scales)}
    anywhere = replace(
        shape,
        kinds=dict(sorted(shape.kinds.items())),
        scores=dict(sorted(shape.scores.items())),
        segments=dict(sorted(shape.segments.items())),
        source="",
    )
    segments = dict(sorted(plan.segments.items()))
    return plan_id(pack_plan(replace(plan, shape=anywhere, scales=in_order, segments=segments)))


def _known(plan: Plan) -> dict[str, object]:
    """What an outcome shares with its plan."""
    return {"target": plan.scales.get(TARGET, TARGET), "errors": plan.error_edges, "classes": plan.classes}


def pack_parts(parts: Mapping[Part, ModelProfile], plan: Plan) -> bytes:
    """The profiles of several parts as one."""
    return packed(
        tuple((part, pack_rows(profile), pack_outcome(profile.outcome, plan)) for part, profile in parts.items())
    )


def unpack_parts(content: bytes, plan: Plan) -> dict[Part, ModelProfile]:
    """The profiles again."""
    return {part: unpack_profile(rows, found, plan) for part, rows, found in unpacked(content)}
