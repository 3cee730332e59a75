"""The rules of a configuration that names none."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from monitor.config.context import Context, Watched
from monitor.config.limits import CALIBRATED
from monitor.config.rules import RuleSettings

_OUTPUTS = ["prediction", "score*"]

# As they would stand in the file, so that everybody can copy and change them.
# A night with few rows is no news of each column; that rows are missing has a rule of its own.
_QUIET = {"on_missing": "ignore"}
_PAGE = {"severity": "page", "keep_firing_for": "1 day"}
_BROKEN = {**_PAGE, **_QUIET}
# Some weekdays are past their limit, others are not.
_TICKET = {"severity": "ticket", "keep_firing_for": "10 days", **_QUIET}
_RULES: tuple[dict[str, Any], ...] = (
    {
        "alert": "RowsMissing",
        "metric": "row_count",
        "below": CALIBRATED,
        **_PAGE,
        "annotations": {"summary": "{model}: only {value:.0f} predictions"},
    },
    {
        "alert": "NullsRose",
        "metric": "null_share",
        "above": CALIBRATED,
        **_BROKEN,
        "annotations": {"summary": "{model}: {value:.1%} of {column} is null"},
    },
    {
        "alert": "ValuesInvalid",
        "metric": "invalid_share",
        "above": CALIBRATED,
        **_BROKEN,
        "annotations": {"summary": "{model}: {value:.1%} of {column} is not of its type"},
    },
    {
        "alert": "ValuesUnseen",
        "metric": "unseen_share",
        "above": CALIBRATED,
        **_BROKEN,
        "annotations": {"summary": "{model}: {value:.1%} of {column} is unknown to the reference"},
    },
    {"alert": "AccuracyWorse", "metric": "accuracy", "sequential": {"worse_by": 0.02}, **_PAGE},
    {"alert": "AucWorse", "metric": "roc_auc", "sequential": {"worse_by": 0.02}, **_PAGE},
    {"alert": "ErrorWorse", "metric": "mean_absolute_error", "sequential": {"worse_by": "5%"}, **_PAGE},
    *(
        {
            "alert": name,
            "metric": "population_stability_index",
            "select": {"column": column},
            "above": CALIBRATED,
            **_TICKET,
        }
        for name, column in zip(("PredictionDrift", "ScoreDrift"), _OUTPUTS, strict=True)
    ),
    {
        "alert": "ColumnDrift",
        "metric": "population_stability_index",
        "select": {"without": _OUTPUTS},
        "above": CALIBRATED,
        **_TICKET,
    },
)


def rules_as_written(models: Mapping[str, Watched]) -> list[dict[str, Any]]:
    """Those that have something to look at in these models, as they would stand in the file."""
    return [deepcopy(rule) for rule in _RULES if _suits(rule, models)]


def _suits(rule: dict[str, Any], models: Mapping[str, Watched]) -> bool:
    try:
        RuleSettings.model_validate(rule, context=Context(models=dict(models)))
    except ValidationError:
        return False
    return True


def default_rules() -> tuple[RuleSettings, ...]:
    """The rules of a configuration that names none.

    >>> [rule.alert for rule in default_rules() if rule.severity == "page"][:3]
    ['RowsMissing', 'NullsRose', 'ValuesInvalid']
    """
    return tuple(RuleSettings.model_validate(rule) for rule in _RULES)
