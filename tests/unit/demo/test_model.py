"""The demo's model, on flights that are made up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from monitor.demo.flights import CATEGORICAL, NUMERIC
from monitor.demo.model import TRAINING_ENDS, Fit, Floats, as_model_input, score_flights

FLIGHTS = 800


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    """Some flights over four months: late where the departure was late, some diverted."""
    random = np.random.default_rng(7)
    columns = {column: random.normal(size=FLIGHTS) for column in NUMERIC}
    columns |= {column: random.choice(["a", "b", "c"], FLIGHTS) for column in CATEGORICAL}
    frame = pd.DataFrame(columns)
    frame["departed"] = pd.date_range("2013-01-01", "2013-05-01", periods=FLIGHTS, tz="UTC")
    frame["was_late"] = (frame["dep_delay"] + random.normal(scale=0.5, size=FLIGHTS) > 1).astype("float64")
    frame.loc[::50, "was_late"] = np.nan
    return frame


@pytest.fixture(scope="module")
def scored(flights: pd.DataFrame) -> tuple[Floats, Fit]:
    return score_flights(flights)


def test_every_flight_gets_a_probability_and_a_diverted_one_too(scored):
    probability, _ = scored
    assert probability.shape == (FLIGHTS,)
    assert ((probability > 0) & (probability < 1)).all()


def test_the_same_flights_get_the_same_probabilities(flights, scored):
    assert (score_flights(flights)[0] == scored[0]).all()


def test_the_fit_is_that_of_the_scores_that_are_logged(flights, scored):
    probability, fit = scored
    learnt = (flights["departed"] < TRAINING_ENDS) & flights["was_late"].notna()
    late = flights.loc[learnt, "was_late"]
    assert fit.flights == learnt.sum()
    assert fit.late_share == pytest.approx(late.mean())
    assert fit.roc_auc == pytest.approx(roc_auc_score(late, probability[learnt]))
    assert fit.log_loss == pytest.approx(log_loss(late, probability[learnt]))


def test_scores_of_the_training_period_are_out_of_fold_and_so_do_not_flatter(scored):
    _, fit = scored
    assert fit.roc_auc < fit.roc_auc_in_sample


def test_an_outcome_never_reaches_the_score_of_its_own_day(flights, scored):
    before, _ = scored
    day = (flights["departed"].dt.floor("D") == pd.Timestamp("2013-02-01", tz="UTC")).to_numpy()
    turned = flights.assign(was_late=flights["was_late"].mask(day, 1 - flights["was_late"]))
    after, _ = score_flights(turned)
    assert (before[day] == after[day]).all()
    assert (before != after).any()


def test_outcomes_after_the_training_period_change_nothing(flights, scored):
    later = flights["departed"] >= TRAINING_ENDS
    before, _ = scored
    after, _ = score_flights(flights.assign(was_late=flights["was_late"].mask(later)))
    assert (before == after).all()


def test_a_category_that_the_training_period_does_not_know_counts_as_missing(flights):
    new = flights.assign(dest=flights["dest"].mask(flights["departed"] >= TRAINING_ENDS, "ABQ"))
    frame = as_model_input(new)
    assert list(frame["dest"].cat.categories) == ["a", "b", "c"]
    assert (frame["dest"].isna() == (new["departed"] >= TRAINING_ENDS)).all()
