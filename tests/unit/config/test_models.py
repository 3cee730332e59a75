"""Models: defaults, and checks from one key to another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.config import (
    FileReference,
    FilterSettings,
    ModelSettings,
    PeriodReference,
    RollingReference,
    Settings,
    TableReference,
)
from monitor.drift.catalogue import METHODS
from monitor.performance.catalogue import METRICS
from monitor.quality.catalogue import CHECKS

Reader = Callable[..., Settings]
Faults = Callable[..., list[str]]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SCORES = "{id: a, time: b, score: {AA: p_aa, 1: p_1}}"


@pytest.fixture
def model(settings: Reader) -> Callable[..., ModelSettings]:
    return lambda **parts: settings(**parts).models["late_arrival"]


def test_what_is_left_out_has_a_default(model: Callable[..., ModelSettings]) -> None:
    read = model()
    assert read.name == "late_arrival"
    assert (read.granularity, read.windows, read.every) == (HOUR, (DAY,), DAY)
    assert (read.delay, read.min_rows, read.positive) == (timedelta(minutes=10), 200, None)
    assert (read.lateness, read.segments) == (3 * DAY, ())
    assert read.predictions.database is None
    assert (read.predictions.columns.version, read.predictions.columns.ingested) == (None, None)
    assert set(read.measure.drift) < set(METHODS)


def test_every_is_the_shortest_window(model: Callable[..., ModelSettings]) -> None:
    assert model(model="{windows: [7 days, 4 hours, 1 day]}").every == timedelta(hours=4)


def test_with_no_lateness_nothing_is_looked_at_again(model: Callable[..., ModelSettings]) -> None:
    assert model(model="{lateness: 0 days}").lateness == timedelta(0)


def test_segments_versions_and_times_of_writing_are_columns(model: Callable[..., ModelSettings]) -> None:
    columns = "{id: a, time: b, prediction: c, version: v, ingested: w}"
    read = model(columns=columns, model="{segments: [carrier, dep_delay, v]}")
    assert read.segments == ("carrier", "dep_delay", "v")
    assert (read.predictions.columns.version, read.predictions.columns.ingested) == ("v", "w")
    assert (read.has_versions, model().has_versions) == (True, False)


def test_at_most_twenty_columns_make_segments(model: Callable[..., ModelSettings], faults: Faults) -> None:
    names = [f"column_{number}" for number in range(21)]
    assert len(model(model=f"{{segments: [{', '.join(names[:20])}]}}").segments) == 20
    assert faults(model=f"{{segments: [{', '.join(names)}]}}") == [
        "models.late_arrival.segments: at most 20 columns can make segments, and there are 21"
    ]


def test_settings_do_not_change(settings: Reader) -> None:
    read = settings()
    with pytest.raises(ValueError, match="frozen"):
        read.models["late_arrival"].min_rows = 1  # type: ignore[misc]  # that it is refused is the point


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            "{from: 2013-01-01, to: '2013-04-01T02:00+02:00'}",
            PeriodReference.model_validate(
                {"from": datetime(2013, 1, 1, tzinfo=UTC), "to": datetime(2013, 4, 1, tzinfo=UTC)}
            ),
        ),
        ("{table: training_set}", TableReference(table="training_set")),
        ("{file: data/reference.parquet}", FileReference(file=Path("/etc/seamark/data/reference.parquet"))),
        ("{file: /data/reference.CSV}", FileReference(file=Path("/data/reference.CSV"))),
        ("{last: 28 days, ending: 7 days ago}", RollingReference(last=timedelta(days=28), ending="7 days ago")),
    ],
)
def test_a_reference_is_one_of_four_kinds_told_by_its_keys(
    model: Callable[..., ModelSettings], written: str, read: object
) -> None:
    assert model(reference=written).reference == read


@pytest.mark.parametrize(
    ("written", "filters"),
    [
        ("{column: a, value: b}", (FilterSettings(column="a", value="b"),)),
        ("[{column: a, op: is null}]", (FilterSettings(column="a", op="is null"),)),
        ("{column: a, op: not in, value: [1, x]}", (FilterSettings(column="a", op="not in", value=(1, "x")),)),
        ("{column: a, op: =, value: true}", (FilterSettings(column="a", value=True),)),
        ("{column: a, op: '>=', value: 2013-01-01}", (FilterSettings(column="a", op=">=", value=date(2013, 1, 1)),)),
        ("[]", ()),
    ],
)
def test_filters_are_typed_and_may_stand_alone(
    model: Callable[..., ModelSettings], written: str, filters: tuple[FilterSettings, ...]
) -> None:
    read = model(where=written).predictions.where
    assert read == filters
    assert [type(it.value) for it in read] == [type(it.value) for it in filters]


@pytest.mark.parametrize("value", ["[{a: b}]", "{a: b}", "[[1]]"])
def test_filters_compare_with_plain_values_only(faults: Faults, value: str) -> None:
    op = "in" if value.startswith("[") else "="
    (told,) = faults(where=f"{{column: a, op: {op}, value: {value}}}")
    assert "should be text, a number" in told


@pytest.mark.parametrize(
    ("written", "text"), [("1", "1"), ("true", "1"), ("false", "0"), ("1.0", "1"), ("yes", "yes"), ("'1.0'", "1.0")]
)
def test_the_positive_class_has_one_text_whatever_its_kind(
    model: Callable[..., ModelSettings], written: str, text: str
) -> None:
    assert model(model=f"{{positive: {written}}}").positive == text


@pytest.mark.parametrize("written", ["0.5", ".inf", "[1]", "''"])
def test_what_is_no_class_is_no_positive_class(faults: Faults, written: str) -> None:
    assert faults(model=f"{{positive: {written}}}") == [
        "models.late_arrival.positive: should be a class, such as 1, true or late"
    ]


def test_the_classes_of_scores_are_text(model: Callable[..., ModelSettings]) -> None:
    read = model(task="multiclass_classification", columns=SCORES)
    assert read.predictions.columns.score == {"AA": "p_aa", "1": "p_1"}


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC"])
def test_a_time_zone_has_its_name_from_iana(model: Callable[..., ModelSettings], name: str) -> None:
    targets = f"{{table: t, columns: {{id: a, target: b}}, time_zone: {name}}}"
    read = model(targets=targets).targets
    assert read is not None
    assert read.time_zone == name


@pytest.mark.parametrize("name", ["Europe", "/etc/passwd", "../etc", "Berlin", "CEST"])
def test_what_is_no_time_zone_is_refused(faults: Faults, name: str) -> None:
    (told,) = faults(targets=f"{{table: t, columns: {{id: a, target: b}}, time_zone: {name}}}")
    assert "is not a time zone" in told


def test_without_a_list_all_performance_that_suits_is_measured(model: Callable[..., ModelSettings]) -> None:
    classification = {name for name, it in METRICS.items() if "binary_classification" in it.tasks}
    assert set(model().performance) == classification
    without_score = model(columns="{id: a, time: b, prediction: c}")
    assert set(without_score.performance) == {name for name in classification if not METRICS[name].needs_score}
    regression = model(task="regression", columns="{id: a, time: b, prediction: c}")
    assert set(regression.performance) == set(METRICS) - classification


def test_without_targets_no_performance_is_measured(settings: Reader) -> None:
    text = "{table: p, columns: {id: a, time: b, prediction: c}}"
    read = ModelSettings.model_validate(
        {"name": "m", "task": "regression", "predictions": _mapping(text), "reference": {"table": "r"}}
    )
    assert read.performance == ()
    assert not read.metrics & {"target_coverage", "unmatched_targets"}


def _mapping(text: str) -> object:
    import yaml

    return yaml.safe_load(text)


def test_the_metrics_of_a_model_are_what_is_asked_for_and_all_quality(model: Callable[..., ModelSettings]) -> None:
    read = model(model="{measure: {drift: [hellinger], performance: [f1]}}")
    assert read.metrics == {"hellinger", "f1", "unmatched_targets", *CHECKS}
    assert model(model="{measure: {drift: [], performance: []}}").metrics == {"unmatched_targets", *CHECKS}


def test_the_columns_of_a_model_are_its_features_and_roles(model: Callable[..., ModelSettings]) -> None:
    assert model().column_names == {"dep_delay", "carrier", "prediction", "score", "target"}
    read = model(task="multiclass_classification", columns=SCORES)
    assert read.column_names == {"dep_delay", "carrier", "score.AA", "score.1", "target"}


def test_one_fault_of_a_model_does_not_hide_another(faults: Faults) -> None:
    told = faults(task="regresion", reference="{from: 2013-01-01}", model="{min_rows: 1.5, windows: [90 minutes]}")
    assert [line.partition(": ")[0] for line in sorted(told)] == [
        "models.late_arrival.min_rows",
        "models.late_arrival.reference.to",
        "models.late_arrival.task",
        "models.late_arrival.windows.0",
    ]


@pytest.mark.parametrize(
    "features",
    [
        "{numeric: [id]}",
        "{numeric: [time]}",
        "{categorical: [prediction]}",
        "{categorical: [score.AA]}",
        "{categorical: [version]}",
        "{numeric: [ingested]}",
        "{categorical: [segment.carrier]}",
    ],
)
def test_a_feature_does_not_take_the_name_of_a_role(faults: Faults, features: str) -> None:
    (told,) = faults(features=features)
    assert "Seamark gives to columns itself" in told


def test_a_feature_is_numeric_or_categorical(faults: Faults) -> None:
    (told,) = faults(features="{numeric: [a], categorical: [b, a]}")
    assert told == "models.late_arrival.predictions.features.categorical.1: `a` stands under numeric too"
