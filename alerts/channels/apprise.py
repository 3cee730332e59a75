"""Sends messages by Apprise to the hundred services that it knows: Slack, Teams, Telegram, ntfy and so on."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from alerts.channels.answer import is_temporary
from alerts.channels.channel import DeliveryError
from alerts.channels.headline import headline
from alerts.channels.lines import lines
from alerts.channels.post import TIME_OUT
from alerts.notification import Body, Notification

if TYPE_CHECKING:
    from apprise import NotifyBase

Urgency = Literal["success", "warning", "failure"]
LONGEST = timedelta(seconds=30)
CUT = "\n... (cut here, the message is longer than this service takes)"
# What these say below warnings holds whole URLs, and the URL of a chat is its secret.
_TALKATIVE = ("urllib3", "requests_oauthlib", "oauthlib")


@dataclass(frozen=True, slots=True, kw_only=True)
class Apprise:
    """Sends plain text to one URL of Apprise's; ValueError, without the URL in it, if Apprise cannot use it.

    Apprise says only whether a service took a message. A status in what it logs tells whether to try again; where
    there is none, it is worth another try, and the message may come twice.
    """

    url: str = field(repr=False)
    time_out: timedelta = TIME_OUT
    longest: timedelta = LONGEST
    resend_every: ClassVar[timedelta | None] = None

    def __post_init__(self) -> None:
        service(self.url)

    def send(self, notification: Notification) -> None:
        body = notification.payload
        target = service(self.url)
        target.redirects = False
        target.socket_connect_timeout = target.socket_read_timeout = self.time_out.total_seconds()
        title, text = headline(body), fitted(lines(body), _room(target, headline(body)))
        attempt = _Attempt(lambda: target.notify(body=text, title=title, notify_type=urgency(body), body_format="text"))
        attempt.run(self.longest)
        if not attempt.taken:
            raise _error(str(target.service_name), attempt)


class _Attempt:
    """One try in a thread of its own, which is left behind when its time is over.

    Apprise has no time-out for a whole exchange: an answer that never ends would hold up all deliveries.
    """

    def __init__(self, notify: Callable[[], bool]) -> None:
        self.taken = False
        self.fault = ""
        self.status: int | None = None
        self._notify = notify
        self._thread = threading.Thread(target=self._try, daemon=True)

    def run(self, longest: timedelta) -> None:
        self._thread.start()
        self._thread.join(longest.total_seconds())
        if self._thread.is_alive():
            self.fault = f"did not end within {longest.total_seconds():g} s"

    def _try(self) -> None:
        _here.attempt = self
        try:
            self.taken = self._notify()
        except Exception as error:  # noqa: BLE001 - whatever a service raises may hold the URL in its text
            self.fault = f"raised {type(error).__name__}"


_here = threading.local()


def _swallow(record: logging.LogRecord) -> bool:
    """Let nothing of Apprise's log through, which holds whole URLs; note the status that it tells."""
    attempt: _Attempt | None = getattr(_here, "attempt", None)
    found = re.search(r"\berror=(\d{3})\b", record.getMessage())
    if found and attempt:
        attempt.status = int(found[1])
    return False


def _error(name: str, attempt: _Attempt) -> DeliveryError:
    if attempt.status:
        return DeliveryError(f"{name} answered {attempt.status}", permanent=not is_temporary(attempt.status))
    return DeliveryError(f"{name} {attempt.fault or 'did not take the message'}", permanent=False)


def service(url: str) -> NotifyBase:
    """What Apprise makes of a URL; ValueError without the URL in it if that is nothing."""
    from apprise import Apprise as Library  # noqa: PLC0415 - half a second, for those who use it
    from apprise import AppriseAsset  # noqa: PLC0415

    logging.getLogger("apprise").addFilter(_swallow)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    found = Library.instantiate(url, asset=AppriseAsset(storage_mode="memory", secure_logging=True))
    if found is None:
        raise ValueError("not a URL that Apprise understands, or one of a service that needs a further package")
    return found


def urgency(body: Body) -> Urgency:
    """The kind of message, by which services choose colours and signs."""
    if body["status"] == "resolved":
        return "success"
    pages = any(a["labels"].get("severity") == "page" for a in body["alerts"] if a["status"] == "firing")
    return "failure" if pages else "warning"


def fitted(text: str, room: int) -> str:
    """A text that fits, cut at the end of a line where it can be.

    >>> fitted("one\\ntwo\\n" * 30, 80)
    'one\\ntwo\\none\\ntwo\\n... (cut here, the message is longer than this service takes)'
    """
    if room <= 0 or len(text) <= room:
        return text
    start = text[: max(0, room - len(CUT))]
    return (start.rpartition("\n")[0] or start) + CUT


def _room(target: NotifyBase, title: str) -> int:
    """How long a body may be; where a service knows no titles, Apprise puts them before it."""
    return int(target.body_maxlen) - (0 if target.title_maxlen else len(title) + 4)
