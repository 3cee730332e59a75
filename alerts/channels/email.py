"""Sends messages as mails with a text and an HTML part, threaded by episode."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from alerts.channels.console import lines
from alerts.channels.headline import headline, printable
from alerts.channels.smtp import TIME_OUT, mail_server, send_mail
from alerts.notification import Body, BodyAlert, Notification
from alerts.wording import moment

MAX_REFERENCES = 50  # a header has its limits too
COLUMNS = ("Status", "Column", "Summary", "Reason", "Since", "Until")
CELL = ' style="border:1px solid #ccc;padding:4px 8px;text-align:left;vertical-align:top"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """Sends to some addresses by a mail server, whose URL is read by `mail_server`; it may name the sender too.

    ValueError if the URL or an address cannot be used.
    """

    to: tuple[str, ...]
    smtp: str = field(repr=False)
    sender: str | None = None
    time_out: timedelta = TIME_OUT

    def __post_init__(self) -> None:
        mail_server(self.smtp, self.sender)
        if not self.to or not all("@" in address and printable(address) == address for address in self.to):
            raise ValueError("a mail goes to one or more addresses like ml@example.org")

    def send(self, notification: Notification) -> None:
        server = mail_server(self.smtp, self.sender)
        send_mail(mail(notification, server.sender, self.to), server, time_out=self.time_out)


def mail(notification: Notification, sender: str, to: tuple[str, ...]) -> EmailMessage:
    """The mail of a message; the same message gives the same mail."""
    body = notification.payload
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Subject"] = headline(body)
    message["Date"] = format_datetime(notification.created_at)
    message["Message-ID"] = f"<{notification.dedup_key[:32]}@seamark>"  # short enough not to be folded
    episodes = [_episode_id(alert) for alert in body["alerts"][:MAX_REFERENCES]]
    message["In-Reply-To"] = episodes[-1]
    message["References"] = " ".join(episodes)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    message.set_content(lines(body))
    message.add_alternative(page(body), subtype="html")
    message.set_boundary(f"seamark-{notification.dedup_key[:32]}")  # left alone it would be drawn by chance
    return message


def page(body: Body) -> str:
    """The message as HTML: a headline and a table of the alerts."""
    head = "".join(f"<th{CELL}>{column}</th>" for column in COLUMNS)
    rows = "\n".join(_row(alert) for alert in body["alerts"])
    return (
        '<!doctype html>\n<html lang="en"><body style="font-family:sans-serif">\n'
        f"<h2>{escape(headline(body))}</h2>\n"
        f'<table style="border-collapse:collapse">\n<tr>{head}</tr>\n{rows}\n</table>\n'
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


def _episode_id(alert: BodyAlert) -> str:
    """The thread that all messages about one episode of one alert refer to; no mail has this id itself."""
    episode = hashlib.sha256(f"{alert['fingerprint']} {alert['startsAt']}".encode()).hexdigest()[:32]
    return f"<{episode}@episode.seamark>"
