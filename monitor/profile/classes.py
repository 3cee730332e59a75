"""Whether the classes that the reference holds are those that the configuration speaks of."""

from __future__ import annotations

from monitor.profile.categorical import Categories
from monitor.profile.column import TARGET
from monitor.profile.plan import Plan

SHOWN = 10


def class_complaint(plan: Plan) -> str:
    """What does not fit, and what to write instead; nothing where all is well.

    Without this a misspelt class would count every row as negative, and accuracy would look perfect.
    """
    if plan.shape.task == "binary_classification":
        return _binary_complaint(plan)
    if plan.shape.task == "multiclass_classification" and plan.shape.scores:
        return _multiclass_complaint(plan)
    return ""


def _binary_complaint(plan: Plan) -> str:
    targets, found = _classes(plan, TARGET), _classes(plan, TARGET) | _classes(plan, "prediction")
    positive = plan.shape.positive
    if len(targets) > 2:
        return f"a binary classification has two classes, and the target holds {_listed(targets)}"
    if found and positive not in found and found != {"0"}:
        return (
            f"no target or prediction of the reference is the positive class `{positive}`; there are"
            f" {_listed(found)}: write `positive:` with one of them"
        )
    return ""


def _multiclass_complaint(plan: Plan) -> str:
    targets = _classes(plan, TARGET)
    if targets and not targets & set(plan.shape.scores):
        return (
            f"no target of the reference is a class with a score: scores for {_listed(set(plan.shape.scores))},"
            f" targets {_listed(targets)}"
        )
    return ""


def _classes(plan: Plan, name: str) -> set[str]:
    scale = plan.scales.get(name)
    return set(scale.names) if isinstance(scale, Categories) else set()


def _listed(names: set[str]) -> str:
    shown = sorted(names)[:SHOWN]
    return ", ".join(f"`{name}`" for name in shown) + (" and others" if len(names) > SHOWN else "")
