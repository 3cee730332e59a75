"""The expander of the tests, which stands for Grafana's own, and the pieces of SQL that boards share."""

from __future__ import annotations

import pytest
from builders.grafana_sql import Expander, UnknownMacroError

EXPANDER = Expander(start=0, end=86_400, choices={"model": "it's", "window": "86400"})


@pytest.mark.parametrize(
    ("sql", "expanded"),
    [
        ("$__unixEpochFilter(time_epoch)", "time_epoch >= 0 AND time_epoch <= 86400"),
        ("$__unixEpochFrom() $__unixEpochTo()", "0 86400"),
        ("$__timeFilter(time)", "time BETWEEN '1970-01-01T00:00:00Z' AND '1970-01-02T00:00:00Z'"),
        ("$__timeFrom() $__timeTo()", "'1970-01-01T00:00:00Z' '1970-01-02T00:00:00Z'"),
        ("model = ${model:sqlstring}", "model = 'it''s'"),
        ("${window} $window", "86400 86400"),
        ("$other ${other}", "$other ${other}"),
    ],
)
def test_macros_and_variables_are_expanded(sql: str, expanded: str) -> None:
    assert EXPANDER.expand(sql) == expanded


@pytest.mark.parametrize("sql", ["$__timeGroups(time, '1d')", "${model:csv}"])
def test_what_grafana_would_not_do_is_an_error(sql: str) -> None:
    with pytest.raises(UnknownMacroError):
        EXPANDER.expand(sql)


def test_a_bracket_inside_a_macro_ends_it_as_in_grafana() -> None:
    assert EXPANDER.expand("$__unixEpochFilter(MAX(t))") == "MAX(t >= 0 AND MAX(t <= 86400)"
