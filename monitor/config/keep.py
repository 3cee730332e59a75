"""How long what was measured is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from monitor.config.context import Watched, context_of
from monitor.config.faults import wrong
from monitor.config.part import Part
from monitor.config.times import Length, say_length

DAY = timedelta(days=1)
Models = Mapping[str, Watched | None]


class KeepSettings(Part):
    """How long what is kept; what is left out is raised to what the models need."""

    profiles: Length = Field(default=90 * DAY, description="How long the profiles that windows are made of are kept.")
    measurements: Length = Field(default=400 * DAY, description="How long measurements are kept.")
    runs: Length = Field(default=400 * DAY, description="How long the runs, done or not, are kept.")
    hourly: Length = Field(
        default=30 * DAY, description="After this, profiles of buckets shorter than a day are put together into days."
    )

    @field_validator("profiles", "hourly")
    @classmethod
    # pydantic leaves the context's type open.
    def _written_long_enough(cls, length: timedelta, info: ValidationInfo[Any]) -> timedelta:
        needs = _needs(context_of(info).models, str(info.field_name))
        name = max(needs, key=lambda model: needs[model], default="")
        if name and length < needs[name]:
            reason = f"too short for the windows, late rows and reference of `{name}`"
            raise wrong(f"{reason}; should be at least {say_length(needs[name])}")
        return length


def raised(keep: KeepSettings, models: Models) -> KeepSettings:
    """The settings, but long enough for all models."""
    needed = {key: max(_needs(models, key).values(), default=timedelta(0)) for key in ("profiles", "hourly")}
    return keep.model_copy(update={key: max(getattr(keep, key), least) for key, least in needed.items()})


def _needs(models: Models, key: str) -> dict[str, timedelta]:
    """How long each model needs something; one that could not be read (None) needs nothing."""
    return {
        name: model.reach
        for name, model in models.items()
        if model is not None and (key == "profiles" or model.granularity < DAY)
    }
