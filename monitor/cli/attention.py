"""`alerts list`, `alerts acknowledge` and `silence`: what people do about alerts."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import CONFIG, ERRORS, OUTPUT, ConfigOption, JsonOption
from monitor.cli.listing import table_of

if TYPE_CHECKING:
    from rich.table import Table

    from monitor.api.attention import Alert, Attention, Silence


class State(StrEnum):
    """Which alerts are listed."""

    OPEN = "open"
    ANY = "any"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"
    INACTIVE = "inactive"


MOST_COVERED = 20  # alerts that are named where a silence is made

AuthorOption = Annotated[str, typer.Option(help="Who says so; left out: who is logged in.")]


def add_to(app: typer.Typer, alerts: typer.Typer) -> None:
    alerts.command("list", epilog="Example: seamark alerts list --model churn")(list_alerts)
    acknowledged = 'Example: seamark alerts acknowledge 3f9a1c20 --comment "the feed is late"'
    alerts.command("acknowledge", epilog=acknowledged)(acknowledge)
    silence = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Let alerts be quiet for a while.")
    added = "Example: seamark silence add model=churn 'column=~\"plan.*\"' --for 4h --comment 'plans are renamed'"
    silence.command("add", epilog=added)(add_silence)
    silence.command("list", epilog="Example: seamark silence list --all")(list_silences)
    silence.command("expire", epilog="Example: seamark silence expire 7")(expire_silence)
    app.add_typer(silence, name="silence")


def list_alerts(
    model: Annotated[str | None, typer.Option(help="Only of this model.")] = None,
    state: Annotated[State, typer.Option(help="`open` is whatever is not inactive.")] = State.OPEN,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Alerts as they stand, who looks after them, and whether they are silenced."""
    with _attention(config) as attention:
        found = attention.alerts(model=model, state=state.value)
    if as_json:
        typer.echo(json.dumps([asdict(alert) for alert in found], indent=2, default=str))
        return
    rows = [
        (alert.fingerprint[:8], _name(alert), f"{alert.state} {alert.severity}", alert.reason, _attended(alert))
        for alert in found
    ]
    OUTPUT.print(table_of(("fingerprint", "alert", "stands", "because", "attended"), rows, width=OUTPUT.width))


def acknowledge(
    fingerprints: Annotated[list[str], typer.Argument(help="The alerts' fingerprints, or their first digits.")],
    comment: Annotated[str, typer.Option(help="What you found, or what you will do.")] = "",
    author: AuthorOption = "",
    config: ConfigOption = CONFIG,
) -> None:
    """Say that somebody looks after firing alerts; it holds for this episode of each."""
    with _attention(config) as attention:
        for fingerprint in fingerprints:
            alert = attention.acknowledge(fingerprint, author=author or getpass.getuser(), comment=comment)
            _say(f"{alert.labels['alertname']} ({alert.fingerprint[:8]}) is acknowledged by {alert.acknowledged_by}")


def add_silence(
    matchers: Annotated[list[str], typer.Argument(help="Such as model=churn; all have to match.")],
    comment: Annotated[str, typer.Option(help="Why.")] = "no reason given",
    length: Annotated[str, typer.Option("--for", help="How long: 4 hours, 1 day.")] = "",
    until: Annotated[str, typer.Option(help="Or when it ends, ISO 8601; UTC unless it names a zone.")] = "",
    start: Annotated[str, typer.Option("--from", help="When it begins; left out: now.")] = "",
    author: AuthorOption = "",
    config: ConfigOption = CONFIG,
) -> None:
    """Let alerts be quiet for a while; they are measured and recorded as before."""
    from datetime import UTC, datetime

    from monitor.api.attention import NewSilence
    from monitor.cli.moments import as_length, as_moment
    from monitor.service.doubts import doubts
    from monitor.service.settings import read_settings

    if bool(length) == bool(until):
        raise typer.BadParameter("say either --for or --until")
    starts_at = as_moment(start, "--from") if start else None
    begins = starts_at or datetime.now(UTC)
    ends_at = as_moment(until, "--until") if until else begins + as_length(length, "--for")
    wanted = NewSilence(matchers, starts_at, ends_at, author or getpass.getuser(), comment)
    with _attention(config) as attention:
        silence = attention.silence(wanted)
        known = attention.alerts(model=None, state="any")
    for doubt in doubts(silence, read_settings(config), known):
        ERRORS.print(f"{doubt}; this silence is about nothing", markup=False, highlight=False, soft_wrap=True)
    _say(f"silence {silence.id} is {silence.state} until {silence.ends_at:%Y-%m-%d %H:%M} UTC")
    _say("\n".join(_cover(silence, _covered(silence, known))))


