"""From the configuration of a model to the shape of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from monitor.config.models import ModelSettings
from monitor.profile.shape import Kind, ModelShape

SCORE = "score."
SEGMENT = "segment."


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


def segment_columns(model: ModelSettings, features: Mapping[str, Kind]) -> dict[str, str]:
    """The names that the columns of segments have in a batch, as text: categorical features are there anyway."""
    return {name: name if features.get(name) == "categorical" else f"{SEGMENT}{name}" for name in model.segments}


def log_columns(model: ModelSettings, features: Mapping[str, Kind]) -> dict[str, str]:
    """All that is read of a prediction but its id, time and features, by its name in a batch."""
    columns = model.predictions.columns
    optional = {"version": columns.version, "ingested": columns.ingested}
    segments = {name: key for key, name in segment_columns(model, features).items() if name != key}
    return {**role_columns(model), **{name: column for name, column in optional.items() if column}, **segments}


def log_kinds(model: ModelSettings, features: Mapping[str, Kind]) -> dict[str, Kind]:
    """What each of these is read as."""
    text: dict[str, Kind] = dict.fromkeys(log_columns(model, features), "categorical")
    return text | {name: kind for name, kind in role_kinds(model).items() if name in text}


def shape_of(model: ModelSettings, features: Mapping[str, Kind]) -> ModelShape:
    """The kinds of all columns that drift sees."""
    scores = score_columns(model)
    return ModelShape(
        task=model.task,
        kinds={**features, **role_kinds(model)},
        positive=model.positive or "1",
        scores={name.removeprefix(SCORE): name for name in scores if name.startswith(SCORE)},
        segments=segment_columns(model, features),
        has_versions=model.predictions.columns.version is not None,
        source=_source(model),
    )


def _source(model: ModelSettings) -> str:
    """A digest of what decides which rows there are and what stands in them; passwords and hosts do not."""
    parts = (model.predictions, model.targets, model.reference)
    read = [part.model_dump_json(exclude={"database", "features"}) for part in parts if part is not None]
    if model.predictions.features is None:
        read.append("features are read off the reference")  # so that named ones do not settle what is read off later
    return sha256("\n".join(read).encode()).hexdigest()[:16]
