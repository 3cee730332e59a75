"""What the answer of a web server means for a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from alerts.channels.channel import DeliveryError
from alerts.wording import printable

TRY_AGAIN = frozenset((408, 425, 429))
MAX_WORDS = 300


class RefusedError(DeliveryError):
    """The receiver answered, and not with 2xx; `answer` is the beginning of what it said, and may hold anything."""

    def __init__(
        self, message: str, *, permanent: bool, retry_after: timedelta | None, status: int, answer: bytes
    ) -> None:
        super().__init__(message, permanent=permanent, retry_after=retry_after)
        self.status = status
        self.answer = answer


def is_temporary(status: int) -> bool:
    """Whether a status says that the same message may be taken later.

    >>> [is_temporary(status) for status in (302, 400, 429, 503)]
    [False, False, True, True]
    """
    return status in TRY_AGAIN or status >= 500


def refused(status: int, headers: Mapping[str, str], said: bytes, *, host: str, now: datetime) -> RefusedError:
    """The error of an answer; its text holds nothing that was said, which may repeat a secret."""
    later = is_temporary(status)
    return RefusedError(
        f"{host} answered {status} {httpx.codes.get_reason_phrase(status)}",
        permanent=not later,
        retry_after=retry_after(headers.get("retry-after", ""), now) if later else None,
        status=status,
        answer=said,
    )


def words_of(answer: bytes, hide: Iterable[str] = ()) -> str:
    """What an answer says, to be put after the text of an error: one line, cut, without what has to be hidden.

    >>> words_of(b'{"message":\\n "key k3y is unknown"}', hide=["k3y"]), words_of(b"")
    (': {"message": "key **** is unknown"}', '')
    """
    text = printable(answer.decode(errors="replace"))
    for secret in sorted(filter(None, hide), key=len, reverse=True):
        text = text.replace(secret, "****")
    return f": {text[:MAX_WORDS]}" if text else ""


def retry_after(text: str, now: datetime) -> timedelta | None:
    """What a Retry-After header asks for: seconds or a date; None if it says nothing that is understood.

    >>> retry_after("120", datetime(2013, 6, 3, tzinfo=UTC))
    datetime.timedelta(seconds=120)
    >>> retry_after("Mon, 03 Jun 2013 00:01:00 GMT", datetime(2013, 6, 3, tzinfo=UTC))
    datetime.timedelta(seconds=60)
    >>> retry_after("soon", datetime(2013, 6, 3, tzinfo=UTC))
    """
    try:
        if text.strip().isdecimal():
            return timedelta(seconds=int(text))
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:  # a date of the zone -0000, which means UTC
        moment = moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta(0))
