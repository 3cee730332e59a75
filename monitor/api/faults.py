"""One shape for everything that goes wrong: what, and which part of the request."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from monitor.api.attention import ConflictError, NotKnownError, RefusedError
from monitor.errors import SeamarkError, WorldError

logger = logging.getLogger(__name__)

PLACES = frozenset(("body", "query", "path"))
SAID: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "is not known",
    "string_type": "should be text",
    "string_unicode": "should be text",
    "string_too_short": "is empty",
    "list_type": "should be a list",
    "too_short": "is empty",
    "model_attributes_type": "should be an object",
    "string_pattern_mismatch": "holds characters that cannot stand here",
}


class Fault(BaseModel):
    """What every answer that is not a success holds; `field` is null where it concerns no part of the request."""

    error: str
    field: str | None = None


def answer(status: int, error: str, field: str | None = None, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A refusal."""
    return JSONResponse(Fault(error=error, field=field).model_dump(), status, headers)


def add_to(app: FastAPI) -> None:
    """Answer every error in that shape; what has no name is logged, and not told."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(SeamarkError, _named)
    app.add_exception_handler(Exception, _unknown)


def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - so starlette's types say
    return answer(error.status_code, str(error.detail), headers=error.headers)


def _not_valid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return answer(400, f"the body is not JSON: {first['ctx']['error']}")
    field = _field(first["loc"])
    return answer(422, f"{field or 'the body'} {_words(first)}", field)


# pydantic leaves the type of an error's details open.
def _words(details: Mapping[str, Any]) -> str:
    return SAID.get(details["type"]) or f"is refused: {details['msg'].removeprefix('Value error, ')}"


def _field(loc: Sequence[str | int]) -> str | None:
    inner = loc[1:] if loc and loc[0] in PLACES else loc
    return ".".join(map(str, inner)) or None


def _named(_: Request, error: Exception) -> JSONResponse:
    match error:
        case NotKnownError():
            return answer(404, str(error))
        case ConflictError():
            return answer(409, str(error))
        case RefusedError():
            return answer(422, str(error), error.field or None)
        case WorldError():
            logger.error("%s", error)
            return answer(503, "the store is away; try again", headers={"Retry-After": "10"})
    return answer(422, str(error))


def _unknown(_: Request, error: Exception) -> JSONResponse:
    logger.error("a request failed: %s", error, exc_info=error)
    return answer(500, "this failed in a way that is not known; the log of the server says more")
