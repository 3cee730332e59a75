"""The demo's model: will this flight land more than 15 minutes late?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from monitor.demo.flights import CATEGORICAL, FEATURES

Floats = npt.NDArray[np.float64]

TRAINING_ENDS = pd.Timestamp("2013-04-01", tz="UTC")
THRESHOLD = 0.5
FOLDS = 3
SEED = 2013


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the model does on the flights it learnt from: honestly (out of fold), and flattered (in sample)."""

    flights: int
    late_share: float
    mean_probability: float
    roc_auc: float
    log_loss: float
    roc_auc_in_sample: float


def score_flights(flights: pd.DataFrame) -> tuple[Floats, Fit]:
    """The probability of each flight to be late, and how well the model does before April.

    From April on the one model scores that learnt from all flights before. Before April each day is
    scored by a model that has not seen that day (out of fold). These scores are the reference: scores
    in sample would promise more than the model can hold, and April would look like a fall of its own.
    """
    frame = as_model_input(flights)
    known = flights["was_late"].notna().to_numpy()
    trained_on = (flights["departed"] < TRAINING_ENDS).to_numpy()
    learnt = np.flatnonzero(trained_on & known)
    target = flights["was_late"].to_numpy(dtype=np.float64)

    model = _fitted(frame.iloc[learnt], target[learnt])
    probability = _late(model, frame)
    flattered = roc_auc_score(target[learnt], probability[learnt])
    days = flights["departed"].dt.floor("D").to_numpy()
    probability[trained_on] = _out_of_fold(frame[trained_on], target[trained_on], days[trained_on])
    fit = Fit(
        flights=len(learnt),
        late_share=float(target[learnt].mean()),
        mean_probability=float(probability[learnt].mean()),
        roc_auc=float(roc_auc_score(target[learnt], probability[learnt])),
        log_loss=float(log_loss(target[learnt], probability[learnt])),
        roc_auc_in_sample=float(flattered),
    )
    return probability, fit


def as_model_input(flights: pd.DataFrame) -> pd.DataFrame:
    """The features, categories coded by those of the training period; a new one counts as missing."""
    trained_on = flights["departed"] < TRAINING_ENDS
    frame = flights[list(FEATURES)].copy()
    for column in CATEGORICAL:
        categories = pd.Index(flights.loc[trained_on, column].dropna().unique()).sort_values()
        frame[column] = pd.Categorical.from_codes(categories.get_indexer(flights[column]), categories=categories)
    return frame


def _out_of_fold(frame: pd.DataFrame, target: Floats, days: npt.NDArray[np.datetime64]) -> Floats:
    """Scores by models that saw no flight of the same day; a diverted flight is scored, not learnt from."""
    probability = np.empty(len(frame))
    folds = GroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for others, these in folds.split(frame, groups=days):
        learnt = others[~np.isnan(target[others])]
        model = _fitted(frame.iloc[learnt], target[learnt])
        probability[these] = _late(model, frame.iloc[these])
    return probability


def _fitted(frame: pd.DataFrame, target: Floats) -> HistGradientBoostingClassifier:
    model = HistGradientBoostingClassifier(
        max_iter=120,
        max_leaf_nodes=15,
        min_samples_leaf=100,
        l2_regularization=1.0,
        early_stopping=False,
        categorical_features="from_dtype",
        random_state=SEED,
    )
    # Its threads wait for each other by spinning: on a busy machine two of them take five times as long as one.
    with threadpool_limits(1):
        return model.fit(frame, target)


def _late(model: HistGradientBoostingClassifier, frame: pd.DataFrame) -> Floats:
    with threadpool_limits(1):
        return np.asarray(model.predict_proba(frame)[:, 1], dtype=np.float64)
