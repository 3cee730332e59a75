"""Stands before the API: who may ask, from where, and how much they may send."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.api.faults import answer

BODY_BYTES = 64 * 1024
BODY_SECONDS = 10
OPEN_PATHS = frozenset(("/v1/healthz",))
READING = frozenset(("GET", "HEAD"))
HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


class RefusalError(Exception):
    """A request that is not let in."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets in who knows the token; where there is none, who asks from this machine by one of its own names.

    The names keep out a page in a browser whose own name was made to point here (DNS rebinding); the JSON content type
    keeps out forms and scripts of other sites, which cannot send it unasked.
    """

    app: ASGIApp
    token: str | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        guarded = _with_headers(send)
        try:
            self._check(scope)
            body = await asyncio.wait_for(_body(Headers(scope=scope), receive), BODY_SECONDS)
        except RefusalError as error:
            await _refuse(error, scope, receive, guarded)
        except TimeoutError:
            await _refuse(RefusalError(408, "the body took too long"), scope, receive, guarded)
        else:
            await self.app(scope, _replayed(body, receive), guarded)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if self.token is None:
            _check_local(scope, headers)
        elif scope["path"] not in OPEN_PATHS:
            _check_token(self.token, headers)
        if scope["method"] not in READING:
            _check_not_from_a_page(headers)


def _check_local(scope: Scope, headers: Headers) -> None:
    client = scope.get("client")
    if client is not None and not is_local(client[0]):
        raise RefusalError(403, "without a token only this machine is served; set api.token in seamark.yaml")
    if not is_local(_host(headers.get("host", ""))):
        raise RefusalError(403, "without a token only localhost is served, by that name or by 127.0.0.1")


def _host(header: str) -> str:
    """The name in a Host header, without its port."""
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]


def is_local(host: str) -> bool:
    """Whether a name or address means this machine.

    >>> is_local("localhost"), is_local("127.0.0.2"), is_local("::1"), is_local("seamark.example.org")
    (True, True, True, False)
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _check_token(token: str, headers: Headers) -> None:
    scheme, _, given = headers.get("authorization", "").partition(" ")
    is_right = hmac.compare_digest(given.strip().encode(), token.encode())
    if scheme.lower() != "bearer" or not is_right:
        raise RefusalError(401, "this needs the header `Authorization: Bearer TOKEN` with the token of seamark.yaml")


def _check_not_from_a_page(headers: Headers) -> None:
    if "origin" in headers:
        raise RefusalError(403, "pages of other sites may not write here")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RefusalError(415, "the content type should be application/json")


async def _body(headers: Headers, receive: Receive) -> bytes:
    """The whole body, counted as it comes: its announced length need not be true, nor be there."""
    announced = headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > BODY_BYTES:
        raise _too_large()
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_BYTES:
            raise _too_large()
        if not message.get("more_body", False):
            return bytes(body)


def _too_large() -> RefusalError:
    return RefusalError(413, f"the body is larger than {BODY_BYTES} bytes")


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Hand over the body that was read, then whatever comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *HEADERS]}
        await send(message)

    return sending


async def _refuse(error: RefusalError, scope: Scope, receive: Receive, send: Send) -> None:
    headers = {"Connection": "close"}  # what is left of the body is not read
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="seamark"'
    await answer(error.status, str(error), headers=headers)(scope, receive, send)
