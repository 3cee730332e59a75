"""Who may use the HTTP API."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, field_validator

from monitor.config.addresses import HiddenText
from monitor.config.faults import wrong
from monitor.config.part import Part
from monitor.config.secret import Secret

TOKEN_VARIABLE = "SEAMARK_API_TOKEN"  # noqa: S105 - the name of it
SHORTEST = 16


class ApiSettings(Part):
    """The HTTP API of `seamark serve`."""

    token: HiddenText | None = Field(
        default=None,
        description="What callers send as `Authorization: Bearer TOKEN`; left out: the environment variable "
        f"{TOKEN_VARIABLE}, and where that is not set only this machine is served.",
    )

    @field_validator("token")
    @classmethod
    def _hard_to_guess(cls, token: Secret | None) -> Secret | None:
        if token is not None:
            _check(token.reveal())
        return token

    def token_or_else(self, environment: Mapping[str, str]) -> str | None:
        """The token of the file, or else of the environment.

        Raises `ValueError` for one that is too easy to guess.
        """
        if self.token is not None:
            return self.token.reveal()
        token = environment.get(TOKEN_VARIABLE, "").strip()
        if token:
            _check(token)
        return token or None


def _check(token: str) -> None:
    if len(token) < SHORTEST or not token.isascii() or not token.isprintable() or " " in token:
        raise wrong(f"should be at least {SHORTEST} letters, digits and signs, such as `openssl rand -hex 24` makes")
