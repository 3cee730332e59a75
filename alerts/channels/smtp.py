"""Reaches a mail server and says what its answers mean."""

from __future__ import annotations

import contextlib
import logging
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from alerts.channels.answer import words_of
from alerts.channels.channel import DeliveryError
from alerts.channels.deadline import Deadline
from alerts.channels.timedsmtp import TimedSmtp, TimedSmtpSsl

logger = logging.getLogger(__name__)

StartTls = Literal["when offered", "always", "never"]
PORTS = {"smtp": 25, "smtps": 465}
TIME_OUT = timedelta(seconds=60)  # of the whole: some servers let strangers wait before they greet


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server and how to speak to it."""

    host: str
    port: int
    sender: str
    encrypted: bool = False
    starttls: StartTls = "when offered"
    user: str = ""
    password: str = field(default="", repr=False)


def mail_server(url: str, sender: str | None = None) -> MailServer:
    """The server of a URL like `smtp://user:password@host:587?from=seamark@example.org&starttls=true`.

    STARTTLS is used when offered; `starttls=true` insists on it, `starttls=false` forgoes it. With a password it
    is insisted on unless forgone, so that nobody in between can talk the password out of us. `smtps://` is
    encrypted from the start. The sender is the one given here, or else that of the URL. ValueError, without the
    URL in it, if the URL cannot be understood.

    >>> mail_server("smtp://127.0.0.1:2525?from=seamark@example.org")
    MailServer(host='127.0.0.1', port=2525, sender='seamark@example.org', encrypted=False, ...)
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("not a URL") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("the URL of a mail server begins with smtp:// or smtps:// and names a host")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if unknown := set(query) - {"from", "starttls"}:
        raise ValueError(f"the URL of a mail server knows ?from= and ?starttls=, not {', '.join(sorted(unknown))}")
    user = unquote(parts.username or "")
    return MailServer(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        sender=_sender(sender or query.get("from", user)),
        encrypted=parts.scheme == "smtps",
        starttls=_starttls(query.get("starttls"), with_password=bool(user)),
        user=user,
        password=unquote(parts.password or ""),
    )


def send_mail(message: EmailMessage, server: MailServer, *, time_out: timedelta = TIME_OUT) -> None:
    """Hand a message to the server, all within the time-out; DeliveryError unless it takes it for somebody."""
    try:
        connection = _connect(server, time_out)
        try:
            refused = connection.send_message(message)
        finally:
            _hang_up(connection)
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(error.recipients, server) from error
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code, error.smtp_error, server) from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"{server.host}:{server.port} cannot be used: {error}", permanent=False) from error
    if refused:
        _judge_partly_refused(refused, server)


def _connect(server: MailServer, time_out: timedelta) -> smtplib.SMTP:
    deadline = Deadline.after(time_out)
    if server.encrypted:
        context = ssl.create_default_context()
        connection: smtplib.SMTP = TimedSmtpSsl(server.host, server.port, deadline=deadline, context=context)
    else:
        connection = TimedSmtp(server.host, server.port, deadline=deadline)
    try:
        _prepare(connection, server)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: smtplib.SMTP, server: MailServer) -> None:
    connection.ehlo_or_helo_if_needed()
    wanted = server.starttls == "always" or (server.starttls == "when offered" and connection.has_extn("starttls"))
    if wanted and not server.encrypted:
        connection.starttls(context=ssl.create_default_context())
        connection.ehlo()
    if server.user:
        connection.login(server.user, server.password)


def _hang_up(connection: smtplib.SMTP) -> None:
    """Say goodbye; a server that answers oddly now has taken or refused the message all the same."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        connection.quit()
    connection.close()


def _sender(text: str) -> str:
    if "@" not in text:
        raise ValueError("the URL of a mail server needs ?from=ADDRESS where no sender is given")
    return text


def _starttls(text: str | None, *, with_password: bool) -> StartTls:
    if text is None:
        return "always" if with_password else "when offered"
    if text not in ("true", "false"):
        raise ValueError("starttls is true or false")
    return "always" if text == "true" else "never"


def _answered(code: int, answer: bytes | str, server: MailServer) -> DeliveryError:
    said = answer if isinstance(answer, bytes) else answer.encode(errors="replace")
    words = words_of(said, [server.password]).removeprefix(":")
    return DeliveryError(f"{server.host}:{server.port} answered {code}{words}", permanent=500 <= code < 600)


def _refused(recipients: dict[str, tuple[int, bytes]], server: MailServer) -> DeliveryError:
    """The error of recipients that were refused: worth another try as long as one of them may be taken later."""
    later = [answer for answer in recipients.values() if answer[0] < 500]
    return _answered(*(later or list(recipients.values()))[0], server)


def _judge_partly_refused(recipients: dict[str, tuple[int, bytes]], server: MailServer) -> None:
    """Some got the message: try again only for those that may be taken later; the others are lost either way."""
    error = _refused(recipients, server)
    if not error.permanent:
        raise error
    logger.warning("%s took the message, but not for all: %s", server.host, error)
