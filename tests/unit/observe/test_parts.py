"""What is measured is made of what is kept."""

from __future__ import annotations

import pyarrow as pa

from monitor.measurement import Segment
from monitor.observe.parts import added, measured_parts
from monitor.profile.part import ALL, Part
from monitor.profile.plan import cut_plan
from monitor.profile.scan import profile_whole
from monitor.profile.shape import ModelShape

SHAPE = ModelShape("none", {"amount": "numeric"}, segments={"country": "country"}, has_versions=True)
AT, CH = Segment("country", "AT"), Segment("country", "CH")


def rows(*given: tuple[str | None, str | None]) -> pa.RecordBatch:
    """Rows of these versions and countries."""
    return pa.RecordBatch.from_pydict(
        {
            "id": [str(number) for number in range(len(given))],
            "amount": [float(number) for number in range(len(given))],
            "version": pa.array([version for version, _ in given], pa.string()),
            "country": pa.array([country for _, country in given], pa.string()),
        }
    )


REFERENCE = rows(("a", "AT"), ("a", "CH"), ("a", "AT"))
PLAN = cut_plan(SHAPE, [REFERENCE])


def test_all_rows_come_first_then_versions_then_segments_over_all_versions() -> None:
    kept = profile_whole([rows(("b", "AT"), ("a", "AT"), ("a", "CH"), (None, "CH"), ("a", None))], PLAN)
    found = measured_parts(kept, PLAN)
    assert {part: profile.rows for part, profile in found.items()} == {
        ALL: 5,
        Part("a"): 3,
        Part("b"): 1,
        Part("", AT): 2,
        Part("", CH): 2,
    }
    assert next(iter(found)) == ALL


def test_a_segment_without_rows_is_there_and_empty() -> None:
    found = measured_parts(profile_whole([rows(("a", "AT"))], PLAN), PLAN)
    assert found[Part("", CH)].rows == 0


def test_without_any_row_there_is_the_empty_whole() -> None:
    assert {part: profile.rows for part, profile in measured_parts({}, PLAN).items()} == {
        ALL: 0,
        Part("", AT): 0,
        Part("", CH): 0,
    }


def test_buckets_add_up_part_by_part() -> None:
    one, other = (profile_whole([rows(*given)], PLAN) for given in ([("a", "AT")], [("a", "AT"), ("b", "CH")]))
    found = added([one, other])
    assert {part: profile.rows for part, profile in found.items()} == {
        Part("a"): 2,
        Part("a", AT): 2,
        Part("b"): 1,
        Part("b", CH): 1,
    }
