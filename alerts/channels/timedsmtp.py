"""Clients of a mail server that end at a deadline; those of the library begin anew with each read."""

from __future__ import annotations

import io
import smtplib
import socket
import ssl
from typing import TYPE_CHECKING

from alerts.channels.deadline import Deadline

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class _TimedReader(io.RawIOBase):
    """What a server says; each read may take as long as is left."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._connection.settimeout(self._deadline.time_out(TimeoutError))
        return self._connection.recv_into(buffer)


class TimedSmtp(smtplib.SMTP):
    """A client that connects at once; TimeoutError or SMTPServerDisconnected when its time is over."""

    def __init__(self, host: str, port: int, *, deadline: Deadline) -> None:
        self.deadline = deadline
        super().__init__(host, port, timeout=deadline.time_out(TimeoutError))

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_TimedReader(self.sock, self.deadline))
        return super().getreply()

    def send(self, s: ReadableBuffer | str) -> None:
        if self.sock is not None:
            self.sock.settimeout(self.deadline.time_out(TimeoutError))
        super().send(s)


class TimedSmtpSsl(TimedSmtp, smtplib.SMTP_SSL):
    """The same, encrypted from the start."""

    def __init__(self, host: str, port: int, *, deadline: Deadline, context: ssl.SSLContext) -> None:
        self.deadline = deadline
        smtplib.SMTP_SSL.__init__(self, host, port, timeout=deadline.time_out(TimeoutError), context=context)
