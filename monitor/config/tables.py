"""Where predictions and targets lie, and which of their columns is what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationInfo, WithJsonSchema, field_validator

from monitor.config.addresses import DatabaseAddress
from monitor.config.faults import Remark, raise_all, wrong
from monitor.config.part import Part, Scalar, Text, TimeZone, twice
from monitor.config.place import Place

ROLES = ("id", "time", "prediction", "score", "target", "version", "ingested")
_ROLE_BEGINNINGS = ("score.", "segment.")

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "is null", "is not null"]


def _filter_value(value: object) -> object:
    """A value, or a list of values; lists become tuples, so that nothing of a filter changes."""
    items = value if isinstance(value, list | tuple) else [value]
    raise_all(
        Remark("should be text, a number, true, false or a date", (index,) if items is value else ())
        for index, item in enumerate(items)
        if not isinstance(item, Scalar)
    )
    return tuple(items) if items is value else value


_VALUE_SCHEMA: dict[str, Any] = {"type": ["string", "number", "boolean"]}  # JSON has no narrower word
FilterValue = Annotated[
    Scalar | tuple[Scalar, ...] | None,
    WithJsonSchema({"anyOf": [_VALUE_SCHEMA, {"type": "array", "items": _VALUE_SCHEMA, "minItems": 1}]}),
]


class FilterSettings(Part):
    """Keeps the rows whose column compares so with the value."""

    column: Text
    op: Operator = "="
    value: FilterValue = Field(default=None, validate_default=True)

    @field_validator("value", mode="plain")
    @classmethod
    def _fits_operator(cls, value: object, info: ValidationInfo) -> object:
        op = info.data.get("op")
        if op in ("is null", "is not null"):
            if value is not None:
                raise wrong(f"`{op}` takes no value; leave it out")
            return None
        if value is None:
            raise wrong("a value is missing; to find rows without one, write op: is null")
        if op in ("in", "not in") and not (isinstance(value, list | tuple) and value):
            raise wrong(f"`{op}` takes a list of values, such as [a, b]")
        if op is not None and op not in ("in", "not in") and isinstance(value, list | tuple):
            raise wrong(f"`{op}` takes one value; for a list write op: in")
        return _filter_value(value)


def _listed(value: object) -> object:
    """One filter may stand without a list."""
    return [value] if isinstance(value, Mapping) else value


Filters = Annotated[
    tuple[FilterSettings, ...],
    BeforeValidator(_listed, json_schema_input_type=FilterSettings | tuple[FilterSettings, ...]),
]


Scores = Annotated[
    Annotated[Text, Tag("one")] | Annotated[Mapping[str, Text], Tag("each")],
    Discriminator(lambda value: "each" if isinstance(value, Mapping) else "one"),
]


class PredictionColumns(Part):
    """Which column of the predictions is what."""

    id: Text = Field(description="Tells predictions apart; targets are joined by it.")
    time: Text = Field(description="When the prediction was made.")
    prediction: Text | None = Field(default=None, description="Classification: the class; regression: the number.")
    score: Scores | None = Field(
        default=None, description="The probability. Binary: a column; multiclass: {class: column}."
    )
    version: Text | None = Field(
        default=None, description="The model's version; each is measured by itself too. Left out: no versions."
    )
    ingested: Text | None = Field(
        default=None, description="When the row was written; finds late rows without counting them."
    )

    @field_validator("ingested")
    @classmethod
    def _not_the_time(cls, ingested: str | None, info: ValidationInfo) -> str | None:
        if ingested is not None and ingested == info.data.get("time"):
            raise wrong(f"`{ingested}` is the time of the prediction; name the column that says when a row was written")
        return ingested


def _role_remarks(names: tuple[str, ...]) -> Iterator[Remark]:
    for index, name in enumerate(names):
        if name in ROLES or name.startswith(_ROLE_BEGINNINGS):
            yield Remark(
                f"`{name}` is a name that Seamark gives to columns itself; rename the feature by a view", (index,)
            )


class FeatureSettings(Part):
    """The model's inputs that are watched."""

    numeric: tuple[Text, ...] = ()
    categorical: tuple[Text, ...] = Field(default=(), validate_default=True)

    @field_validator("numeric", "categorical")
    @classmethod
    def _once(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        numeric = info.data.get("numeric", ())
        shared = (
            Remark(f"`{name}` stands under numeric too", (index,))
            for index, name in enumerate(names)
            if name in numeric
        )
        raise_all([*_role_remarks(names), *twice(names), *shared])
        return names

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.numeric, *self.categorical)


class PredictionSettings(Place):
    """The log of the predictions."""

    columns: PredictionColumns
    features: FeatureSettings | None = Field(
        default=None, description="Left out: read off the reference, kinds included."
    )
    where: Filters = Field(default=(), description="Filters that a row has to pass, all of them.")
    time_zone: TimeZone | None = Field(
        default=None, description="The zone of a time column that names none, such as Europe/Berlin."
    )


class TargetColumns(Part):
    """Which column of the targets is what."""

    id: Text = Field(description="The id of the prediction.")
    target: Text = Field(description="The true outcome.")
    time: Text | None = Field(default=None, description="When the outcome became known.")


class TargetSettings(Place):
    """The outcomes, as they become known."""

    database: DatabaseAddress | None = Field(
        default=None,
        description="The SQLAlchemy address of the table; left out: the database of the predictions, or the store.",
    )
    columns: TargetColumns
    time_zone: TimeZone | None = Field(default=None, description="The zone of a time column that names none.")
