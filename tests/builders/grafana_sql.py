"""Expands a board's SQL as Grafana does before PostgreSQL sees it.

The macros are those of Grafana's PostgreSQL plugin:
https://grafana.com/docs/grafana/latest/datasources/postgres/query-editor/#macros
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

MACRO = re.compile(r"\$([_a-zA-Z0-9]+)\(([^)]*)\)")  # the plugin's own: an argument ends at the first bracket
VARIABLE = re.compile(r"\$\{(\w+)(?::(\w+))?\}|\$(\w+)")


class UnknownMacroError(ValueError):
    """Grafana would refuse the query."""


@dataclass(frozen=True, slots=True)
class Expander:
    """The time range and the choices of a reader."""

    start: int
    end: int
    choices: Mapping[str, str]

    def expand(self, sql: str) -> str:
        return MACRO.sub(self._macro, VARIABLE.sub(self._variable, sql))

    def _variable(self, found: re.Match[str]) -> str:
        name, form = found[1] or found[3], found[2]
        if name not in self.choices:
            return found[0]  # a macro, or a name that Grafana does not know and leaves as it stands
        if form == "sqlstring":
            return "'" + self.choices[name].replace("'", "''") + "'"
        if form is None:
            return self.choices[name]
        raise UnknownMacroError(f"format {form}")

    def _macro(self, found: re.Match[str]) -> str:
        name, argument = found[1], found[2].split(",")[0].strip()
        expansions = {
            "__timeFilter": f"{argument} BETWEEN '{_iso(self.start)}' AND '{_iso(self.end)}'",
            "__timeFrom": f"'{_iso(self.start)}'",
            "__timeTo": f"'{_iso(self.end)}'",
            "__unixEpochFilter": f"{argument} >= {self.start} AND {argument} <= {self.end}",
            "__unixEpochFrom": f"{self.start}",
            "__unixEpochTo": f"{self.end}",
        }
        if name not in expansions:
            raise UnknownMacroError(name)
        return expansions[name]


def _iso(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
