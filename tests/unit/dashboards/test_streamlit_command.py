"""The commands that the dashboard is started by and that it starts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dashboards.streamlit_app import APP, command
from dashboards.streamlit_app.evidently_report import ReportError, report_command, run_to_the_end
from dashboards.streamlit_app.place import model_link, model_place


def option(argv: list[str], name: str) -> str:
    return argv[argv.index(name) + 1]


def test_the_dashboard_is_started_without_telemetry_and_listens_where_it_is_told():
    argv = command(8501, "0.0.0.0")

    assert argv[:5] == [sys.executable, "-m", "streamlit", "run", str(APP)]
    assert option(argv, "--browser.gatherUsageStats") == "false"
    assert option(argv, "--server.headless") == "true"
    assert (option(argv, "--server.port"), option(argv, "--server.address")) == ("8501", "0.0.0.0")


def test_by_itself_the_dashboard_listens_to_this_machine_only():
    assert option(command(8501), "--server.address") == "127.0.0.1"


def test_the_report_command_names_the_window_by_its_end():
    argv = report_command("late_arrival", 86_400, 1_370_044_800, "seamark.yaml", Path("out.html"))

    assert option(argv, "--end") == "2013-06-01T00:00:00Z"
    assert option(argv, "--window") == "86400"
    assert option(argv, "--config") == "seamark.yaml"


def test_a_model_called_like_an_option_stays_a_model():
    argv = report_command("--help", 1, 0, "seamark.yaml", Path("out.html"))

    assert argv[-2:] == ["--", "--help"]


def test_a_command_that_fails_leaves_its_last_words():
    failing = [sys.executable, "-c", "import sys; print('table gone', file=sys.stderr); sys.exit(3)"]

    with pytest.raises(ReportError, match="table gone"):
        run_to_the_end(failing, time_out_seconds=60)


def test_a_command_that_never_ends_is_stopped():
    with pytest.raises(ReportError, match="longer than"):
        run_to_the_end([sys.executable, "-c", "import threading; threading.Event().wait()"], time_out_seconds=0.3)


def test_a_link_leaves_out_what_is_not_said():
    assert model_link(model_place("a b&c", 86_400, "roc_auc")) == "model?model=a+b%26c&window=86400&metric=roc_auc"


def test_a_link_has_the_form_that_notifications_use():
    place = model_place("m", 86_400, "null_share", "x", 1_370_044_800)

    assert place == {
        "model": "m", "window": "86400", "metric": "null_share", "column": "x", "end": "2013-06-01T00:00:00Z",
    }  # fmt: skip
