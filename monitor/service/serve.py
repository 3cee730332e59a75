"""`seamark serve`: ticks that measure and deliver, the HTTP API and the dashboard beside them, until a signal comes."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import NoReturn

from dashboards.streamlit_app import command
from monitor.api.serving import Running
from monitor.errors import SeamarkError, WorldError
from monitor.scheduler import start_ticking
from monitor.service import Seamark
from monitor.service.heartbeat import Heartbeat
from monitor.service.http import Place, asked_at, serving_http
from monitor.service.settings import read_settings

logger = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=1)
TELL_EVERY = timedelta(seconds=1)
STOP_WITHIN = timedelta(seconds=10)
FINISH_WITHIN = timedelta(seconds=60)
HANGS_AFTER = timedelta(hours=1)
HUNG = 3
PR_SET_PDEATHSIG = 1


def serve(config: Path, *, measuring: bool, http: Place | None, dashboard: Place | None, every: timedelta) -> None:
    """Run until SIGTERM or SIGINT; a window that is being measured is finished first, if that takes no minute.

    Raises `WorldError` where the API or the dashboard ends by itself. Where the scheduler hangs the process ends at
    once, for whoever supervises it to start it again.
    """
    stop = threading.Event()
    heartbeat = Heartbeat(clock=lambda: datetime.now(UTC))
    _stop_on_signals(stop)
    with ExitStack() as stack:
        api = stack.enter_context(serving_http(config, http)) if http else None
        if measuring:
            stack.enter_context(_ticking(config, every, stop, heartbeat))
        page = stack.enter_context(_dashboard(config, dashboard, api)) if dashboard else None
        while not stop.wait(LOOK_EVERY.total_seconds()):
            _look_after(api, page, dashboard)
            if measuring and heartbeat.is_silent_for(every + HANGS_AFTER):
                _end_now(page)


def _look_after(api: Running | None, page: subprocess.Popen[bytes] | None, place: Place | None) -> None:
    if api is not None and api.has_ended:
        raise WorldError("the HTTP API has ended; its log says why")
    if page is not None and place is not None and page.poll() is not None:
        raise WorldError(f"the dashboard has ended with status {page.returncode}; is port {place.port} taken?")


def _end_now(page: subprocess.Popen[bytes] | None) -> NoReturn:
    """A thread that hangs in a driver cannot be stopped; the process can."""
    logger.critical("the scheduler does not move, as where a database has stopped answering: this process ends")
    if page is not None:
        page.kill()
    os._exit(HUNG)


@contextmanager
def _ticking(config: Path, every: timedelta, stop: threading.Event, heartbeat: Heartbeat) -> Iterator[None]:
    with Seamark.open(config) as seamark:
        seamark.reconcile()
        jobs = [(every, lambda: tick(seamark, stop, heartbeat)), (TELL_EVERY, lambda: tell(seamark, stop))]
        scheduler = start_ticking(jobs, now=datetime.now(UTC))
        try:
            yield
        finally:
            stop.set()
            scheduler.shutdown(wait=False)
            if not heartbeat.is_idle.wait(FINISH_WITHIN.total_seconds()):
                _end_now(None)


def tick(seamark: Seamark, stop: threading.Event, heartbeat: Heartbeat) -> None:
    """Measure what is due; a store that is away now may be back at the next tick."""
    heartbeat.is_idle.clear()
    heartbeat.beat()
    try:
        seamark.reload()
        for outcome in seamark.measure(seamark.due([], let_rest=True), notify=True, tell="nothing"):
            heartbeat.beat()
            if outcome.status not in ("left", "taken"):
                logger.info("%s %s: %s %s", outcome.model, outcome.window, outcome.status, outcome.reason)
            if stop.is_set():
                return
        seamark.keep_house_hourly()
    except SeamarkError as error:
        logger.error("this tick failed, the next one tries again: %s", error, exc_info=error)  # noqa: TRY400
    finally:
        heartbeat.is_idle.set()


def tell(seamark: Seamark, stop: threading.Event) -> None:
    """Tell people what is theirs to know now; a store that is away may be back a moment later."""
    if stop.is_set():
        return
    try:
        seamark.tell()
    except SeamarkError as error:
        logger.error("nobody could be told, it is tried again: %s", error)  # noqa: TRY400


@contextmanager
def _dashboard(config: Path, place: Place, api: Running | None) -> Iterator[subprocess.Popen[bytes]]:
    """The dashboard as a process of its own; the store's address goes by the environment, out of sight."""
    settings = read_settings(config)
    told = {"SEAMARK_STORE": settings.store.reveal(), "SEAMARK_CONFIG": str(config.absolute())}
    environment = {**os.environ, **told, **asked_at(api, settings, config)}
    page = subprocess.Popen(  # noqa: S603 - our own command
        command(place.port, place.address),
        env=environment,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - calls one C function
    )
    try:
        yield page
    finally:
        page.terminate()
        try:
            page.wait(STOP_WITHIN.total_seconds())
        except subprocess.TimeoutExpired:
            page.kill()
            page.wait()


def _die_with_parent() -> None:
    """Ask Linux to end this child when its parent is killed, so that the port is free for the next one.

    https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop_on_signals(stop: threading.Event) -> None:
    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
