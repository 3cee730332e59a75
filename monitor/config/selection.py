"""Which series the rule of an alert looks at."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase
from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from monitor.config.context import Context, Watched, context_of
from monitor.config.faults import did_you_mean, wrong
from monitor.config.part import Part, Text


class SelectSettings(Part):
    """The series that a rule looks at; * stands for any text."""

    model: Text = Field(default="*", description="The name of a model.")
    column: str = Field(default="*", description="The name of a column.")
    without: tuple[Text, ...] = Field(
        default=(), description="Columns that the rule does not look at, though `column` takes them in."
    )
    version: str = Field(
        default="", description="A version of the model, * for each by itself; left out: all versions together."
    )
    segment: str = Field(
        default="", description="Such as carrier=AA, carrier=* or * for every segment; left out: the whole only."
    )

    @field_validator("model")
    @classmethod
    # pydantic leaves the context's type open.
    def _some_model(cls, pattern: str, info: ValidationInfo[Any]) -> str:
        known = context_of(info).models
        if known and not any(fnmatchcase(name, pattern) for name in known):
            raise wrong(f"no model is called `{pattern}`{did_you_mean(pattern, known)}")
        return pattern

    @field_validator("version")
    @classmethod
    def _some_version(cls, pattern: str, info: ValidationInfo[Any]) -> str:
        models = _selected(info)
        if pattern and models and not any(model.has_versions for model in models):
            raise wrong("no model that the rule selects maps predictions.columns.version; map it, or leave this out")
        return pattern

    @field_validator("segment")
    @classmethod
    def _some_segment(cls, pattern: str, info: ValidationInfo[Any]) -> str:
        if not pattern:
            return pattern
        if pattern != "*" and "=" not in pattern:
            raise wrong(f"should be column=value, such as {pattern}=* for each segment of a column, or * for every one")
        if info.data.get("version"):
            raise wrong("segments are measured over all versions together; leave segment or version out")
        _check_key(pattern.partition("=")[0], _selected(info))
        return pattern


def selected_models(pattern: str, context: Context) -> list[Watched]:
    """The models that a pattern selects; none as long as one of them could not be read."""
    models = [model for name, model in context.models.items() if fnmatchcase(name, pattern)]
    known = [model for model in models if model is not None]
    return known if len(known) == len(models) else []


def _selected(info: ValidationInfo[Any]) -> list[Watched]:
    return selected_models(info.data["model"], context_of(info)) if "model" in info.data else []


def _check_key(pattern: str, models: Collection[Watched]) -> None:
    keys = {key for model in models for key in model.segments}
    if models and not keys:
        raise wrong("no model that the rule selects has segments; add segments to a model, or leave this out")
    if models and not any(fnmatchcase(key, pattern) for key in keys):
        raise wrong(f"no model that the rule selects has segments of `{pattern}`{did_you_mean(pattern, keys)}")
