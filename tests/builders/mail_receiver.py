"""A mail server on the loopback that takes or refuses messages as it is told."""

# ruff: noqa: N802  - names and arguments of the hooks are aiosmtpd's
from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "seamark@example.org", "p@ss:w/rd"


class MailReceiver:
    """The server; `answers` says how to answer MAIL, RCPT (by address) and DATA, `got` what was taken."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, encrypted: bool = False) -> None:
        self.got: list[Envelope] = []
        self.answers: dict[str, str] = {}
        self.logins: list[bool] = []
        self.sessions: list[bool] = []
        self.hangs = False
        self.password = PASSWORD
        self.closing = threading.Event()
        with socket.socket() as probe:  # aiosmtpd wants to know its port beforehand
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=port,
            ssl_context=tls if encrypted else None,
            tls_context=None if encrypted else tls,
            authenticator=self._authenticate,
            auth_require_tls=False,
        )

    def url(self, query: str = "", *, scheme: str = "smtp", user: str = "", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{user}{host}:{self._controller.port}?from=seamark@example.org{query}"

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(envelope.original_content, policy=default) for envelope in self.got]

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword
    ) -> AuthResult:
        is_known = (login.login, login.password) == (USER.encode(), self.password.encode())
        self.logins.append(is_known)
        return AuthResult(success=is_known, handled=False)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.hangs:
            await asyncio.get_running_loop().run_in_executor(None, self.closing.wait, 20)
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, self.answers.get("RCPT", "250 OK"))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.get("DATA", "250 OK")
        if answer.startswith("250"):
            self.got.append(envelope)
            self.sessions.append(session.ssl is not None)
        return answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return self.answers.get("QUIT", "221 Bye")

    def __enter__(self) -> MailReceiver:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._controller.stop()
