"""A message as lines of plain text: for terminals, chats, and the text of mails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from alerts.channels.headline import headline
from alerts.notification import Body, BodyAlert
from alerts.wording import instant, printable

DETAILED = 10  # the others are told in a line each
KNOWN = ("summary", "description", "cause", "runbook_url", "silence")


def lines(body: Body) -> str:
    """A headline; the worst alerts with all that is known of them; the others in a line each; how many were cut."""
    texts = [headline(body)]
    for alert in body["alerts"][:DETAILED]:
        texts += _detailed(alert)
    if others := body["alerts"][DETAILED:]:
        texts.append(f"{len(others)} more:")
        texts += [f"  {alert['status']}: {_said(alert, 'summary')}" for alert in others]
    if cut := cut_words(body):
        texts.append(cut)
    return "".join(f"{text}\n" for text in texts)


def cut_words(body: Body) -> str:
    """That a message has no room for some alerts; empty where it has."""
    cut = body["truncatedAlerts"]
    if not cut:
        return ""
    return f"{cut:,} {'alert is' if cut == 1 else 'alerts are'} not listed here: the message has no room for more."


def since(alert: BodyAlert) -> str:
    """Since when it fires, and how bad that is; or from when to when it did."""
    began = instant(datetime.fromisoformat(alert["startsAt"]))
    severity = alert["labels"].get("severity", "")
    if alert["status"] == "resolved":
        return f"Resolved, {began} to {instant(datetime.fromisoformat(alert['endsAt']))}"
    return f"Firing since {began}{f', severity {severity}' if severity else ''}"


def further(alert: BodyAlert) -> dict[str, str]:
    """The annotations that are a rule's own idea, by name."""
    return {name: text for name, text in alert["annotations"].items() if name not in KNOWN and text}


def _detailed(alert: BodyAlert) -> Iterator[str]:
    yield f"  {alert['status']}: {_said(alert, 'summary')}"
    yield f"    {since(alert)}"
    if description := _said(alert, "description"):
        yield f"    {description}"
    if cause := _said(alert, "cause"):
        yield f"    Likely cause: {cause}"
    for name, text in further(alert).items():
        yield f"    {printable(name)}: {printable(text)}"
    if alert["generatorURL"]:
        yield f"    {alert['generatorURL']}"
    if runbook := _said(alert, "runbook_url"):
        yield f"    Runbook: {runbook}"
    if silence := _said(alert, "silence"):
        yield f"    To silence it: {silence}"


def _said(alert: BodyAlert, name: str) -> str:
    return printable(alert["annotations"].get(name, ""))
