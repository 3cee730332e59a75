"""Fills the placeholders of annotations: a fixed set of names, nothing that could reach further."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from string import Formatter

from alerts.wording import number

NAMES = frozenset(
    (
        *("alert", "model", "version", "metric", "column", "segment", "window", "value", "limit", "severity"),
        *("reason", "receiver"),
    )
)
NUMBERS = frozenset(("value", "limit"))
NO_VALUE = "no value"
DIGITS = 4  # of a number whose format is left open

# A width is memory: "{model:>999999999}" would be a string of a gigabyte.
_SPEC = re.compile(r"[^{}\d]{0,3}\d{0,2},?(\.\d{1,2})?[a-zA-Z%]?")


def fill(text: str, values: Mapping[str, str | float | None]) -> str:
    """Put values into a text; a value that is missing reads "no value" whatever its format.

    >>> fill("AUC of {model} is {value:.3f}", {"model": "late_arrival", "value": 0.6712})
    'AUC of late_arrival is 0.671'
    >>> fill("AUC is {value:.3f}", {"value": None})
    'AUC is no value'
    >>> fill("MAE is {value}, limit {limit}", {"value": 2 / 3, "limit": 0.5})
    'MAE is 0.6667, limit 0.5'

    Raises ValueError where `fault_of` finds a fault.
    """
    return "".join(
        literal if name is None else literal + _one(name, spec or "", conversion, values)
        for literal, name, spec, conversion in Formatter().parse(text)
    )


@cache
def fault_of(text: str) -> str:
    """What is wrong with a text's placeholders; empty if nothing is.

    >>> fault_of("{value:.3f} of {model}")
    ''
    >>> fault_of("{modle}")
    '{modle} is not known; there are alert, column, limit, metric, model, reason, receiver, segment, severity, ...'
    """
    try:
        fill(text, {name: 0.5 if name in NUMBERS else name for name in NAMES})
    except ValueError as error:
        return str(error)
    return ""


def _one(name: str, spec: str, conversion: str | None, values: Mapping[str, str | float | None]) -> str:
    if name not in NAMES:
        raise ValueError(f"{{{name}}} is not known; there are {', '.join(sorted(NAMES))}")
    if conversion or not _SPEC.fullmatch(spec):
        raise ValueError(f"the format of {{{name}}} is not understood; write it like {{{name}:.3f}}")
    value = values.get(name)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NO_VALUE
    if not (spec or isinstance(value, str)):
        return number(value, digits=DIGITS)
    return format(value, spec)
