"""Posts bodies to a URL, each once, within a time."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

import httpcore
import httpx

from alerts.channels.address import Resolve, allowed_addresses
from alerts.channels.answer import refused
from alerts.channels.channel import DeliveryError
from alerts.channels.deadline import Deadline, TimedBackend

logging.getLogger("httpcore").setLevel(logging.WARNING)  # below, it repeats headers of answers: others' secrets

TIME_OUT = timedelta(seconds=10)
LARGEST_ANSWER = 65_536


class Line(AbstractContextManager["Line"]):
    """An open way to one URL; the connection is kept from one body to the next.

    This is below httpx's client, which logs whole URLs. The connection goes to the very addresses that were looked
    at, so a name cannot change its mind in between; redirects and proxies are not followed. Certificates are
    checked against the name, with the authorities of `SSL_CERT_FILE` if that is set.
    """

    def __init__(self, url: httpx.URL, *, deadline: Deadline, now: Callable[[], datetime], resolve: Resolve) -> None:
        self._url = url
        self._now = now
        self._deadline = deadline
        addresses = allowed_addresses(url.raw_host.decode("ascii"), _port(url), resolve)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context() if url.scheme == "https" else None,
            max_connections=1,
            network_backend=TimedBackend(addresses, lambda: self._deadline),
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def post(self, body: bytes, headers: Mapping[str, str] | None = None, *, deadline: Deadline | None = None) -> bytes:
        """Hand over a body and give the beginning of the answer; DeliveryError unless that is 2xx.

        No text of an error holds more of the URL than its host: the path of a webhook is often its secret.
        """
        self._deadline = deadline or self._deadline
        left = self._deadline.left()
        place = f"{self._url.host}:{_port(self._url)}"
        try:
            status, answered, said = self._exchange(body, headers or {})
        except httpcore.ConnectError as error:
            raise DeliveryError(f"{place} cannot be reached: {error}", permanent=False) from error
        except httpcore.TimeoutException as error:
            raise DeliveryError(f"{place} did not answer within {left:.2g} s", permanent=False) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise DeliveryError(f"{place} broke off: {error}", permanent=False) from error
        if not 200 <= status < 300:
            raise refused(status, answered, said, host=self._url.host, now=self._now())
        return said

    def _exchange(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        url = self._url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        request = httpcore.Request("POST", target, headers=[*_headers(url, body, headers).items()], content=body)
        answer = self._pool.handle_request(request)
        try:
            said = _read_some(answer)
        finally:
            answer.close()
        answered = {name.decode("latin-1").lower(): text.decode("latin-1") for name, text in answer.headers}
        return answer.status, answered, said


def post(
    url: httpx.URL,
    body: bytes,
    headers: Mapping[str, str],
    *,
    time_out: timedelta,
    now: Callable[[], datetime],
    resolve: Resolve,
) -> bytes:
    """Hand over one body, all within the time-out, and give the beginning of the answer; else as `Line.post`."""
    with Line(url, deadline=Deadline.after(time_out), now=now, resolve=resolve) as line:
        return line.post(body, headers)


def web_url(text: str, *, of: str) -> httpx.URL:
    """A URL that can be posted to; ValueError without the URL in it otherwise."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise ValueError("not a URL") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"the URL of {of} begins with http:// or https:// and names a host")
    return url


def json_body(value: object) -> bytes:
    """JSON in UTF-8; half a sign out of a broken name, which UTF-8 cannot hold, becomes a question mark."""
    return json.dumps(value, allow_nan=False, ensure_ascii=False).encode(errors="replace")


def _port(url: httpx.URL) -> int:
    return url.port or {"http": 80, "https": 443}[url.scheme]


def _headers(url: httpx.URL, body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
    """What is said before the body; user and password of the URL are basic authentication."""
    own = {
        "Host": url.netloc.decode("ascii"),
        "User-Agent": "seamark",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    if url.userinfo:
        own["Authorization"] = f"Basic {_credentials(url)}"
    return {**own, **headers}


def _credentials(url: httpx.URL) -> str:
    return base64.b64encode(f"{url.username}:{url.password}".encode()).decode()


def secrets_of(url: httpx.URL) -> list[str]:
    """What of a URL must not be repeated, however it is repeated: all but its scheme, host and port.

    >>> secrets_of(httpx.URL("https://hook.example.org/services/k3y?token=t0ken"))
    ['/services/k3y', 'services', 'k3y', 'token=t0ken', 't0ken']
    """
    plain, raw, query = url.path, url.raw_path.decode("ascii").partition("?")[0], url.query.decode("ascii")
    parts = [plain, raw, *plain.split("/"), *raw.split("/"), query, *(text for _, text in url.params.multi_items())]
    parts += [url.userinfo.decode("ascii"), url.username, url.password]
    parts += [_credentials(url)] if url.userinfo else []
    return [part for part in dict.fromkeys(parts) if part not in ("", "/")]


def _read_some(answer: httpcore.Response) -> bytes:
    """Let the receiver finish its answer, within limits; its status alone says whether the message arrived."""
    read = b""
    with contextlib.suppress(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        for part in answer.iter_stream():
            read += part
            if len(read) > LARGEST_ANSWER:
                break
    return read[:LARGEST_ANSWER]
