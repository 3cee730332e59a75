"""What the rows of a model look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["numeric", "categorical"]
Task = Literal["binary_classification", "multiclass_classification", "regression", "none"]


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The task of a model and the kind of every column that drift sees.

    `kinds` names columns as they stand in a record batch: features, `prediction`, `score`, `target`.
    `positive` is the canonical text of the positive class of a binary classifier; `scores` maps each
    class of a multiclass classifier to the column with its probability. `segments` maps the key of each segment to
    the column, of text, with its values; where `has_versions` is true, the column `version` says which model it was.
    `source` is a digest of where the rows come from: rows from elsewhere are profiled anew.
    """

    task: Task
    kinds: Mapping[str, Kind]
    positive: str = "1"
    scores: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)
    has_versions: bool = False
    source: str = ""
