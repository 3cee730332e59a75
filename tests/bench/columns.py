"""The 25 columns that everybody measures: twenty numbers of mixed shapes and five texts."""

from __future__ import annotations

NUMERIC = tuple(f"number_{i:02}" for i in range(1, 21))
CATEGORIES = {"text_05": 5, "text_10": 10, "text_20": 20, "text_30": 30, "text_50": 50}
CATEGORICAL = tuple(CATEGORIES)
FEATURES = (*NUMERIC, *CATEGORICAL)
SEGMENTS = tuple(f"segment_{i:02}" for i in range(1, 11))
VALUES_PER_SEGMENT = 10


def listed(names: tuple[str, ...] = FEATURES) -> str:
    """Names as SQL lists them; all are our own and need no quotes.

    >>> listed(("number_01", "text_05"))
    'number_01, text_05'
    """
    return ", ".join(names)
