"""Where the rows of a model lie: in a table, in files, in a Delta table, or wherever Spark finds them."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, field_validator

from monitor.config.addresses import PASSWORD_WORDS, DatabaseAddress
from monitor.config.context import context_of
from monitor.config.faults import Remark, Wrong, wrong
from monitor.config.part import Part, Text
from monitor.config.spark import SparkSettings

PLACES = ("table", "path", "delta", "spark")


# pydantic leaves the context's type open.
def _location(text: str, info: ValidationInfo[Any]) -> str:
    """An absolute path, or an address as it stands there."""
    if "://" not in text:
        return str(context_of(info).beside(text))
    if _holds_password(text):
        raise wrong(
            "holds a password, which does not belong in this file; leave it to the environment, "
            "such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    return text


def _holds_password(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        raise wrong("not an address such as s3://bucket/predictions") from None
    return bool(parts.password) or any(word in parts.query.lower() for word in PASSWORD_WORDS)


Location = Annotated[Text, AfterValidator(_location)]


class Place(Part):
    """Rows of a model; exactly one key says where they lie."""

    # A plain oneOf would read as kinds of the mapping, each with keys of its own.
    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [{"oneOf": [{"required": [name]} for name in PLACES]}],
            "dependentRequired": {"database": ["table"]},
        }
    )

    table: Text | None = Field(default=None, description="A table or view, or schema.table.")
    path: Location | None = Field(
        default=None,
        description="A Parquet or CSV file or a folder of them, or an address such as s3://bucket/folder; "
        "a relative path starts in this file's folder.",
    )
    delta: Location | None = Field(
        default=None,
        description="The folder of a Delta table, or an address such as s3://bucket/folder; "
        "a relative path starts in this file's folder.",
    )
    spark: SparkSettings | None = Field(default=None, validate_default=True, description="Read and profiled by Spark.")
    database: DatabaseAddress | None = Field(
        default=None, description="The SQLAlchemy address of the table; left out: the store itself."
    )

    @field_validator(*PLACES[1:])
    @classmethod
    def _one_place(cls, value: object, info: ValidationInfo) -> object:
        earlier = PLACES[: PLACES.index(str(info.field_name))]
        # A place that stands there but could not be read counts as given.
        given = [name for name in earlier if info.data.get(name, 0) is not None]
        if value is not None and given:
            raise wrong(f"the rows lie in one place, and `{given[0]}` names one too; leave one of the two out")
        if value is None and not given:
            message = "does not say where the rows lie; add one of table, path, delta and spark"
            raise Wrong(Remark(message, absent=frozenset(PLACES)))
        return value

    @field_validator("database")
    @classmethod
    def _has_table(cls, database: object, info: ValidationInfo) -> object:
        other = next((name for name in PLACES[1:] if info.data.get(name) is not None), None)
        if other and info.data.get("table", 0) is None:
            raise wrong(f"goes with `table`, not with `{other}`; leave it out")
        return database

    @property
    def name(self) -> str:
        """What the place is called: a table, a path or an address."""
        return self.table or self.path or self.delta or (self.spark.name if self.spark else "")
