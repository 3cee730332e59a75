"""Changes that are tried out: put into the tree, and held against all checks of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.calibration.kinds import Calibrated
from monitor.config import Settings
from monitor.config.changes import read_changes
from monitor.config.loader import read
from monitor.errors import ConfigError

FILE = """\
version: 1
store: sqlite:///x.db
models:
  late_arrival:
    task: {task}
    predictions: {{table: p, columns: {{id: i, time: t, prediction: y}}, features: {{numeric: [a], categorical: [b]}}}}
    reference: {{from: 2013-01-01, to: 2013-04-01}}
{alerts}"""
ALERTS = """\
alerts:
  rules:
    - {alert: Rows, metric: row_count, below: 5, clear: 9}
    - {alert: Drift, metric: population_stability_index, tolerance: 0.02, for: 2 windows}
"""


def settings(*changes: str, alerts: str = ALERTS, task: str = "regression") -> Settings:
    text = FILE.format(alerts=alerts, task=task)
    return read(text, file="seamark.yaml", folder=Path(), environment={}, changes=read_changes(changes))


def faults(*changes: str, alerts: str = ALERTS) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        settings(*changes, alerts=alerts)
    return [str(fault) for fault in caught.value.faults]


def test_a_key_of_a_rule_is_set_and_all_else_stays() -> None:
    rows, drift = settings("Drift.for=4 hours", "Rows.severity=page", "Rows.severity=").alerts.rules
    assert drift.for_.windows == 1
    assert drift.for_.length is not None
    assert drift.tolerance == 0.02
    assert (rows.below, rows.clear, rows.severity) == (5, 9, "ticket")


@pytest.mark.parametrize("pattern", ["*", "[!b]*", "a", "'*'"])
def test_a_pattern_needs_no_quotes(pattern: str) -> None:
    _, drift = settings(f"Drift.select.column={pattern}").alerts.rules
    assert drift.select.column == pattern.strip("'")


def test_a_limit_takes_the_place_of_the_one_that_was_there() -> None:
    _, drift = settings("Drift.above=0.2").alerts.rules
    assert (drift.above, drift.tolerance) == (0.2, None)
    rows, _ = settings("Rows.below=calibrated", "Rows.clear=").alerts.rules
    assert rows.kind == Calibrated("below")


def test_other_places_of_the_file_are_named_by_their_path() -> None:
    found = settings("alerts.false_alarms=2 per 7 days", "models.late_arrival.windows=[1 day, 2 days]")
    assert found.alerts.false_alarms.alarms == 2
    assert len(found.models["late_arrival"].windows) == 2
    assert len(settings("models.late_arrival.measure.drift=[hellinger]", alerts="").alerts.rules) > 2
    rules = settings("alerts.rules.0.below=7").alerts.rules
    assert rules[0].below == 7


def test_default_rules_can_be_changed_in_a_file_that_names_none() -> None:
    found = settings("ColumnDrift.above=0.2", alerts="")
    by_name = {rule.alert: rule for rule in found.alerts.rules}
    assert by_name["ColumnDrift"].above == 0.2
    assert by_name["NullsRose"].kind == Calibrated("above")
    assert "AucWorse" not in by_name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("Drft.above=0.2", "--set Drft.above=0.2: no rule is called `Drft`; did you mean `Drift`?"),
        ("Drift.abov=0.2", "--set Drift.abov=0.2: alerts.rules.1.abov: unknown key; did you mean `above`?"),
        ("Drift.above=high", "--set Drift.above=high: alerts.rules.1.above: should be a number, or calibrated"),
        ("Drift", "--set Drift: should be RULE.KEY=VALUE, such as Drift.above=0.2 or alerts.false_alarms='1 per 7"),
        ("Drift.above", "--set Drift.above: should be RULE.KEY=VALUE, such as Drift.above=0.2 or alerts.false_alarms="
         "'1 per 7 days'"),
        ("Drift.for={", "--set Drift.for={: alerts.rules.1.for: not a length of time"),
        ("models.late_arrival.windows.0=1 day", "models.late_arrival.windows: should be a list"),
        ("models.x.windows.0=1 day", "--set models.x.windows.0=1 day: models.x"),
        ("models.late_arrival.reference.from.x=1", "`models.late_arrival.reference.from` is no mapping"),
        ("models.late_arrival.windows.7=1 day", "models.late_arrival"),
        ("Rows.below.x=1", "--set Rows.below.x=1: `alerts.rules.0.below` is no mapping of keys to values"),
        ("Rows.below.x.y=1", "--set Rows.below.x.y=1: there is no `x` to be found"),
        ("Rows.clear=1", "--set Rows.clear=1: alerts.rules.0.clear: should lie on the good side of the limit"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_change_is_said_of_the_change(change: str, said: str) -> None:
    assert any(said in line for line in faults(change)), faults(change)


def test_every_wrong_change_is_told_at_once() -> None:
    assert len(faults("Drft.above=1", "Rowz.below=1")) == 2
    assert len(faults("Drift.abov=1", "Rows.metric=foo")) == 2


def test_a_fault_that_a_change_makes_elsewhere_has_the_line_of_the_file() -> None:
    assert faults("Rows.below=calibrated") == [
        "seamark.yaml:10: alerts.rules.0.clear: needs a limit that is a number: above, below or outside"
    ]


def test_faults_of_the_file_come_first_and_alone() -> None:
    (told,) = faults("Drft.above=1", alerts="alerts: 3\n")
    assert told.startswith("seamark.yaml:8: alerts")
