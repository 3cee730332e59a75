"""A message as HTML, for mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from alerts.channels.headline import headline
from alerts.notification import Body, BodyAlert
from alerts.wording import moment

COLUMNS = ("Status", "Column", "Summary", "Reason", "Since", "Until")
CELL = ' style="border:1px solid #ccc;padding:4px 8px;text-align:left;vertical-align:top"'


def page(body: Body, pictures: Sequence[tuple[str, str]] = ()) -> str:
    """A headline, a table of the alerts, and pictures, each given by its address and what it shows in words."""
    head = "".join(f"<th{CELL}>{column}</th>" for column in COLUMNS)
    rows = "\n".join(_row(alert) for alert in body["alerts"])
    shown = "".join(f'<p><img src="{escape(at)}" alt="{escape(words)}"></p>\n' for at, words in pictures)
    return (
        '<!doctype html>\n<html lang="en"><body style="font-family:sans-serif">\n'
        f"<h2>{escape(headline(body))}</h2>\n"
        f'<table style="border-collapse:collapse">\n<tr>{head}</tr>\n{rows}\n</table>\n{shown}'
        "</body></html>\n"
    )


def _row(alert: BodyAlert) -> str:
    summary = escape(alert["annotations"]["summary"])
    if alert["generatorURL"]:
        summary = f'<a href="{escape(alert["generatorURL"])}">{summary}</a>'
    cells = (
        escape(alert["status"]),
        escape(alert["labels"].get("column", "")),
        summary,
        escape(alert["annotations"]["description"]),
        moment(datetime.fromisoformat(alert["startsAt"])),
        moment(datetime.fromisoformat(alert["endsAt"])) if alert["status"] == "resolved" else "",
    )
    return f"<tr>{''.join(f'<td{CELL}>{cell}</td>' for cell in cells)}</tr>"
