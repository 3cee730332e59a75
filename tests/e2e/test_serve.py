"""`seamark serve`: ticks and the dashboard, until it is told to stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from builders.world import World, midnight_before, write_world

from monitor.store.database import migrate, open_store

STOPS_WITHIN_SECONDS = 30


@pytest.fixture
def world(tmp_path: Path) -> World:
    start = midnight_before(datetime.now(UTC), days=13)
    found = write_world(tmp_path, start=start, calm_days=0)
    store = open_store(f"sqlite:///{tmp_path}/seamark.db")
    migrate(store)
    store.dispose()
    return found


@contextmanager
def serving(
    world: World, *arguments: str, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "monitor", "--verbose", "serve", "--config", str(world.config), *arguments]
    known = os.environ | (environment or {})
    process = subprocess.Popen(command, env=known, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line_with(process: subprocess.Popen[str], words: str) -> str:
    """The first line of its log that holds these words."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if words in line:
            return line
    raise AssertionError(f"no line with {words!r} in {''.join(lines)}")


def stop(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=STOPS_WITHIN_SECONDS)
    return process.returncode


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_scheduler_measures_what_is_due_and_stops_when_told(world: World) -> None:
    with serving(world, "--only", "scheduler", "--tick", "1") as process:
        assert "done" in line_with(process, "monitor.service.serve: sound ")
        assert stop(process) == 0
    engine = sa.create_engine(f"sqlite:///{world.config.parent}/seamark.db")
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(sa.text("SELECT model, status FROM v_run"))] == [
            ("sound", "done")
        ]
    engine.dispose()


def test_the_dashboard_and_the_http_api_stand_beside_the_scheduler(world: World) -> None:
    port, api_port = free_port(), free_port()
    transport = httpx.HTTPTransport(retries=8)  # with backoff: the page takes seconds to come up
    options = ("--port", str(port), "--api-port", str(api_port), "--tick", "3600")
    with serving(world, *options) as process, httpx.Client(transport=transport) as client:
        line_with(process, "monitor.service.serve: sound ")
        assert client.get(f"http://127.0.0.1:{port}/_stcore/health", timeout=60).text == "ok"
        assert client.get(f"http://127.0.0.1:{api_port}/v1/healthz", timeout=60).json() == {"status": "ok"}
        assert stop(process) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_a_dashboard_does_not_outlive_a_serve_that_is_killed(world: World) -> None:
    port = free_port()
    transport = httpx.HTTPTransport(retries=8)
    with (
        serving(world, "--only", "dashboard", "--port", str(port)) as process,
        httpx.Client(transport=transport) as client,
    ):
        client.get(f"http://127.0.0.1:{port}/_stcore/health", timeout=60)
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.read()  # ends when the dashboard, which writes there too, has ended
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize(
    ("part", "option", "words"),
    [
        ("dashboard", "--port", "is port {port} taken?"),
        ("http", "--api-port", "the HTTP API cannot listen on 127.0.0.1, port {port}: Address already in use"),
    ],
)
def test_a_port_that_is_taken_is_said(world: World, part: str, option: str, words: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with serving(world, "--only", part, option, port) as process:
            line_with(process, words.format(port=port))
            process.communicate(timeout=STOPS_WITHIN_SECONDS)
            assert process.returncode == 3


def test_the_http_api_asks_for_the_token_of_the_environment_and_stops_when_told(world: World) -> None:
    port, token = free_port(), "correct-horse-battery"
    url = f"http://127.0.0.1:{port}/v1/alerts"
    transport = httpx.HTTPTransport(retries=8)
    options = ("--only", "http", "--api-port", str(port), "--api-address", "0.0.0.0")
    with (
        serving(world, *options, environment={"SEAMARK_API_TOKEN": token}) as process,
        httpx.Client(transport=transport) as client,
    ):
        assert client.get(url).status_code == 401
        assert client.get(url, headers={"authorization": f"Bearer {token}"}).json() == []
        assert stop(process) == 0


@pytest.mark.parametrize(
    ("token", "words"), [("", "0.0.0.0 can be reached by others: set a token"), ("short", "at least 16 letters")]
)
def test_others_are_not_served_without_a_token_that_is_hard_to_guess(world: World, token: str, words: str) -> None:
    options = ("--only", "http", "--api-port", str(free_port()), "--api-address", "0.0.0.0")
    with serving(world, *options, environment={"SEAMARK_API_TOKEN": token}) as process:
        line_with(process, words)
        process.communicate(timeout=STOPS_WITHIN_SECONDS)
        assert process.returncode == 2
