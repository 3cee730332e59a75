"""What requests may hold: typed, and nothing that is not known."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictStr
from pydantic.types import StringConstraints

from monitor.config.times import Length, Moment

_NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"  # a database may refuse some of them
_NO_CONTROL_BUT_LINES = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"

Line = Annotated[StrictStr, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_NO_CONTROL)]
Remark = Annotated[StrictStr, StringConstraints(strip_whitespace=True, max_length=2000, pattern=_NO_CONTROL_BUT_LINES)]
Matcher = Annotated[
    StrictStr, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=_NO_CONTROL)
]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8,64}$")]
Id = Annotated[int, Field(ge=1, lt=2**63)]


class Body(BaseModel):
    """A body takes no key that it does not know, and is not repeated in errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class AcknowledgeBody(Body):
    """Who looks after an alert."""

    author: Line
    comment: Remark = ""


class SilenceBody(Body):
    """Which alerts are to be quiet, until when (or how long), who says so, and why.

    Times are ISO 8601; what names no zone is UTC.
    """

    matchers: Annotated[list[Matcher], Field(min_length=1, max_length=50)]
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    length: Length | None = Field(default=None, alias="for")
    author: Line
    comment: Annotated[Remark, StringConstraints(min_length=1)]


class EmptyBody(Body):
    """`{}`, for what needs to be told nothing."""
