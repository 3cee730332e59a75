"""From the configuration of a model to the shape of its rows."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.config.models import ModelSettings
from monitor.profile.shape import Kind, ModelShape

SCORE = "score."


def score_columns(model: ModelSettings) -> dict[str, str]:
    """The names that scores have in a batch, and their columns in the table."""
    score = model.predictions.columns.score
    if score is None:
        return {}
    if isinstance(score, str):
        return {"score": score}
    return {f"{SCORE}{name}": column for name, column in score.items()}


def role_columns(model: ModelSettings) -> dict[str, str]:
    """The names that the model's outputs have in a batch, and their columns in the table."""
    prediction = model.predictions.columns.prediction
    outputs = {} if prediction is None else {"prediction": prediction}
    return {**outputs, **score_columns(model)}


def role_kinds(model: ModelSettings) -> dict[str, Kind]:
    """What the model's outputs and its target are read as: classes are categories, all else are numbers."""
    outcome: Kind = "numeric" if model.task == "regression" else "categorical"
    roles: dict[str, Kind] = dict.fromkeys(role_columns(model), "numeric")
    if "prediction" in roles:
        roles["prediction"] = outcome
    if model.targets is not None:
        roles["target"] = outcome
    return roles


def shape_of(model: ModelSettings, features: Mapping[str, Kind]) -> ModelShape:
    """The kinds of all columns that drift sees."""
    scores = score_columns(model)
    return ModelShape(
        task=model.task,
        kinds={**features, **role_kinds(model)},
        positive=model.positive or "1",
        scores={name.removeprefix(SCORE): name for name in scores if name.startswith(SCORE)},
    )
