"""Which changes are anybody's business: what fires and what resolves, and of an old past only what was asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

from alerts.state import AlertEvent

OLD = timedelta(days=1)


def is_to_be_told(event: AlertEvent, *, notify: bool, now: datetime) -> bool:
    """Whether people are told of a change; without `notify`, of what happened within the last day only.

    Whether the firing that a resolve belongs to was told is known where messages are planned.
    """
    is_news = notify or now - event.window_end <= OLD
    return (event.fires or event.resolves) and is_news
