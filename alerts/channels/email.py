"""Sends messages as mails with a text and an HTML part, pictures inside, threaded by group and episode."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import ClassVar, Protocol

from alerts.channels.headline import headline
from alerts.channels.lines import lines
from alerts.channels.mailpage import page
from alerts.channels.smtp import TIME_OUT, mail_server, send_mail
from alerts.channels.thread import thread
from alerts.notification import Notification, Picture
from alerts.wording import printable


class Painter(Protocol):
    """Draws what a message is about, when it is sent."""

    def pictures(self, notification: Notification) -> tuple[Picture, ...]:
        """The pictures for a message, none where they cannot be drawn: that is no reason not to send it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """Sends to some addresses by a mail server, whose URL is read by `mail_server`; it may name the sender too.

    With a painter, mails show pictures of what fires or is over.

    ValueError if the URL or an address cannot be used.
    """

    to: tuple[str, ...]
    smtp: str = field(repr=False)
    sender: str | None = None
    time_out: timedelta = TIME_OUT
    painter: Painter | None = field(default=None, repr=False)
    resend_every: ClassVar[timedelta | None] = None

    def __post_init__(self) -> None:
        mail_server(self.smtp, self.sender)
        if not self.to or not all("@" in address and printable(address) == address for address in self.to):
            raise ValueError("a mail goes to one or more addresses like ml@example.org")

    def send(self, notification: Notification) -> None:
        server = mail_server(self.smtp, self.sender)
        if self.painter is not None and not notification.pictures:
            notification = replace(notification, pictures=self.painter.pictures(notification))
        send_mail(mail(notification, server.sender, self.to), server, time_out=self.time_out)


def mail(notification: Notification, sender: str, to: tuple[str, ...]) -> EmailMessage:
    """The mail of a message; the same message gives the same mail."""
    body = notification.payload
    answered, references = thread(body)
    key = hashlib.sha256(notification.dedup_key.encode()).hexdigest()[:32]  # short enough not to be folded
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Subject"] = headline(body)
    message["Date"] = format_datetime(notification.created_at)
    message["Message-ID"] = f"<{key}@seamark>"
    message["In-Reply-To"] = answered
    message["References"] = " ".join(references)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    message.set_content(lines(body))
    _add_html(message, notification)
    for number, part in enumerate(_folders(message)):  # boundaries left alone would be drawn by chance
        part.set_boundary(f"seamark-{number}-{key}")
    return message


def _add_html(message: EmailMessage, notification: Notification) -> None:
    """The HTML beside the text; with pictures, both together in a part of their own."""
    ids = {picture: _content_id(picture, notification) for picture in notification.pictures}
    html = page(notification.payload, [(f"cid:{id_}", picture.words) for picture, id_ in ids.items()])
    message.add_alternative(html, subtype="html")
    part = next(found for found in message.iter_parts() if found.get_content_subtype() == "html")
    for picture, id_ in ids.items():
        part.add_related(
            picture.png,
            maintype="image",
            subtype="png",
            cid=f"<{id_}>",
            disposition="inline",
            filename=f"{printable(picture.name)}.png",
        )


def _content_id(picture: Picture, notification: Notification) -> str:
    content = hashlib.sha256(f"{notification.dedup_key}/{picture.name}".encode()).hexdigest()
    return f"{content[:32]}@picture.seamark"


def _folders(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that hold parts, the outermost first."""
    return (part for part in message.walk() if isinstance(part, EmailMessage) and part.is_multipart())
