"""What the windows of a model are held against."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, Tag, ValidationInfo, field_validator

from monitor.config.addresses import DatabaseAddress
from monitor.config.context import context_of
from monitor.config.faults import wrong
from monitor.config.part import Part, Text
from monitor.config.tables import Filters
from monitor.config.times import Ago, Length, Moment


class PeriodReference(Part):
    """A period of the log, `from` included and `to` not."""

    from_: Moment = Field(alias="from", description="A date or a moment; without a zone it is UTC.")
    to: Moment = Field(description="A date or a moment; without a zone it is UTC.")

    @field_validator("to")
    @classmethod
    def _after_start(cls, to: Moment, info: ValidationInfo) -> Moment:
        if "from_" in info.data and to <= info.data["from_"]:
            raise wrong("should be later than `from`")
        return to


class TableReference(Part):
    """A table of its own, with the columns named as in the predictions (and the targets)."""

    table: Text = Field(description="A table or view, or schema.table.")
    database: DatabaseAddress | None = Field(
        default=None, description="An SQLAlchemy address; left out: the database of the predictions."
    )
    where: Filters = Field(default=(), description="Filters that a row has to pass, all of them.")


# pydantic leaves the context's type open.
def _beside(path: Path, info: ValidationInfo[Any]) -> Path:
    return context_of(info).beside(path)


class FileReference(Part):
    """A Parquet or CSV file, with the columns named as in the predictions (and the targets)."""

    file: Annotated[Path, AfterValidator(_beside)] = Field(
        description="A .parquet or .csv file; a relative path starts in this file's folder."
    )

    @field_validator("file")
    @classmethod
    def _known_kind(cls, file: Path) -> Path:
        if file.suffix.lower() not in (".parquet", ".csv"):
            raise wrong("should be a .parquet or a .csv file")
        return file


class RollingReference(Part):
    """A stretch of the log that moves along."""

    last: Length = Field(description="How long it is.")
    ending: Ago = Field(description="How long before the end of a window it ends; it may not overlap the window.")


_TAGS = {
    "last": "RollingReference",
    "ending": "RollingReference",
    "from": "PeriodReference",
    "to": "PeriodReference",
    "table": "TableReference",
    "file": "FileReference",
}


def _kind(value: object) -> str | None:
    """Which of the four is meant, by the keys that are there."""
    if isinstance(value, Part):
        return type(value).__name__
    keys = value if isinstance(value, Mapping) else {}
    return next((tag for key, tag in _TAGS.items() if key in keys), None)


ReferenceSettings = Annotated[
    Annotated[PeriodReference, Tag("PeriodReference")]
    | Annotated[TableReference, Tag("TableReference")]
    | Annotated[FileReference, Tag("FileReference")]
    | Annotated[RollingReference, Tag("RollingReference")],
    Discriminator(
        _kind,
        custom_error_type="reference",
        custom_error_message="should be one of {from, to}, {table}, {file} or {last, ending}",
    ),
]
