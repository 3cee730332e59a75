"""Makes Arrow columns from the values that drivers give: floats, and the canonical text of categories."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa

from monitor.errors import SourceError
from monitor.profile.shape import Kind

_BINARY = {bytes, bytearray, memoryview}
_NUMBERS = {bool, int, float, Decimal}


def column_of(values: Sequence[object], kind: Kind, name: str) -> pa.Array:
    """One column of a batch; `name` is what the database calls it."""
    return numeric(values, name) if kind == "numeric" else categorical(values, name)


def numeric(values: Sequence[object], name: str = "") -> pa.Array:
    """Float64; text that is no number becomes NaN, so that it is counted as invalid.

    >>> numeric([1, None, "2.5", True, "many"]).to_pylist()
    [1.0, None, 2.5, 1.0, nan]
    """
    try:
        return pa.array(values, pa.float64(), from_pandas=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        _refuse_binary(values, name)
        return pa.array([number(value) for value in values], pa.float64(), from_pandas=False)


def number(value: object) -> float | None:
    """A number out of one value; NaN where there is none in it.

    >>> number("12.50"), number("1_000"), number(10**400)
    (12.5, nan, inf)
    """
    if value is None:
        return None
    if not isinstance(value, str | int | float | Decimal) or (isinstance(value, str) and "_" in value):
        return float("nan")
    try:
        return float(value)
    except ValueError:
        return float("nan")
    except OverflowError:
        return float("inf") if isinstance(value, int | Decimal) and value > 0 else float("-inf")


def categorical(values: Sequence[object], name: str = "") -> pa.Array:
    """Text, the same for the same category whatever database it comes from.

    >>> categorical(["AA", 1, 1.0, True, None]).to_pylist()
    ['AA', '1', '1', '1', None]
    """
    types = set(map(type, values)) - {type(None)}
    if types <= {str}:
        return pa.array(values, pa.string())
    if types & _BINARY:
        _refuse_binary(values, name)
    if types == {int}:
        try:
            return pa.array(values, pa.int64()).cast(pa.string())
        except (OverflowError, pa.ArrowInvalid):
            pass  # wider than 64 bits
    if types <= _NUMBERS:
        texts = {value: text(value) for value in set(values)}  # equal numbers are equal keys
        return pa.array([texts[value] for value in values], pa.string())
    return pa.array([text(value) for value in values], pa.string())


def text(value: object) -> str | None:
    """The canonical text of a category, a class or an id.

    >>> text(True), text(2.0), text(Decimal("1.50")), text("AA"), text(float("inf"))
    ('1', '2', '1.5', 'AA', 'inf')
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, Decimal) and value.is_finite():
        # SQLite has floats where other databases have decimals: the same number, the same text.
        return str(int(value)) if value == value.to_integral_value() else str(float(value))
    return str(value)


def _refuse_binary(values: Sequence[object], name: str) -> None:
    if _BINARY & set(map(type, values)):
        raise SourceError(f"column {name} holds binary data, which is neither number nor category", permanent=True)
