"""What a table is asked for."""

from __future__ import annotations

import pytest

from monitor.sources.spec import TableSpec


def test_every_column_but_id_and_time_needs_a_kind() -> None:
    with pytest.raises(ValueError, match="no kind is given for carrier"):
        TableSpec("t", {"id": "id", "time": "at", "carrier": "c", "delay": "d"}, {"delay": "numeric"})


def test_the_second_time_is_read_only_where_it_is_asked_for() -> None:
    spec = TableSpec("t", {"id": "id", "time": "at", "ingested": "written", "delay": "d"}, {"delay": "numeric"})
    assert spec.names() == ["id", "time", "delay"]
    assert spec.names(("delay", "ingested")) == ["ingested", "delay"]
    assert [spec.use(name) for name in spec.columns] == ["categorical", "time", "time", "numeric"]
