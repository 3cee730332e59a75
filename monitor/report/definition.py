"""What is handed to the process that makes the page."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class PageDefinition:
    """The title of a page and the columns on it, by kind.

    >>> PageDefinition.from_json(PageDefinition("June", ["fare"], []).to_json())
    PageDefinition(title='June', numeric=['fare'], categorical=[])
    """

    title: str
    numeric: list[str]
    categorical: list[str]

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> PageDefinition:
        return cls(**json.loads(text))
