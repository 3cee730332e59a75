"""`seamark test-rules` as a user types it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "monitor" / "demo"
EXAMPLE = (DEMO / "rules.test.yaml").read_text("utf-8")


def run(folder: Path, *files: str) -> tuple[int, str, str]:
    command = (sys.executable, "-m", "monitor", "test-rules", *files)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def write(folder: Path, text: str) -> Path:
    (folder / "seamark.yaml").write_text((DEMO / "seamark.yaml").read_text("utf-8"), "utf-8")
    (folder / "trial.yaml").write_text(text, "utf-8")
    return folder


def test_the_example_succeeds_wherever_it_is_started(tmp_path: Path) -> None:
    file = str(DEMO / "rules.test.yaml")
    assert run(tmp_path, file) == (0, f"Unit Testing:  {file}\n  SUCCESS\n", "")


def test_what_comes_out_otherwise_is_shown_with_what_was_expected(tmp_path: Path) -> None:
    folder = write(tmp_path, EXAMPLE.replace("is down to 0.840", "is down to 0.900"))
    status, shown, _ = run(folder, "trial.yaml")
    assert status == 1
    labels = 'alertname="AucDrop", metric="roc_auc", model="late_arrival", severity="page", window="7d"'
    assert shown.splitlines() == [
        "Unit Testing:  trial.yaml",
        "  FAILED:",
        "    name: the model tells late from punctual worse, alertname: AucDrop, time: 4 days,",
        "        exp:[",
        "            0:",
        f"              Labels:{{{labels}}}",
        '              Annotations:{summary="AUC of late_arrival is down to 0.900"}',
        "            ]",
        "        got:[",
        "            0:",
        f"              Labels:{{{labels}}}",
        '              Annotations:{summary="AUC of late_arrival is down to 0.840"}',
        "            ]",
    ]


def test_an_alert_that_nobody_expected_is_a_difference(tmp_path: Path) -> None:
    folder = write(
        tmp_path, EXAMPLE.replace("{eval_time: 3d, alertname: AucDrop}", "{eval_time: 4d, alertname: AucDrop}")
    )
    status, shown, _ = run(folder, "trial.yaml")
    assert (status, "        exp:[]" in shown) == (1, True)


SERIES = "trial.yaml:11: tests.0.input_series.0."


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tests:", "test:", "trial.yaml:8: test: unknown key; did you mean `tests`?"),
        ("alertname: ColumnDrift\n", "alertname: ColumDrift\n", "trial.yaml:38: tests.1.alert_rule_test.0."),
        (
            'auc{model="late_arrival"',
            'auc{model="late_arival"',
            f"{SERIES}series: no model is called `late_arival`",
        ),
        ("roc_auc{", "roc_acu{", f"{SERIES}series: `roc_acu` is no metric; did you mean `roc_auc`?"),
        ('window="7d"}', 'window="3d"}', f"{SERIES}series: the model has no window of 3 days; there is 1 day, 7 days"),
        ("0.84x1", "0.84y1", "trial.yaml:12: tests.0.input_series.0.values: `0.84y1` is no value; write a number,"),
        ("config: seamark.yaml", "config: other.yaml", "other.yaml: there is no such file"),
    ],
)
def test_a_file_that_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in EXAMPLE
    status, _, told = run(write(tmp_path, EXAMPLE.replace(old, new)), "trial.yaml")
    assert status == 2
    assert any(line.startswith(message) for line in told.splitlines()), told


def test_help_shows_an_example(tmp_path: Path) -> None:
    status, shown, _ = run(tmp_path, "--help")
    assert (status, "seamark test-rules rules.test.yaml" in shown) == (0, True)
