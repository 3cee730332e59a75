"""The state machine beside Prometheus' own, by `promtool test rules`, on random courses.

Where the two mean different things by intent, the courses stay out of it: Prometheus takes a series without a sample
for a good one, as `on_missing: ignore` does here and the default `hold` does not; it knows no windows, so `for: 3
windows` is compared with the length between the first and the third; and it has no hysteresis.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from builders.readings import Seen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.machine import Moved
from alerts.rule import Rule
from alerts.state import AlertState, Identity
from alerts.step import step

CASES = int(os.environ.get("SEAMARK_ORACLE_CASES", "150"))
TOGETHER = 50  # courses in one call of promtool
STEP = timedelta(minutes=10)  # longer than the five minutes for which Prometheus takes an old sample for a new one
START = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST = 14

pytestmark = pytest.mark.skipif(
    shutil.which("promtool") is None and os.environ.get("CI") != "true", reason="promtool is not installed here"
)


@dataclass(frozen=True, slots=True)
class Case:
    """A rule and a course of values; None is a window without one."""

    waits: int
    by_windows: bool
    keeps: int
    is_above: bool
    values: tuple[float | None, ...]

    @property
    def rule(self) -> Rule:
        return Rule(
            name="A",
            metric="m",
            above=0.7 if self.is_above else None,
            below=None if self.is_above else 0.7,
            for_windows=self.waits + 1 if self.by_windows else 1,
            for_length=None if self.by_windows else self.waits * STEP,
            keep_firing_for=self.keeps * STEP,
            on_missing="ignore" if None in self.values or any(map(_is_odd, self.values)) else "hold",
        )

    def states(self) -> Iterator[Moved]:
        """The alert after each window."""
        state = AlertState(Identity.of(self.rule, Seen(metric="m")), "ticket")
        for number, value in enumerate(self.values):
            moved = step(state, Seen(metric="m", value=value, window_end=START + number * STEP), self.rule)
            state = moved[0]
            yield moved


def _is_odd(value: float | None) -> bool:
    return value is not None and not math.isfinite(value)


cases = st.builds(
    Case,
    waits=st.integers(0, 4),
    by_windows=st.booleans(),
    keeps=st.integers(0, 4),
    is_above=st.booleans(),
    values=st.lists(
        st.sampled_from([0.6, 0.6, 0.7, 0.8, 0.8, None, math.nan, math.inf, -math.inf]), min_size=1, max_size=LONGEST
    ).map(tuple),
)


@given(st.lists(cases, min_size=TOGETHER, max_size=TOGETHER))
@settings(
    max_examples=max(1, CASES // TOGETHER),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
def test_the_same_alerts_fire_at_the_same_times_as_in_prometheus(
    tmp_path_factory: pytest.TempPathFactory, batch: list[Case]
) -> None:
    assert _differences(batch, tmp_path_factory.mktemp("promtool")) == ""


def test_a_difference_would_be_seen(tmp_path: Path) -> None:
    case = Case(waits=1, by_windows=True, keeps=0, is_above=False, values=(0.6, 0.6, 0.8))
    rules, trial = _files([case])
    trial["tests"][0]["alert_rule_test"][0]["exp_alerts"] = [{"exp_labels": {"case": "0"}}]
    assert "FAILED" in _promtool(rules, trial, tmp_path)


def _differences(batch: Sequence[Case], folder: Path) -> str:
    """What promtool has to say against our alerts; nothing if it agrees."""
    return _promtool(*_files(batch), folder)


def _promtool(rules: object, trial: object, folder: Path) -> str:
    (folder / "rules.yml").write_text(yaml.safe_dump(rules), "utf-8")
    (folder / "trial.yml").write_text(yaml.safe_dump(trial), "utf-8")
    command = ("promtool", "test", "rules", "trial.yml")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _files(batch: Sequence[Case]) -> tuple[dict, dict]:
    """Rules and a trial for promtool, which expects of each course what our machine makes of it."""
    rules = [
        {
            "alert": f"A{number}",
            "expr": f'm{{case="{number}"}} {">" if case.is_above else "<"} 0.7',
            "for": _minutes(case.waits),
            "keep_firing_for": _minutes(case.keeps),
        }
        for number, case in enumerate(batch)
    ]
    series = [
        {"series": f'm{{case="{number}"}}', "values": " ".join(map(_sample, case.values))}
        for number, case in enumerate(batch)
    ]
    checks = [
        {
            "eval_time": _minutes(at),
            "alertname": f"A{number}",
            "exp_alerts": [{"exp_labels": {"case": str(number)}}] if state.is_firing else [],
        }
        for number, case in enumerate(batch)
        for at, (state, _) in enumerate(case.states())
    ]
    test = {"interval": _minutes(1), "input_series": series, "alert_rule_test": checks}
    trial = {"rule_files": ["rules.yml"], "evaluation_interval": _minutes(1), "tests": [test]}
    return {"groups": [{"name": "g", "rules": rules}]}, trial


def _minutes(steps: int) -> str:
    return f"{steps * STEP // timedelta(minutes=1)}m"


def _sample(value: float | None) -> str:
    if value is None:
        return "_"
    return str(value).replace("nan", "NaN").replace("inf", "Inf")
