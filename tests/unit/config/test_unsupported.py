"""Keys that are not built yet are refused, never passed over and never called unknown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.config import Settings

Reader = Callable[..., Settings]
Faults = Callable[..., list[str]]


def test_what_is_not_supported_is_refused_whatever_its_value(faults: Faults) -> None:
    for value in ("3 days", "{}", "[]", "1", "''", ""):
        (told,) = faults(model=f"{{kpis: {value}}}")
        assert told == "models.late_arrival.kpis: not supported yet; leave it out"


def test_a_switch_may_be_off(settings: Reader) -> None:
    measure = settings(model="{measure: {estimate: false, operations: false}}").models["late_arrival"].measure
    assert (measure.estimate, measure.operations) == (False, False)


@pytest.mark.parametrize("switch", ["estimate", "operations"])
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("true", "not supported yet; leave it out"),
        ("'no'", "should be true or false, not text"),
        ("0", "should be true or false, not a number"),
    ],
)
def test_a_switch_cannot_be_on(faults: Faults, switch: str, value: str, message: str) -> None:
    assert faults(model=f"{{measure: {{{switch}: {value}}}}}") == [f"models.late_arrival.measure.{switch}: {message}"]


def test_a_model_called_like_a_pattern_is_a_model(faults: Faults) -> None:
    assert faults(model="{name: '*'}") == ["models.late_arrival.name: a model is called as its key says; leave it out"]
