"""Features that are ids in truth."""

from __future__ import annotations

import pyarrow as pa
import pytest

from monitor.profile.idlike import id_complaints
from monitor.profile.model import profile_batch
from monitor.profile.plan import cut_plan
from monitor.profile.shape import ModelShape


def complaints(texts: list[str | None], *, column: str = "ticket") -> list[str]:
    shape = ModelShape("none", {column: "categorical", "amount": "numeric"})
    batch = pa.record_batch({column: pa.array(texts, pa.string()), "amount": [float(n) for n in range(len(texts))]})
    return list(id_complaints(profile_batch(batch, cut_plan(shape, [batch]))))


@pytest.mark.parametrize(
    ("distinct", "rows", "told"),
    [(5_000, 5_000, True), (950, 1_000, True), (940, 1_000, False), (50, 50, True), (49, 49, False), (3, 9_000, False)],
)
def test_a_category_with_about_as_many_values_as_rows_is_told(distinct: int, rows: int, told: bool) -> None:
    found = complaints([f"t{number % distinct}" for number in range(rows)])
    says = (
        f"ticket has {distinct:,} values in {rows:,} rows of the reference: an id says nothing of drift,"
        " so leave it out of `features`, or map it as `id`"
    )
    assert found == ([says] if told else [])


def test_rows_without_a_value_do_not_count() -> None:
    assert complaints([f"t{number}" if number % 10 == 0 else None for number in range(1_000)])[0].startswith(
        "ticket has 100 values in 100 rows"
    )


def test_more_values_than_are_kept_are_told_whatever_the_number_of_rows() -> None:
    texts: list[str | None] = [f"t{number % 110_000}" for number in range(220_000)]
    assert complaints(texts)[0].startswith("ticket has more than 100,000 values in 220,000 rows")


def test_predictions_are_no_ids() -> None:
    assert complaints([f"t{number}" for number in range(100)], column="prediction") == []
