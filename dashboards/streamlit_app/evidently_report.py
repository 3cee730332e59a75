"""The button that lets Seamark make an Evidently report of the chosen window."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import streamlit as st

from dashboards import words
from dashboards.streamlit_app.source import configuration
from dashboards.streamlit_app.view import View

TIME_OUT_SECONDS = 180
HEIGHT = 900


class ReportError(Exception):
    """No report was made; the message says why."""


def show(view: View) -> None:
    """The button, and the report once it is made; nothing where no configuration is known."""
    config = configuration()
    if not config:
        return
    st.subheader("Evidently report", anchor=False)
    st.caption(
        f"The rows of {words.plain(words.window(view.chosen_end, view.window_seconds))} against the reference, on a"
        " sample. It takes up to three minutes."
    )
    if st.button("Evidently report for this window", icon=":material/lab_profile:"):
        try:
            with st.spinner("Evidently is at work", show_time=True):
                report = make_report(view.model, view.window_seconds, view.chosen_end, config)
        except ReportError as error:
            st.error(words.plain(str(error)))
            return
        st.download_button(
            "Download the report", report, file_name=_file_name(view), mime="text/html", on_click="ignore"
        )
        st.iframe(report, height=HEIGHT, alt="Evidently report")


def report_command(model: str, window_seconds: int, end: int, config: str, output: Path) -> list[str]:
    """The command that makes a report; the model comes last, so that no name passes for an option."""
    options = {"--window": str(window_seconds), "--end": words.iso(end), "--output": str(output), "--config": config}
    flags = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "monitor", "report", "--evidently", *flags, "--", model]


def make_report(model: str, window_seconds: int, end: int, config: str) -> str:
    """The report as HTML, made in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="seamark-report-") as folder:
        output = Path(folder) / "report.html"
        run_to_the_end(report_command(model, window_seconds, end, config, output), time_out_seconds=TIME_OUT_SECONDS)
        if not output.is_file():
            raise ReportError("The report was made, but its file is not there.")
        return output.read_text(encoding="utf-8")


def run_to_the_end(command: list[str], *, time_out_seconds: float) -> None:
    """Run a command; raise `ReportError` with its last words if it fails or takes too long."""
    try:
        done = subprocess.run(  # noqa: S603 - a list without a shell; the model's name stands behind `--`
            command,
            capture_output=True,
            text=True,
            timeout=time_out_seconds,
            check=False,
            env=os.environ | {"DO_NOT_TRACK": "1", "NO_COLOR": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise ReportError(f"The report took longer than {time_out_seconds:g} seconds and was stopped.") from error
    if done.returncode:
        said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise ReportError(f"No report was made: {said[-1] if said else f'exit status {done.returncode}'}")


def _file_name(view: View) -> str:
    safe = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in view.model)
    return f"evidently_{safe}_{words.moment_of(view.chosen_end)[:10]}.html"
