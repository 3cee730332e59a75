"""The ids by which mail programs put the mails of a group, and of an episode, into one thread."""

from __future__ import annotations

import hashlib

from alerts.channels.episode import episode_key
from alerts.notification import Body

MAX_EPISODES = 50  # a header has its limits too


def thread(body: Body) -> tuple[str, list[str]]:
    """The id that a mail answers, and all that it refers to, that one last; no mail has one of them itself.

    The first is made of the group and the start of its oldest episode, so FIRING and RESOLVED answer the same.
    The others are those of the episodes: they hold the thread together when the oldest one ends first.
    """
    episodes = sorted(_id(episode_key(alert)) for alert in body["alerts"])[:MAX_EPISODES]
    start = min((alert["startsAt"] for alert in body["alerts"]), default="")
    group = _id(f"{body['groupKey']}/{start}")
    return group, [*episodes, group]


def _id(what: str) -> str:
    return f"<{hashlib.sha256(what.encode(errors='replace')).hexdigest()[:32]}@episode.seamark>"
