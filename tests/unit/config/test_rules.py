"""Rules: from YAML to what the evaluation takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from alerts.rule import Rule, Selector
from monitor.calibration.budget import Budget
from monitor.calibration.kinds import Calibrated, Kind, Relative, Sequential, Sigmas, Tolerance
from monitor.config import Settings

Reader = Callable[..., Settings]
Faults = Callable[..., list[str]]


@pytest.fixture
def rule(settings: Reader) -> Callable[..., Rule]:
    def read(text: str, **parts: str) -> Rule:
        return settings(alerts=f"{{rules: [{{alert: A, {text}}}]}}", **parts).alerts.rules[0].rule()

    return read


@pytest.fixture
def told(faults: Faults) -> Callable[[str], list[str]]:
    return lambda text: [
        line.removeprefix("alerts.rules.0") for line in faults(alerts=f"{{rules: [{{alert: A, {text}}}]}}")
    ]


def test_a_rule_of_few_words_has_the_rest_by_default(rule: Callable[[str], Rule]) -> None:
    assert rule("metric: jensen_shannon, above: 1") == Rule(name="A", metric="jensen_shannon", above=1.0)


def test_a_rule_of_many_words_keeps_them_all(rule: Callable[..., Rule]) -> None:
    text = """metric: roc_auc, window: 1 day, below: 0.7, clear: 0.72, for: 2 windows, keep_firing_for: 1 day,
      on_missing: fire, severity: page, annotations: {summary: '{model}: {value:.3f}'},
      labels: {team: ml}, paused: true, select: {model: 'late*', segment: 'carrier=A*'}"""
    assert rule(text, model="{segments: [carrier]}") == Rule(
        name="A",
        metric="roc_auc",
        below=0.7,
        clear_below=0.72,
        window_seconds=86_400,
        for_windows=2,
        keep_firing_for=timedelta(days=1),
        on_missing="fire",
        severity="page",
        annotations={"summary": "{model}: {value:.3f}"},
        labels={"team": "ml"},
        paused=True,
        select=Selector(model="late*", segment="carrier=A*"),
    )


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("above: 2", (None, 2, None, None)),
        ("above: 2, clear: 1", (None, 2, None, 1)),
        ("below: -1, clear: 0", (-1, None, 0, None)),
        ("outside: [10, 100]", (10, 100, None, None)),
        ("outside: [10, 100], clear: [20, 90.5]", (10, 100, 20, 90.5)),
    ],
)
def test_limits_become_a_low_and_a_high_one(
    rule: Callable[[str], Rule], text: str, numbers: tuple[float | None, ...]
) -> None:
    read = rule(f"metric: row_count, {text}")
    assert (read.below, read.above, read.clear_below, read.clear_above) == numbers


def test_for_may_be_a_length_of_time(rule: Callable[[str], Rule]) -> None:
    assert rule("metric: row_count, below: 1, for: 4 hours").for_length == timedelta(hours=4)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "metric: row_count",
            ": a rule needs a limit: above, below, outside, tolerance, sigmas, relative or sequential",
        ),
        ("metric: row_count, abov: 1", ".abov: unknown key; did you mean `above`?"),
        (
            "metric: row_count, above: 1, below: 0",
            ": a rule takes one of above, below, outside, tolerance, sigmas, relative and sequential,"
            " not above and below",
        ),
        ("metric: row_count, above: 1e400", ".above: should be a finite number"),
        ("metric: row_count, outside: [.nan, 1]", ".outside.0: should be a finite number"),
        ("metric: row_count, outside: [1, 2, 3]", ".outside: should have 2 values"),
        ("metric: row_count, above: '1'", ".above: should be a number, or calibrated"),
        ("metric: row_count, above: calibratd", ".above: should be a number, or calibrated"),
        ("metric: row_count, above: 1, for: 1", ".for: needs its unit, such as 2 windows or 4 hours"),
        (
            "metric: row_count, above: 1, annotations: {a: 1}",
            ".annotations.a: should be text, not a number; put it in quotes",
        ),
        ("metric: row_count, above: 1, labels: {a: 1}", ".labels.a: should be text, not a number; put it in quotes"),
        ("metric: row_count, above: 1, paused: 1", ".paused: should be true or false, not a number"),
    ],
)
def test_a_rule_that_is_wrong_is_told_in_one_sentence(
    told: Callable[[str], list[str]], text: str, message: str
) -> None:
    assert told(text) == [message]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("metric: row_count, below: calibrated", Calibrated("below")),
        (
            "metric: row_count, outside: calibrated, false_alarms: 2 per week",
            Calibrated("outside", Budget(2, timedelta(days=7))),
        ),
        ("metric: jensen_shannon, tolerance: 0.1", Tolerance(0.1)),
        ("metric: row_count, sigmas: 4", Sigmas(4)),
        ("metric: row_count, relative: {to: same hour last week, by: 10%}", Relative("same hour last week", 0.1)),
        ("metric: row_count, relative: {to: previous, by: 0.5}", Relative("previous", 0.5)),
        ("metric: roc_auc, sequential: {worse_by: 0.02}", Sequential(0.02, Budget(1, timedelta(days=1000)))),
        (
            "metric: roc_auc, sequential: {worse_by: 5%, false_alarms: 1 per 365 days}",
            Sequential(0.05, Budget(1, timedelta(days=365)), is_share=True),
        ),
        ("metric: row_count, above: 1", None),
    ],
)
def test_limits_that_are_no_number_are_of_a_kind(settings: Reader, text: str, kind: Kind | None) -> None:
    asked = settings(alerts=f"{{rules: [{{alert: A, {text}}}]}}").alerts.rules[0]
    assert asked.kind == kind
    assert asked.rule().learned == (kind is not None)


LONG = "{value:>999999999}"
UNSAFE = ["{}", "{0}", "{value.real}", "{value[0]}", "{value!r}", "{value:{limit}}", "{value:d}", "{model:.3f}", LONG]


@pytest.mark.parametrize("text", [*UNSAFE, "{", "}", "{a"])
def test_placeholders_reach_no_further_than_their_names(told: Callable[[str], list[str]], text: str) -> None:
    lines = told(f"metric: row_count, above: 1, annotations: {{summary: '{text}'}}")
    assert lines
    assert all(line.startswith(".annotations.summary: ") for line in lines)


def test_a_rule_is_only_held_against_models_that_could_be_read(faults: Faults) -> None:
    rule = "{rules: [{alert: A, metric: r_squared, below: 0, window: 9 days, select: {column: x}}]}"
    assert faults(alerts=rule, model="{min_rows: 0}") == [
        "models.late_arrival.min_rows: should be at least 1",
        "alerts.rules.0.metric: `r_squared` belongs to a whole model, not to a column; leave select.column out",
    ]


@pytest.mark.parametrize("pattern", ["*", "late*", "late_arrival", "?ate_arrival"])
def test_a_rule_selects_models_by_pattern(settings: Reader, pattern: str) -> None:
    rule = f"{{rules: [{{alert: A, metric: row_count, below: 1, select: {{model: '{pattern}'}}}}]}}"
    assert settings(alerts=rule).alerts.rules[0].select.model == pattern


@pytest.mark.parametrize("column", ["carrier", "target", "score", "dep_*"])
def test_a_rule_selects_features_and_roles(rule: Callable[[str], Rule], column: str) -> None:
    assert rule(f"metric: jensen_shannon, above: 1, select: {{column: '{column}'}}").select.column == column


@pytest.mark.parametrize("pattern", ["*", "carrier=*", "carrier=AA", "car*=A?", "*=AA"])
def test_a_rule_selects_segments_by_pattern(rule: Callable[..., Rule], pattern: str) -> None:
    text = f"metric: row_count, below: 1, select: {{segment: '{pattern}'}}"
    assert rule(text, model="{segments: [carrier]}").select == Selector(segment=pattern)


@pytest.mark.parametrize("pattern", ["*", "2.*", "2.1"])
def test_a_rule_selects_versions_by_pattern(rule: Callable[..., Rule], pattern: str) -> None:
    text = f"metric: row_count, below: 1, select: {{version: '{pattern}'}}"
    columns = "{id: a, time: b, prediction: c, version: v}"
    assert rule(text, columns=columns).select == Selector(version=pattern)


def test_a_selection_is_only_held_against_models_that_could_be_read(faults: Faults) -> None:
    rules = [f"{{alert: {name}, metric: row_count, below: 1, select: {{{select}}}}}" for name, select in SELECTIONS]
    assert faults(alerts=f"{{rules: [{', '.join(rules)}]}}", model="{min_rows: 0}") == [
        "models.late_arrival.min_rows: should be at least 1",
        "alerts.rules.2.select.segment: should be column=value, such as carrier=* for each segment of a column, "
        "or * for every one",
    ]


SELECTIONS = (("A", "segment: 'x=*'"), ("B", "version: '1'"), ("C", "segment: carrier"))
