"""The HTTP API: alerts, acknowledgement, silences."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, FastAPI, Query
from starlette.types import ASGIApp

from monitor.api import faults
from monitor.api.attention import Alert, AlertFilter, Attention, NewSilence, RefusedError, Silence
from monitor.api.bodies import AcknowledgeBody, EmptyBody, Fingerprint, Id, Line, SilenceBody
from monitor.api.guard import Guard
from monitor.api.json_only import StrictRoute

Clock = Callable[[], datetime]
AT_ONCE = 8  # requests that ask the store at the same time; the others wait
COULD_FAIL = {status: {"model": faults.Fault} for status in (400, 401, 403, 404, 408, 409, 413, 415, 422, 500, 503)}


def build(attention: Attention, *, token: str | None, now: Clock, refusal: Callable[[], str] = lambda: "") -> ASGIApp:
    """The API, guarded; `refusal` tells why a configuration that was written is not in force.

    Its description is at /v1/openapi.json; a page that shows it would load scripts from afar."""
    app = FastAPI(title="Seamark", version="1", lifespan=_few_at_once, docs_url=None, redoc_url=None,
                  openapi_url="/v1/openapi.json", redirect_slashes=False)  # fmt: skip
    app.include_router(_routes(attention, now, refusal))
    faults.add_to(app)
    return Guard(app, token)


@asynccontextmanager
async def _few_at_once(_: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = AT_ONCE
    yield


def _routes(attention: Attention, now: Clock, refusal: Callable[[], str]) -> APIRouter:
    routes = APIRouter(prefix="/v1", route_class=StrictRoute, responses=COULD_FAIL)  # type: ignore[arg-type]

    @routes.get("/healthz")
    def healthz() -> dict[str, str]:
        """Whether the API and its store answer; `configuration` says why one that was written is not in force.

        Needs no token.
        """
        attention.check()
        said = refusal()
        return {"status": "ok", **({"configuration": said} if said else {})}

    @routes.get("/alerts")
    def alerts(
        model: Annotated[Line | None, Query(description="Only of this model.")] = None,
        state: Annotated[AlertFilter, Query(description="`open` is whatever is not inactive.")] = "open",
    ) -> Sequence[Alert]:
        """Alerts as they stand."""
        return attention.alerts(model=model, state=state)

    @routes.post("/alerts/{fingerprint}/acknowledge")
    def acknowledge(fingerprint: Fingerprint, body: AcknowledgeBody) -> Alert:
        """Say that somebody looks after a firing alert; the first eight digits of its fingerprint may do."""
        return attention.acknowledge(fingerprint, author=body.author, comment=body.comment)

    @routes.get("/silences")
    def silences() -> Sequence[Silence]:
        """Every silence, those that have ended included."""
        return attention.silences()

    @routes.post("/silences", status_code=201)
    def silence(body: SilenceBody) -> Silence:
        """Let alerts be quiet: until `ends_at`, or `for` a length of time from the start, which is now if left out."""
        return attention.silence(_wanted(body, now()))

    @routes.post("/silences/{silence_id}/expire")
    def expire(silence_id: Id, body: EmptyBody) -> Silence:  # noqa: ARG001 - the body is checked, and says nothing
        """End a silence now; it stays on record."""
        return attention.expire(silence_id)

    return routes


def _wanted(body: SilenceBody, now: datetime) -> NewSilence:
    end = _end(body, body.starts_at or now)
    return NewSilence(tuple(body.matchers), body.starts_at, end, body.author, body.comment)


def _end(body: SilenceBody, start: datetime) -> datetime:
    if (body.ends_at is None) == (body.length is None):
        raise RefusedError("say either ends_at, or for how long", "ends_at")
    try:
        return body.ends_at or start + (body.length or timedelta())
    except OverflowError:
        raise RefusedError("is later than any date", "for") from None
