"""What is allowed, and who is told when it is broken."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from monitor.config.addresses import HiddenText, MailServer, WebAddress
from monitor.config.context import context_of
from monitor.config.faults import Remark, Wrong, did_you_mean, wrong
from monitor.config.part import Part, Text
from monitor.config.rules import RuleSettings

_CHANNELS = ("console", "webhook", "email")


def _mail_address(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+", text):
        raise wrong("not an e-mail address, such as ml@example.org")
    return text


MailAddress = Annotated[Text, AfterValidator(_mail_address)]


class RouteSettings(Part):
    """Who is told."""

    receiver: Text = Field(description="The name of one of the receivers.")

    @field_validator("receiver")
    @classmethod
    # pydantic leaves the context's type open.
    def _there(cls, name: str, info: ValidationInfo[Any]) -> str:
        names = context_of(info).receivers
        if name not in names:
            raise wrong(f"no receiver is called `{name}`{did_you_mean(name, names)}")
        return name


class ConsoleSettings(Part):
    """Writes to the terminal that Seamark runs in: `console: {}`."""


class WebhookSettings(Part):
    """Posts to a web address, in the form of Alertmanager's webhooks."""

    url: WebAddress
    secret: HiddenText | None = Field(default=None, description="Signs each message.")


class EmailSettings(Part):
    """Sends a mail."""

    to: tuple[MailAddress, ...] = Field(min_length=1)
    smtp: MailServer = Field(description="The mail server, such as smtp://user:password@mail.example.org:587.")
    sender: MailAddress | None = Field(default=None, alias="from")


class ReceiverSettings(Part):
    """A name, and one channel that leads there."""

    name: Text
    console: ConsoleSettings | None = None
    webhook: WebhookSettings | None = None
    email: EmailSettings | None = Field(default=None, validate_default=True)

    @field_validator("name")
    @classmethod
    # pydantic leaves the context's type open.
    def _own_name(cls, name: str, info: ValidationInfo[Any]) -> str:
        names = context_of(info).receivers
        if name in names:
            raise wrong(f"`{name}` is the name of another receiver too")
        names.append(name)
        return name

    @field_validator("email")
    @classmethod
    def _one_channel(cls, email: EmailSettings | None, info: ValidationInfo) -> EmailSettings | None:
        # A channel that stands there but could not be read counts as given.
        given = [name for name in ("console", "webhook") if info.data.get(name, 0) is not None]
        given += [] if email is None else ["email"]
        if not given:
            raise Wrong(Remark(f"needs one of {', '.join(_CHANNELS)}", absent=frozenset(_CHANNELS)))
        if len(given) > 1:
            raise wrong(f"takes one of {', '.join(_CHANNELS)}, not {' and '.join(given)}")
        return email

    @property
    def channel(self) -> ConsoleSettings | WebhookSettings | EmailSettings:
        """The one channel."""
        found = self.console or self.webhook or self.email
        # The check above has seen to it.
        assert found is not None  # noqa: S101
        return found


class AlertSettings(Part):
    """The rules, and the way of their notifications."""

    rules: tuple[RuleSettings, ...] = ()
    receivers: tuple[ReceiverSettings, ...] = ()
    route: RouteSettings | None = Field(default=None, validate_default=True)

    @field_validator("route")
    @classmethod
    # pydantic leaves the context's type open.
    def _leads_somewhere(cls, route: RouteSettings | None, info: ValidationInfo[Any]) -> RouteSettings | None:
        names = context_of(info).receivers
        if route is None and names:
            hint = f"no route leads to the receivers; add route: {{receiver: {names[0]}}}"
            raise Wrong(Remark(hint, absent=frozenset(("route",))))
        return route
