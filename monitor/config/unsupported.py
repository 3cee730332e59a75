"""What the file will understand one day; until then it is refused, never passed over."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from monitor.config.faults import Path, dotted


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a key is refused, and the keys in whose place it stands."""

    message: str
    instead_of: tuple[str, ...] = ()


def _later(hint: str = "leave it out") -> Refusal:
    return Refusal(f"not supported yet; {hint}")


# Path of the key, the value it is about (* for any), and what is said.
_TABLE: tuple[tuple[str, str, Refusal], ...] = (
    ("models.*.name", "*", Refusal("a model is called as its key says; leave it out")),
    (
        "models.*.task",
        "ranking",
        _later("there are binary_classification, multiclass_classification, regression, none"),
    ),
    ("models.*.kpis", "*", _later()),
    ("models.*.predictions.columns.latency_ms", "*", _later()),
    ("models.*.predictions.columns.status", "*", _later()),
    ("models.*.predictions.columns.variant", "*", _later()),
    ("models.*.measure.estimate", "True", _later()),
    ("models.*.measure.operations", "True", _later()),
)


def refusal(path: Path, value: object) -> Refusal | None:
    """What the table says about a key.

    >>> refusal(("models", "late_arrival", "kpis"), {}).message
    'not supported yet; leave it out'
    """
    for pattern, about, said in _TABLE:
        # Only `*` has a sense of its own, and it stands for one part: the counts of dots agree.
        if (
            pattern.count(".") == len(path) - 1
            and fnmatchcase(dotted(path), pattern)
            and fnmatchcase(str(value), about)
        ):
            return said
    return None
