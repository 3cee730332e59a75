"""Who can be told, and by which channel."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictBool, StrictInt, ValidationInfo, field_validator

from alerts.channels.apprise import service
from monitor.config.addresses import HiddenText, MailServer, WebAddress
from monitor.config.context import context_of
from monitor.config.faults import Remark, Wrong, wrong
from monitor.config.part import Part, Text
from monitor.config.secret import Secret


def _mail_address(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+", text):
        raise wrong("not an e-mail address, such as ml@example.org")
    return text


MailAddress = Annotated[Text, AfterValidator(_mail_address)]


class ConsoleSettings(Part):
    """Writes to the terminal that Seamark runs in: `console: {}`."""


class WebhookSettings(Part):
    """Posts to a web address, in the form of Alertmanager's webhooks."""

    url: WebAddress
    secret: HiddenText | None = Field(default=None, description="Signs each message, with its time.")


class EmailSettings(Part):
    """Sends a mail."""

    to: tuple[MailAddress, ...] = Field(min_length=1)
    smtp: MailServer = Field(description="The mail server, such as smtp://user:password@mail.example.org:587.")
    sender: MailAddress | None = Field(default=None, alias="from")


class PagerDutySettings(Part):
    """Opens and closes incidents."""

    key: HiddenText = Field(description="The integration key of a service's Events API, version 2.")
    url: WebAddress | None = Field(default=None, description="Where events go, if not to PagerDuty's own address.")


class AlertmanagerSettings(Part):
    """Hands alerts to Alertmanager, which groups, routes and silences them."""

    urls: tuple[WebAddress, ...] = Field(min_length=1, description="Every replica of the cluster.")


def _known_to_apprise(url: Secret) -> Secret:
    try:
        service(url.reveal())
    except ValueError as error:
        raise wrong(str(error)) from None
    return url


class AppriseSettings(Part):
    """Sends text to a service that Apprise knows, such as a chat."""

    url: Annotated[HiddenText, AfterValidator(_known_to_apprise)] = Field(
        description="The URL as Apprise writes it, out of the environment or a file: it is the secret of the chat."
    )


ChannelSettings = (
    ConsoleSettings | WebhookSettings | EmailSettings | PagerDutySettings | AlertmanagerSettings | AppriseSettings
)
CHANNELS = ("console", "webhook", "email", "pagerduty", "alertmanager", "apprise")


class ReceiverSettings(Part):
    """A name, and one channel that leads there."""

    name: Text
    send_resolved: StrictBool = Field(default=True, description="Whether it is told too when an alert is over.")
    max_alerts: StrictInt | None = Field(
        default=None,
        ge=0,
        description="How many alerts one message holds at most, 0 = all; what is cut is counted. "
        "Default 50; for pagerduty and alertmanager, where each alert counts by itself, all.",
    )
    console: ConsoleSettings | None = None
    webhook: WebhookSettings | None = None
    email: EmailSettings | None = None
    pagerduty: PagerDutySettings | None = None
    alertmanager: AlertmanagerSettings | None = None
    apprise: AppriseSettings | None = Field(default=None, validate_default=True)

    @field_validator("name")
    @classmethod
    # pydantic leaves the context's type open.
    def _own_name(cls, name: str, info: ValidationInfo[Any]) -> str:
        names = context_of(info).receivers
        if name in names:
            raise wrong(f"`{name}` is the name of another receiver too")
        names.append(name)
        return name

    @field_validator(CHANNELS[-1])
    @classmethod
    def _one_channel(cls, last: ChannelSettings | None, info: ValidationInfo) -> ChannelSettings | None:
        # A channel that stands there but could not be read counts as given.
        given = [name for name in CHANNELS[:-1] if info.data.get(name, 0) is not None]
        given += [] if last is None else [CHANNELS[-1]]
        if not given:
            raise Wrong(Remark(f"needs one of {', '.join(CHANNELS)}", absent=frozenset(CHANNELS)))
        if len(given) > 1:
            raise wrong(f"takes one of {', '.join(CHANNELS)}, not {' and '.join(given)}")
        return last

    @property
    def kind(self) -> str:
        """The name of the one channel."""
        return next(name for name in CHANNELS if getattr(self, name) is not None)

    @property
    def channel(self) -> ChannelSettings:
        """The one channel."""
        found: ChannelSettings = getattr(self, self.kind)
        return found
