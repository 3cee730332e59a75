"""Calls to a Grafana server that either give an answer or say in words what is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import requests
from grafana_api.grafana_api import GrafanaException
from grafana_api.grafana_face import GrafanaFace

Answer: TypeAlias = Any  # whatever Grafana's JSON holds; the callers take out the few texts they need

PAUSES = (1.0, 2.0, 4.0)
TIMEOUT_SECONDS = 10.0
PASSING = frozenset({429, 502, 503, 504})
LONGEST_DETAIL = 200

ADVICE = {
    400: "Grafana refuses what was sent",
    401: "the token is not valid: make a token for a service account in Grafana",
    403: "the token may not do this: its service account needs the role Admin to set up the data source",
    404: "there is no Grafana at this address: check the URL, and the path if Grafana does not live at the root",
    409: "something of this name is there already",
    412: "somebody has changed it in Grafana since: publish with overwrite, or give way",
    429: "Grafana is asked too often: try again later",
}
ADVICE_5XX = "Grafana or the proxy before it is in trouble: try again later"


class GrafanaError(Exception):
    """Grafana cannot do what was asked; `permanent` says whether trying again makes no sense."""

    def __init__(self, message: str, *, permanent: bool, status: int | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.status = status


class Connection:
    """A Grafana server, as one token sees it.

    grafana-api neither tries again nor understands an answer without JSON, and its errors do not always say
    which status came back; this is where that is made good.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = _checked_url(url)
        self._secrets = [_checked_token(token)]
        self._sleep = sleep
        self._status: int | None = None
        parts = urlsplit(self.url)
        self._face = GrafanaFace(
            auth=self._secrets[0],
            host=parts.netloc,
            protocol=parts.scheme,
            url_path_prefix=f"{parts.path.strip('/')}/".lstrip("/"),
            timeout=timeout_seconds,
        )
        self._face.api.s.max_redirects = 0  # a token is not carried to wherever a proxy points
        self._face.api.s.hooks["response"].append(self._remember)

    def keep_secret(self, text: str) -> None:
        """Never let this text stand in a message."""
        if text:
            self._secrets.append(text)

    def call(self, what: str, ask: Callable[[GrafanaFace], Answer]) -> Answer:
        """What Grafana answers, after some patience with faults that pass.

        `what` completes the sentence "cannot ..."; `ask` must be safe to repeat, since an answer that was
        lost may have been to something that was done.
        """
        for pause in PAUSES:
            try:
                return self._once(what, ask)
            except GrafanaError as error:
                if error.permanent:
                    raise
            self._sleep(pause)
        return self._once(what, ask)

    def find(self, what: str, ask: Callable[[GrafanaFace], Answer]) -> Answer | None:
        """What Grafana answers, or None where it has no such thing."""
        try:
            return self.call(what, ask)
        except GrafanaError as error:
            if error.status == 404:
                return None
            raise

    def _once(self, what: str, ask: Callable[[GrafanaFace], Answer]) -> Answer:
        self._status = None
        try:
            return ask(self._face)
        except GrafanaException as error:
            said = error.response.get("message") if isinstance(error.response, dict) else error.message
            raise self._refused(what, str(said or "")) from None
        except requests.exceptions.TooManyRedirects:
            raise self._failed(what, "it sends us elsewhere: give the address where it leads", permanent=True) from None
        except requests.exceptions.SSLError:
            raise self._failed(what, "its certificate is not trusted", permanent=True) from None
        except requests.exceptions.Timeout:
            raise self._failed(what, "it does not answer in time", permanent=False) from None
        except requests.exceptions.JSONDecodeError as error:
            return self._without_json(what, error.doc)
        except requests.exceptions.RequestException as error:
            raise self._failed(what, f"it cannot be reached ({type(error).__name__})", permanent=False) from None
        except TypeError:
            # grafana-api looks for "message" in an error page as if it were JSON
            raise self._refused(what, "") from None

    def _without_json(self, what: str, body: str) -> Answer:
        """An empty answer is one; a page is none, whatever its status says."""
        if not body.strip():
            return {}
        raise self._failed(what, f"it answers with a page, no JSON: {ADVICE[404]}", permanent=True)

    def _refused(self, what: str, detail: str) -> GrafanaError:
        status = self._status or 0
        advice = ADVICE.get(status, ADVICE_5XX if status >= 500 else "")
        said = "" if "<" in detail else " ".join(detail.split())[:LONGEST_DETAIL]
        words = "; ".join(part for part in (advice, said and f"Grafana says: {said}") if part)
        return self._failed(what, f"status {status}: {words}", permanent=status not in PASSING, status=status)

    def _failed(self, what: str, why: str, *, permanent: bool, status: int | None = None) -> GrafanaError:
        return GrafanaError(
            self._without_secrets(f"cannot {what} at {self.url}: {why}"), permanent=permanent, status=status
        )

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _remember(self, response: requests.Response, *_: object, **__: object) -> None:
        self._status = response.status_code


def _checked_url(url: str) -> str:
    """An address with nothing in it but scheme, host, port and path."""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_good = False
    if not is_good:
        raise GrafanaError("Grafana's URL is no address, as https://grafana.example.org", permanent=True)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise GrafanaError("Grafana's URL may hold no user, query or fragment; the token stands apart", permanent=True)
    return url.rstrip("/")


def _checked_token(token: str) -> str:
    """A token that can stand in a header."""
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise GrafanaError("Grafana's token is empty, or holds signs that no token has", permanent=True)
    return token
