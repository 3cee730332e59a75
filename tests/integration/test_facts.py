"""What is known of an alert, out of a real store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from builders.facts import DAY, Case, case, days_before
from builders.rows import SHAPE, START, classifier_rows

from alerts.facts import Facts
from alerts.rule import Rule, Selector
from monitor.measure import Wanted
from monitor.measurement import Estimate, Measurement, skipped
from monitor.store.database import migrate, open_store
from monitor.store.measurements import write_measurements
from monitor.store.pasts import key_of, pasts
from monitor.window import utc

RULES = (
    Rule(name="Drift", metric="population_stability_index", above=0.2, select=Selector(column="*")),
    Rule(name="AucDrop", metric="roc_auc", below=0.99),
)
WANTED = Wanted("binary_classification", ("population_stability_index",), ("roc_auc",), min_rows=1, has_targets=True)
QUIET = classifier_rows(START, utc(2024, 1, 20))
SHIFTED = classifier_rows(DAY.start, DAY.end, per_hour=60, shift=9.0)


@pytest.fixture
def store(store_url: str) -> Iterator[sa.Connection]:
    engine = open_store(store_url)
    migrate(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="module")
def shifted() -> Case:
    return case(QUIET, SHIFTED, SHAPE, WANTED, RULES)


def past_values(store: sa.Connection, shifted: Case, values: list[float | None]) -> Measurement:
    """One series with these values on the days before, and 0.5 on the day; gives the last."""
    shape = Measurement("m", "roc_auc", DAY, Estimate(0.5))
    for number, value in enumerate(reversed(values), start=1):
        window = days_before(number)
        shifted.recorded(store, window)
        estimate = skipped("none") if value is None else Estimate(value)
        write_measurements(store, [replace(shape, window=window, estimate=estimate)])
    shifted.recorded(store)
    write_measurements(store, [shape])
    return shape


def test_a_past_is_its_range_its_middle_and_how_often_it_was_as_extreme(store: sa.Connection, shifted: Case) -> None:
    one = past_values(store, shifted, [0.9, 0.4, None, 0.5, 0.8])
    past = pasts(store, DAY, {key_of(one): 0.5})[key_of(one)]
    assert (past.windows, past.lowest, past.highest, past.last) == (4, 0.4, 0.9, 0.8)
    assert past.middle == pytest.approx(0.65)
    assert (past.lower, past.higher) == (2, 3)
    assert past.since == days_before(5).end


def test_a_series_that_is_new_has_no_past(store: sa.Connection, shifted: Case) -> None:
    one = past_values(store, shifted, [])
    assert pasts(store, DAY, {key_of(one): 0.5}) == {}


def test_what_a_window_gave_that_comes_later_is_no_past(store: sa.Connection, shifted: Case) -> None:
    one = past_values(store, shifted, [0.9, 0.8, 0.7])
    asked = days_before(2)
    past = pasts(store, asked, {key_of(one): 0.5})[key_of(one)]
    assert (past.windows, past.highest) == (1, 0.9)


def facts_of(store: sa.Connection, shifted: Case) -> dict[tuple[str, str], Facts]:
    measured = shifted.recorded(store)
    found = shifted.finder(store, measured)(shifted.evaluation(measured))
    return {(identity.alert, identity.column_name): facts for identity, facts in found.items()}


def test_drift_is_told_with_the_bins_that_moved_and_whether_performance_suffers(
    store: sa.Connection, shifted: Case
) -> None:
    facts = facts_of(store, shifted)["Drift", "amount"]
    assert facts.moved[0].now > 0.8
    assert facts.moved[0].before < 0.2
    assert len(facts.moved) == 3
    assert facts.rows == 24 * 60
    assert facts.broken_since == DAY.end
    assert facts.chief is not None
    assert facts.chief.metric == "roc_auc"


def test_performance_is_told_with_the_reference_the_mistakes_and_the_columns_that_drift(
    store: sa.Connection, shifted: Case
) -> None:
    facts = facts_of(store, shifted)["AucDrop", ""]
    assert facts.reference_value == pytest.approx(0.92, abs=0.03)
    assert [one.column_name for one in facts.drifting] == ["amount"]
    assert facts.target_coverage == 1.0
    assert facts.chief is None


def test_nothing_is_asked_where_nothing_fires_or_resolves(store: sa.Connection, shifted: Case) -> None:
    quiet = case(QUIET, QUIET, SHAPE, WANTED, RULES[:1])
    measured = quiet.measured()
    store.execute(sa.text("DROP VIEW v_measurement"))  # a store that could not answer
    assert quiet.finder(store, measured)(quiet.evaluation(measured)) == {}