def list_silences(
    every: Annotated[bool, typer.Option("--all", help="Those that have ended too.")] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Silences that are on or come."""
    with _attention(config) as attention:
        found = [silence for silence in attention.silences() if every or silence.state != "expired"]
    if as_json:
        typer.echo(json.dumps([asdict(silence) for silence in found], indent=2, default=str))
        return
    OUTPUT.print(_silences(found))


def expire_silence(
    silence_id: Annotated[int, typer.Argument(help="Its number.")], config: ConfigOption = CONFIG
) -> None:
    """End a silence now; it stays on record."""
    with _attention(config) as attention:
        silence = attention.expire(silence_id)
    _say(f"silence {silence.id} ended at {silence.ends_at:%Y-%m-%d %H:%M} UTC")


def _silences(found: Sequence[Silence]) -> Table:
    return table_of(
        ("silence", "state", "matchers", "from, to (UTC)", "who and why"), list(map(_row, found)), width=OUTPUT.width
    )


def _row(silence: Silence) -> tuple[str, ...]:
    times = f"{silence.starts_at:%Y-%m-%d %H:%M}\n{silence.ends_at:%Y-%m-%d %H:%M}"
    return str(silence.id), silence.state, "\n".join(silence.matchers), times, f"{silence.author}: {silence.comment}"


def _covered(silence: Silence, alerts: Sequence[Alert]) -> list[Alert]:
    """The alerts that fire and that a silence is about, on already or not."""
    from alerts.matcher import read_matcher

    matchers = [read_matcher(text) for text in silence.matchers]
    firing = (alert for alert in alerts if alert.state in ("firing", "recovering"))
    return [alert for alert in firing if all(matcher.matches(alert.labels) for matcher in matchers)]


def _cover(silence: Silence, covered: Sequence[Alert]) -> Iterator[str]:
    verb = "will cover" if silence.state == "pending" else "covers"
    if not covered:
        yield f"it {verb} none of the alerts that fire now"
        return
    yield f"it {verb} {len(covered)} of the alerts that fire now:"
    yield from (f"  {alert.fingerprint[:8]} {_name(alert)}" for alert in covered[:MOST_COVERED])
    if len(covered) > MOST_COVERED:
        yield f"  and {len(covered) - MOST_COVERED} more"


def _name(alert: Alert) -> str:
    return " ".join(filter(None, (alert.labels.get(name, "") for name in ("alertname", "model", "column"))))


def _attended(alert: Alert) -> str:
    by = f"by {alert.acknowledged_by}" if alert.acknowledged_by else ""
    silenced = f"silence {', '.join(map(str, alert.silenced_by))}" if alert.silenced_by else ""
    return ", ".join(filter(None, (by, silenced)))


def _say(text: str) -> None:
    OUTPUT.print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _attention(config: Path) -> Iterator[Attention]:
    """Alerts and silences of a configuration; a wrong wish ends the command as wrong options do."""
    from monitor.api.attention import ConflictError, NotKnownError, RefusedError
    from monitor.service.attention import attention_on

    try:
        with attention_on(config) as attention:
            yield attention
    except (ConflictError, NotKnownError, RefusedError) as error:
        raise typer.BadParameter(str(error)) from error
