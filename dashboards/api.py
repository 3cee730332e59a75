"""What people do in a dashboard goes to the HTTP API of `seamark serve`, which is asked here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

TIME_OUT = httpx.Timeout(15, connect=3)
Parsed = Any  # JSON


class ApiFaultError(Exception):
    """The API did not do it; the message says why, and is shown as it stands."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What has to be known of an alert to silence it."""

    fingerprint: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence, those that have ended included."""

    id: int
    matchers: Sequence[str]
    state: str
    starts_at: str
    ends_at: str
    author: str
    comment: str


@dataclass(frozen=True, slots=True)
class Api:
    """The HTTP API at an address."""

    url: str
    token: str = field(default="", repr=False)
    transport: httpx.BaseTransport | None = None

    def refusal(self) -> str:
        """Why a configuration that was written is not in force, or nothing."""
        return str(self._ask("GET", "/v1/healthz").get("configuration", ""))

    def alert(self, model: str, fingerprint: str) -> Alert:
        """An alert by its fingerprint."""
        for row in self._ask("GET", "/v1/alerts", params={"model": model, "state": "any"}):
            if row["fingerprint"] == fingerprint:
                return Alert(fingerprint, row["labels"])
        raise ApiFaultError("The HTTP API does not know this alert: does it work on another store?")

    def acknowledge(self, fingerprint: str, *, author: str, comment: str) -> None:
        """Say that somebody looks after an alert."""
        self._ask("POST", f"/v1/alerts/{fingerprint}/acknowledge", body={"author": author, "comment": comment})

    def silences(self) -> list[Silence]:
        """Every silence."""
        fields = Silence.__slots__
        return [Silence(**{name: row[name] for name in fields}) for row in self._ask("GET", "/v1/silences")]

    def silence(self, matchers: Sequence[str], *, length: str, author: str, comment: str) -> None:
        """Let alerts be quiet from now on, for a while."""
        body = {"matchers": list(matchers), "for": length, "author": author, "comment": comment}
        self._ask("POST", "/v1/silences", body=body)

    def expire(self, silence_id: int) -> None:
        """End a silence now."""
        self._ask("POST", f"/v1/silences/{silence_id}/expire", body={})

    def _ask(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: object | None = None
    ) -> Parsed:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            with httpx.Client(
                base_url=self.url, headers=headers, timeout=TIME_OUT, transport=self.transport, trust_env=False
            ) as client:
                answer = client.request(method, path, params=params, json=body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ApiFaultError(f"The HTTP API at {self.url} does not answer: {error}") from error
        return _read(answer)


def _read(answer: httpx.Response) -> Parsed:
    try:
        parsed = answer.json()
    except ValueError as error:
        raise ApiFaultError(
            f"{answer.url} answers with status {answer.status_code}, and not as Seamark does"
        ) from error
    if answer.is_success:
        return parsed
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise ApiFaultError(
            "The HTTP API refuses the token: SEAMARK_API_TOKEN is not the one that it was started with."
        )
    said = parsed.get("error") if isinstance(parsed, dict) else None
    raise ApiFaultError(_sentence(str(said or f"The HTTP API answers with status {answer.status_code}")))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def matchers(labels: Mapping[str, str]) -> list[str]:
    """Matchers that mean one alert and no other.

    >>> matchers({"alertname": "Drift", "column": 'a "b"'})
    ['alertname="Drift"', 'column="a \\\\"b\\\\""']
    """
    return [f'{name}="{_escaped(value)}"' for name, value in labels.items()]


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
