"""What a table is asked for."""

from __future__ import annotations

import pytest

from monitor.sources.spec import TableSpec


def test_every_column_but_id_and_time_needs_a_kind() -> None:
    with pytest.raises(ValueError, match="no kind is given for carrier"):
        TableSpec("t", {"id": "id", "time": "at", "carrier": "c", "delay": "d"}, {"delay": "numeric"})
