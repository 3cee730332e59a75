"""How each model stands."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboards.fleet import standings

NOW = pd.Timestamp("2013-06-01", tz="UTC")
OPEN = pd.DataFrame({"model": ["m"], "state": ["pending"], "alerts": [2]})


def models(**facts: object) -> pd.DataFrame:
    row = {
        "model": "m", "task": "none", "reference_id": "r", "reference_rows": 10.0, "first_window": NOW,
        "last_window": NOW, "firing_page": 0, "firing_ticket": 0,
    }  # fmt: skip
    return pd.DataFrame([row | facts])


def runs(*statuses: str) -> pd.DataFrame:
    return pd.DataFrame(
        [{"model": "m", "status": status, "reason": "table gone", "window_end": NOW} for status in statuses],
        columns=["model", "status", "reason", "window_end"],
    )


@pytest.mark.parametrize(
    ("facts", "statuses", "standing"),
    [
        ({}, ["done"], "ok"),
        ({"last_window": pd.NaT}, [], "no_data"),
        ({}, ["failed"], "failing"),
        ({}, ["done", "failed"], "failing"),
        ({"firing_ticket": 1}, ["failed"], "ticket"),
        ({"firing_ticket": 1, "firing_page": 1}, ["failed"], "page"),
    ],
)
def test_the_worst_that_is_true_names_the_standing(facts, statuses, standing):
    (model,) = standings(models(**facts), runs(*statuses), OPEN)

    assert model.standing == standing


def test_a_failing_run_keeps_its_reason_beside_a_firing_alert():
    (model,) = standings(models(firing_page=1), runs("failed"), OPEN)

    assert model.failure == "table gone"


def test_a_model_that_was_never_measured_has_no_times():
    (model,) = standings(models(first_window=pd.NaT, last_window=pd.NaT, reference_rows=None), runs(), OPEN)

    assert (model.first_window, model.last_window, model.reference_rows) == (None, None, None)


def test_the_worst_model_comes_first():
    several = pd.concat([models(model="calm"), models(model="loud", firing_page=1)])

    assert [model.model for model in standings(several, runs(), OPEN)] == ["loud", "calm"]


def test_pending_alerts_are_counted():
    (model,) = standings(models(), runs(), OPEN)

    assert model.pending == 2
