"""The configuration: YAML to frozen typed objects, every fault at once."""

from monitor.config.alerts import AlertSettings
from monitor.config.keep import KeepSettings
from monitor.config.loader import load
from monitor.config.models import MeasureSettings, ModelSettings
from monitor.config.receivers import (
    AlertmanagerSettings,
    AppriseSettings,
    ConsoleSettings,
    EmailSettings,
    PagerDutySettings,
    ReceiverSettings,
    WebhookSettings,
)
from monitor.config.reference import (
    FileReference,
    PeriodReference,
    ReferenceSettings,
    RollingReference,
    TableReference,
)
from monitor.config.routes import RootSettings, RouteSettings
from monitor.config.rules import RuleSettings
from monitor.config.schema import json_schema
from monitor.config.secret import Secret
from monitor.config.selection import SelectSettings
from monitor.config.settings import DashboardSettings, GrafanaSettings, Settings
from monitor.config.spark import SparkSettings
from monitor.config.tables import (
    FeatureSettings,
    FilterSettings,
    PredictionColumns,
    PredictionSettings,
    TargetColumns,
    TargetSettings,
)
from monitor.config.times import Hold

__all__ = [
    "AlertSettings",
    "AlertmanagerSettings",
    "AppriseSettings",
    "ConsoleSettings",
    "DashboardSettings",
    "EmailSettings",
    "FeatureSettings",
    "FileReference",
    "FilterSettings",
    "GrafanaSettings",
    "Hold",
    "KeepSettings",
    "MeasureSettings",
    "ModelSettings",
    "PagerDutySettings",
    "PeriodReference",
    "PredictionColumns",
    "PredictionSettings",
    "ReceiverSettings",
    "ReferenceSettings",
    "RollingReference",
    "RootSettings",
    "RouteSettings",
    "RuleSettings",
    "Secret",
    "SelectSettings",
    "Settings",
    "SparkSettings",
    "TableReference",
    "TargetColumns",
    "TargetSettings",
    "WebhookSettings",
    "json_schema",
    "load",
]
