"""Placeholders: a fixed set of names, nothing that could reach further."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.placeholders import NAMES, fault_of, fill


def test_every_name_of_the_set_is_filled() -> None:
    text = " ".join(f"{{{name}}}" for name in sorted(NAMES))
    assert fill(text, {name: name.upper() for name in NAMES}) == " ".join(sorted(NAMES)).upper()


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{value}", "0.6712"),
        ("{value:.3f}", "0.671"),
        ("{value:.1%}", "67.1%"),
        ("{value:+.2e}", "+6.71e-01"),
        ("{model:>6}", "  late"),
        ("{{value}} costs {value:.1f}", "{value} costs 0.7"),
        ("nothing to fill", "nothing to fill"),
    ],
)
def test_formats_that_people_need_are_understood(text: str, filled: str) -> None:
    assert fill(text, {"value": 0.6712, "model": "late"}) == filled


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        (2 / 3, "0.6667"),
        (0.30000000000000004, "0.3"),
        (12.34567, "12.35"),
        (5, "5"),
        (81_234.56, "81,235"),
        (-0.0000123456, "-1.235e-05"),
        (float("inf"), "infinite"),
    ],
)
def test_a_number_without_a_format_is_written_for_people(value: float, filled: str) -> None:
    assert fill("{value}, {limit}", {"value": value, "limit": value}) == f"{filled}, {filled}"


@pytest.mark.parametrize("text", ["{value}", "{value:.3f}", "{limit:.1%}", "{model}"])
def test_what_is_missing_reads_no_value_whatever_its_format(text: str) -> None:
    assert fill(text, {"value": None}) == "no value"


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "{0}",
        "{unknown}",
        "{model.__class__}",
        "{model[0]}",
        "{model!r}",
        "{value:{limit}}",
        "{model:>999999999}",
        "{value:.999999999f}",
        "{model:.3f}",
        "{value:d}",
        "{value",
        "value}",
    ],
)
def test_anything_else_is_a_fault(text: str) -> None:
    assert fault_of(text)
    with pytest.raises(ValueError, match=r"."):
        fill(text, {"value": 0.5, "model": "late", "limit": 0.5})


@given(st.text(alphabet="{}:.!vdf3% value"))
def test_a_text_without_a_fault_can_always_be_filled(text: str) -> None:
    if not fault_of(text):
        fill(text, {"value": None})
        fill(text, {"value": float("inf")})
