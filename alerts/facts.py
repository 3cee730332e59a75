"""What is known beside the value of an alert: its past, what moved, how the model does. Numbers and labels alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from datetime import datetime

from alerts.wording import timestamp


@dataclass(frozen=True, slots=True)
class Past:
    """The values of a series in the windows before this one.

    `lowest`, `middle` and `highest` are of all of them, `last` is the one just before. `higher` and `lower` count
    those at least as high, and at least as low, as the value now; `since` is the end of the first window.
    """

    windows: int
    lowest: float
    middle: float
    highest: float
    last: float
    higher: int
    lower: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """A share of rows before and now, of a category, a bin, or a kind of mistake."""

    label: str
    before: float
    now: float

    @property
    def size(self) -> float:
        return abs(self.now - self.before)


@dataclass(frozen=True, slots=True)
class Chief:
    """The main metric of the model in the same window, beside that of the reference.

    `suffers` says whether it is worse by more than chance, or past a limit of its own; None if nobody knows, and
    `reason` says why.
    """

    metric: str
    value: float | None = None
    before: float | None = None
    suffers: bool | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Drifting:
    """A column that is past a limit of its own in the same window."""

    column_name: str
    metric: str
    value: float
    limit: float


@dataclass(frozen=True, slots=True)
class Leaning:
    """The share of the model's output that a feature explains by itself, and its place among so many features."""

    share: float
    place: int
    features: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is known beside the value; what is not known is None or empty.

    `lower` and `upper` bound the value's interval; `broken_since` is the end of the first window in a row past the
    limit. `moved` are the categories or bins of a column that moved most, `unseen` those that the reference does not
    hold, `leaning` is how much the model leans on it; `mistakes` are how a model errs, `promises` what its scores
    expect and what came true.
    """

    rows: int | None = None
    target_coverage: float | None = None
    lower: float | None = None
    upper: float | None = None
    reference_value: float | None = None
    broken_since: datetime | None = None
    past: Past | None = None
    nulls: Shift | None = None
    unseen: tuple[Shift, ...] = ()
    leaning: Leaning | None = None
    moved: tuple[Shift, ...] = ()
    mistakes: tuple[Shift, ...] = ()
    promises: tuple[Shift, ...] = ()
    drifting: tuple[Drifting, ...] = ()
    chief: Chief | None = None

    def as_json(self) -> dict[str, object]:
        """What is known, as plain JSON."""
        return _plain_fields(self)


Part = Facts | Past | Shift | Chief | Drifting | Leaning
_NAMES = {part: tuple(field.name for field in fields(part)) for part in (Facts, Past, Shift, Chief, Drifting, Leaning)}


def _plain_fields(part: Part) -> dict[str, object]:
    """What a part says. `dataclasses.asdict` copies everything deeply, which takes longer than finding it out."""
    found = ((name, getattr(part, name)) for name in _NAMES[type(part)])
    return {name: _plain(value) for name, value in found if value is not None and value != ()}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Part):
        return _plain_fields(value)
    if isinstance(value, datetime):
        return timestamp(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value
