"""Reads bodies as JSON in the strict sense: no NaN, no key twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute


class StrictRequest(Request):
    """A request whose body is JSON as the standard has it."""

    # What a body holds is not known before it is checked.
    async def json(self) -> Any:
        return read_json((await self.body()).decode("utf-8", "replace"))


class StrictRoute(APIRoute):
    """A route that reads its bodies so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return handle_strictly


def read_json(text: str) -> Any:
    """A value out of JSON.

    >>> read_json('{"a": NaN}')
    Traceback (most recent call last):
    json.decoder.JSONDecodeError: NaN is no number in JSON: line 1 column 7 (char 6)
    """

    def refuse(word: str) -> NoReturn:
        raise json.JSONDecodeError(f"{word} is no number in JSON", text, text.find(word))

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise json.JSONDecodeError("a key stands there twice", text, 0)
        return found

    try:
        return json.loads(text, parse_constant=refuse, object_pairs_hook=once)
    except RecursionError:
        raise json.JSONDecodeError("it is nested too deep", text, 0) from None
