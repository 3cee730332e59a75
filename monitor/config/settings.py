"""The whole of a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    field_validator,
)

from monitor.config.addresses import DatabaseAddress, HiddenText, PublicAddress, WebAddress
from monitor.config.alerts import AlertSettings
from monitor.config.api import ApiSettings
from monitor.config.context import context_of
from monitor.config.faults import wrong
from monitor.config.keep import KeepSettings, raised
from monitor.config.models import ModelSettings
from monitor.config.part import Part, Text


class GrafanaSettings(Part):
    """Where `seamark grafana publish` puts the boards."""

    url: WebAddress
    token: HiddenText = Field(description="A service account's token.")
    folder: Text = "Seamark"
    database: DatabaseAddress | None = Field(
        default=None,
        description="The store as Grafana reaches it, best with a user who may only read the views; "
        "left out: the store's own address.",
    )


class DashboardSettings(Part):
    """What people look at."""

    url: PublicAddress = Field(
        default="", description="Where people open the dashboard; messages link there. Left out: no links."
    )
    grafana: GrafanaSettings | None = None


def _noted(value: object, read: ValidatorFunctionWrapHandler, info: ValidationInfo[Any]) -> ModelSettings:
    """Remember each model, sound or not, for the checks of the rules."""
    models = context_of(info).models
    name = str(value["name"]) if isinstance(value, Mapping) else ""
    models[name] = None
    model: ModelSettings = read(value)
    models[name] = model
    return model


Version = Annotated[int, WithJsonSchema({"const": 1})]


class Settings(Part):
    """What Seamark is asked to do."""

    version: Version = Field(description="The version of this file's format.")
    store: DatabaseAddress = Field(
        description="Where measurements, alerts and state are kept: an SQLAlchemy address; "
        "a relative SQLite file lies in this file's folder."
    )
    models: Mapping[str, Annotated[ModelSettings, WrapValidator(_noted)]] = Field(
        min_length=1, json_schema_extra={"propertyNames": {"pattern": "^[A-Za-z0-9_-]+$"}}
    )
    keep: KeepSettings = Field(default=KeepSettings(), validate_default=True)
    alerts: AlertSettings = Field(default_factory=AlertSettings)
    dashboards: DashboardSettings = DashboardSettings()
    api: ApiSettings = ApiSettings()

    @field_validator("version", mode="plain")
    @classmethod
    def _known_version(cls, version: object) -> int:
        if version != 1 or isinstance(version, bool):
            raise wrong("should be 1, the only version of this file's format so far")
        return 1

    @field_validator("models", mode="before")
    @classmethod
    def _named(cls, models: object) -> object:
        """A model is called as its key says."""
        if not isinstance(models, Mapping):
            return models
        return {
            name: {**model, "name": name} if isinstance(model, Mapping) else model for name, model in models.items()
        }

    @field_validator("keep")
    @classmethod
    def _long_enough(cls, keep: KeepSettings, info: ValidationInfo) -> KeepSettings:
        return raised(keep, info.data.get("models", {}))
