"""Posts JSON to a service that starts things, and reads what it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from alerts.actions.action import ActionError
from alerts.channels.address import Resolve, system_addresses
from alerts.channels.answer import RefusedError
from alerts.channels.channel import DeliveryError
from alerts.channels.post import TIME_OUT, json_body, post, web_url

LONGEST_EXPLANATION = 200
HIDDEN = "****"


class StatusError(ActionError):
    """The service answered, and not with 2xx."""

    def __init__(self, message: str, refused: RefusedError) -> None:
        super().__init__(message, permanent=refused.permanent, retry_after=refused.retry_after)
        self.status = refused.status


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Posts to the paths of one service; `secrets` are cut out of what it says."""

    url: str = field(repr=False)
    secrets: Sequence[str] = field(default=(), repr=False)
    now: Callable[[], datetime] = field(repr=False)
    time_out: timedelta = TIME_OUT
    resolve: Resolve = field(default=system_addresses, repr=False)

    def __post_init__(self) -> None:
        web_url(self.url, of="an action")

    def post(self, path: str, value: object, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """Hand over a value; gives the JSON of the answer, empty if it holds no mapping.

        StatusError for a refusal, with the service's own explanation; ActionError for what is no answer.
        """
        url = web_url(self.url.rstrip("/") + path, of="an action")
        try:
            said = post(
                url, json_body(value), headers or {}, time_out=self.time_out, now=self.now, resolve=self.resolve
            )
        except RefusedError as error:
            raise StatusError(f"{error}{self._explanation(error.answer)}", error) from error
        except DeliveryError as error:
            raise ActionError(str(error), permanent=error.permanent, retry_after=error.retry_after) from error
        return _mapping(said)

    def _explanation(self, said: bytes) -> str:
        """What Airflow calls `detail` and GitHub `message`; never all of an answer, which may repeat what was sent."""
        answer = _mapping(said)
        words = answer.get("detail") or answer.get("message")
        if not isinstance(words, str):
            return ""
        for secret in self.secrets:
            words = words.replace(secret, HIDDEN)
        return f": {words[:LONGEST_EXPLANATION]}"


# The answer is the service's: its types are open.
def _mapping(said: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(said)
    except ValueError:
        return {}
    return value if isinstance(value, Mapping) else {}
