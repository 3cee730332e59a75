"""The demo, told step by step: a world, Seamark's ordinary commands on it, and what came of it."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.syntax import Syntax

from monitor.demo import serving
from monitor.demo.episodes import episode_table, read_episodes
from monitor.demo.flights import departures, read_tables
from monitor.demo.model import Fit, score_flights
from monitor.demo.receiver import Mailbox, receiver
from monitor.errors import WorldError

PERIOD = ("--from", "2013-04-01", "--to", "2014-01-01")
WEBHOOK_IN_TEMPLATE = "http://127.0.0.1:8099/alerts"


def tell(folder: Path, *, serve: bool, console: Console) -> None:
    """Build the world in a folder, watch its model for nine months, and say what happened."""
    folder.mkdir(parents=True, exist_ok=True)
    console.rule("1. A world: real flights, a model, a serving system")
    log = build_world(folder, console)
    console.print(
        f"[bold]{folder / 'flights.db'}[/]: {log.predictions:,} predictions and {log.arrivals:,} outcomes,"
        f" {log.first} to {log.last}",
        highlight=False,
    )

    with receiver() as mailbox:
        console.rule("2. What Seamark is asked to watch")
        config = write_config(folder, mailbox.url)
        console.print(Syntax(config.read_text("utf-8"), "yaml", background_color="default", word_wrap=True))
        console.rule("3. Seamark, by its ordinary commands")
        run_commands(config, console)

    console.rule("4. What happened")
    report(folder, mailbox, console)
    if serve:
        _run("serve", "--only", "dashboard", "--only", "http", config=config, console=console)
    else:
        _say_next(config, console)


def build_world(folder: Path, console: Console) -> serving.Log:
    """Write `flights.db`, unless a demo before has written it in full."""
    path = folder / "flights.db"
    if log := serving.read_log(path):
        console.print("The log of an earlier demo is there already.")
        return log
    with _timed(console, "Reading the flights of 2013"):
        flights = departures(read_tables())
    with _timed(console, "Training a model on January to March, scoring the year"):
        probability, fit = score_flights(flights)
    _say_fit(fit, console)
    with _timed(console, "Logging the predictions and outcomes"):
        serving.write_log(path, flights, probability)
    log = serving.read_log(path)
    if log is None:
        raise WorldError(f"{path} could not be written")
    return log


def write_config(folder: Path, webhook: str) -> Path:
    """Write `seamark.yaml` and start with an empty store; a configuration that was there is kept as `.old`."""
    path = folder / "seamark.yaml"
    if path.exists():
        path.replace(path.with_suffix(".yaml.old"))
    for name in ("seamark.db", "seamark.db-wal", "seamark.db-shm"):
        (folder / name).unlink(missing_ok=True)
    template = (files("monitor.demo") / "seamark.yaml").read_text("utf-8")
    path.write_text(template.replace(WEBHOOK_IN_TEMPLATE, webhook), "utf-8")
    return path


def run_commands(config: Path, console: Console) -> None:
    """What anybody would type: make the tables, check the configuration, measure nine months."""
    _run("migrate", config=config, console=console)
    _run("validate", config=config, console=console)
    started = perf_counter()
    _run("backfill", *PERIOD, "--notify", config=config, console=console)
    console.print(f"[dim]{perf_counter() - started:.0f} s for nine months[/]", highlight=False)


def report(folder: Path, mailbox: Mailbox, console: Console) -> None:
    """Every alert that fired, and whether the receiver got its messages."""
    episodes = read_episodes(folder / "seamark.db")
    console.print(episode_table(episodes, mailbox.messages))
    console.print(
        f"\n{len(episodes)} alerts in nine months, those that page somebody in bold. A date is the midnight (UTC) at"
        f" which a window ended. The webhook receiver was told of them in {mailbox.posts} messages.",
        highlight=False,
    )


def _run(command: str, *arguments: str, config: Path, console: Console) -> None:
    """Show a command as it would be typed, and run it in a process of its own."""
    typed = (command, "--config", str(config), *arguments)
    console.print(f"\n[bold green]$[/] [bold]{shlex.join(('seamark', *typed))}[/]", highlight=False, soft_wrap=True)
    program = (sys.executable, "-m", "monitor", *typed)
    try:
        status = subprocess.run(program, check=False).returncode  # noqa: S603 - a command of our own
    except KeyboardInterrupt:  # Ctrl-C reaches the command too, and is how the dashboard ends
        if command != "serve":
            raise
        return
    if status:
        raise WorldError(f"`seamark {command}` ended with status {status}")


@contextmanager
def _timed(console: Console, what: str) -> Iterator[None]:
    started = perf_counter()
    with console.status(f"{what} ..."):
        yield
    console.print(f"{what}: {perf_counter() - started:.1f} s", highlight=False)


def _say_fit(fit: Fit, console: Console) -> None:
    console.print(
        f"  {fit.flights:,} flights, {fit.late_share:.1%} late; AUC {fit.roc_auc:.3f} on days that it has not seen"
        f" (in sample it would be {fit.roc_auc_in_sample:.3f}, which nobody should believe)",
        highlight=False,
    )


def _say_next(config: Path, console: Console) -> None:
    console.print("\nTry next:")
    for command in ("status", "serve", "validate"):
        console.print(f"  seamark {command} --config {config}", highlight=False)
