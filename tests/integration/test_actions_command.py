"""Commands as real processes: how they end, what they say, and that none is left."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from builders.actions import request
from builders.readings import event

from alerts.actions.action import ActionError, Outcome
from alerts.actions.command import Command

ASKED = request(event(column_name="größe", segment_key="a", segment_value="\udc80"))
SHORT = timedelta(seconds=0.7)


def python(text: str, folder: Path, **settings: object) -> Command:
    """A command that runs a small program."""
    return Command(**{"run": [sys.executable, "-c", text], "folder": folder, "grace": SHORT} | settings)


def failure(command: Command) -> ActionError:
    with pytest.raises(ActionError) as caught:
        command.start(ASKED)
    return caught.value


def is_alive(process: int) -> bool:
    """Whether a process runs; one that has ended and is not waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def is_gone(process: int) -> bool:
    """Whether a killed process has gone, which takes the system a moment."""
    until = time.monotonic() + 5
    while is_alive(process) and time.monotonic() < until:
        os.sched_yield()
    return not is_alive(process)


def test_a_command_finds_the_request_on_its_standard_input_and_in_its_environment(tmp_path: Path) -> None:
    text = "import os, sys, json; json.dump([sys.stdin.read(), dict(os.environ)], open('got', 'w'))"
    assert python(text, tmp_path).start(ASKED) == Outcome()
    given, environment = json.loads((tmp_path / "got").read_text())
    assert json.loads(given) == json.loads(json.dumps(ASKED.body).replace("\\udc80", "?"))
    assert environment["SEAMARK_ACTION_KEY"] == ASKED.key
    assert environment["SEAMARK_ALERT"] == "AucDrop"
    assert environment["SEAMARK_MODEL"] == "late_arrival"
    assert environment["SEAMARK_COLUMN"] == "größe"
    assert environment["SEAMARK_SEGMENT"] == "a=?"
    assert environment["SEAMARK_VALUE"] == "0.671"
    assert environment["PATH"] == os.environ["PATH"]


def test_no_shell_sees_the_arguments(tmp_path: Path) -> None:
    command = Command(run=["echo", "$HOME; touch x", "*"], folder=tmp_path)
    assert command.start(ASKED).words == "$HOME; touch x *"
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_reads_nothing_is_no_fault(tmp_path: Path) -> None:
    assert Command(run=["true"], folder=tmp_path).start(ASKED) == Outcome()


@pytest.mark.parametrize(("status", "permanent"), [(1, True), (2, True), (75, False)])
def test_an_exit_status_says_whether_to_try_again(tmp_path: Path, status: int, permanent: bool) -> None:
    error = failure(
        python(f"import sys; print('no data'); print('why', file=sys.stderr); sys.exit({status})", tmp_path)
    )
    assert error.permanent is permanent
    assert str(error).startswith(f"exit status {status}: ")
    assert {"no data", "why"} <= set(str(error).removeprefix(f"exit status {status}: ").splitlines())


def test_a_signal_ends_it_for_good(tmp_path: Path) -> None:
    error = failure(python("import os; os.kill(os.getpid(), 9)", tmp_path))
    assert (str(error), error.permanent) == ("the command was ended by signal 9", True)


@pytest.mark.parametrize("run", [["/no/such/command"], ["./not_executable"], ["/"]])
def test_what_cannot_be_started_is_final(tmp_path: Path, run: list[str]) -> None:
    (tmp_path / "not_executable").write_text("")
    error = failure(Command(run=run, folder=tmp_path))
    assert error.permanent
    assert str(error).startswith(f"{run[0]} cannot be started: ")


def test_a_command_lies_in_the_folder_of_the_configuration(tmp_path: Path) -> None:
    script = tmp_path / "retrain.sh"
    script.write_text("#!/bin/sh\necho here\n")
    script.chmod(0o755)
    assert Command(run=["./retrain.sh"], folder=tmp_path).start(ASKED).words == "here"


def test_of_a_huge_output_the_last_lines_are_kept(tmp_path: Path) -> None:
    text = "import sys\nfor i in range(300_000): print('epoch', i)\nsys.stdout.buffer.write(b'\\xff\\0end\\n')"
    words = python(text, tmp_path).start(ASKED).words
    assert words.endswith("epoch 299999\n\N{REPLACEMENT CHARACTER}end")
    assert len(words.splitlines()) == 20


def test_a_progress_bar_is_lines(tmp_path: Path) -> None:
    text = "print('10 %', end='\\r'); print('100 %', end='\\r\\n')"
    assert python(text, tmp_path).start(ASKED).words == "10 %\n100 %"


def test_a_command_over_its_time_is_ended_with_what_it_said(tmp_path: Path) -> None:
    error = failure(python("import time; print('slow', flush=True); time.sleep(60)", tmp_path, time_limit=SHORT))
    assert (str(error), error.permanent) == ("the command was ended after 0.7 s: slow", True)


def test_a_command_that_closed_its_output_is_ended_in_time_too(tmp_path: Path) -> None:
    text = "import os, time; os.close(1); os.close(2); time.sleep(60)"
    assert "was ended after" in str(failure(python(text, tmp_path, time_limit=SHORT)))


def test_a_child_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    text = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    open("processes", "w").write(f"{os.getpid()} {child}")
    print("both run", flush=True)
time.sleep(60)
"""
    error = failure(python(text, tmp_path, time_limit=SHORT))
    assert str(error) == "the command was ended after 0.7 s: both run"
    assert all(is_gone(int(process)) for process in (tmp_path / "processes").read_text().split())


def test_a_command_may_clean_up_when_it_is_asked_to_end(tmp_path: Path) -> None:
    text = """
import signal, sys, time
def end(*_):
    print("cleaned up")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
time.sleep(60)
"""
    error = failure(python(text, tmp_path, time_limit=timedelta(seconds=2), grace=timedelta(seconds=10)))
    assert str(error) == "the command was ended after 2 s: cleaned up"


def test_a_child_that_lives_on_and_talks_holds_nothing_up(tmp_path: Path) -> None:
    text = """
import os, sys, time
child = os.fork()
if child:
    open("child", "w").write(str(child))
    os._exit(0)
while True:
    os.write(1, b"x" * 100)
"""
    assert python(text, tmp_path, time_limit=timedelta(seconds=20)).start(ASKED).words.startswith("x")
    child = int((tmp_path / "child").read_text())
    if is_alive(child):
        os.kill(child, signal.SIGKILL)


def test_a_stop_ends_the_command_and_it_is_tried_again(tmp_path: Path) -> None:
    stop = threading.Event()
    text = (
        "import os, time; open('process', 'w').write(str(os.getpid())); os.rename('process', 'ready'); time.sleep(60)"
    )
    command = python(text, tmp_path, stop=stop)

    def stop_when_ready() -> None:
        while not (tmp_path / "ready").exists() and not stop.wait(0.02):
            pass
        stop.set()

    watcher = threading.Thread(target=stop_when_ready)
    watcher.start()
    error = failure(command)
    watcher.join()
    assert not error.permanent
    assert is_gone(int((tmp_path / "ready").read_text()))
