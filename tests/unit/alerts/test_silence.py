"""When a silence is on, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.matcher import read_matcher
from alerts.silence import Silence, matches_everything

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SILENCE = Silence(
    id=7,
    matchers=(read_matcher("model=churn"), read_matcher("column=~a|b")),
    starts_at=START,
    ends_at=START + 2 * HOUR,
    author="Ada",
    comment="known",
    created_at=START - HOUR,
)


@pytest.mark.parametrize(
    ("after", "state"), [(-1, "pending"), (0, "active"), (1.99, "active"), (2, "expired"), (9, "expired")]
)
def test_a_silence_is_on_from_its_start_to_before_its_end(after: float, state: str) -> None:
    assert SILENCE.state(START + after * HOUR) == state


def test_a_silence_that_somebody_has_ended_is_over_at_once() -> None:
    ended = replace(SILENCE, expired_at=START + HOUR)
    assert ended.state(START + HOUR) == "expired"
    assert (ended.ended_at, SILENCE.ended_at) == (START + HOUR, START + 2 * HOUR)


def test_all_matchers_have_to_be_met() -> None:
    assert SILENCE.matches({"model": "churn", "column": "a"})
    assert not SILENCE.matches({"model": "churn", "column": "c"})
    assert not SILENCE.matches({"column": "a"})


@pytest.mark.parametrize(
    ("texts", "everything"), [(["a="], True), (["a!=b", "c=~.*"], True), (["a!=b", "c=d"], False), (["a=~.+"], False)]
)
def test_matchers_that_ask_for_nothing_match_every_alert(texts: list[str], everything: bool) -> None:
    assert matches_everything([read_matcher(text) for text in texts]) is everything


def test_a_silence_is_called_by_its_number_its_author_and_why_if_that_was_said() -> None:
    assert str(SILENCE) == "silence 7 of Ada: known"
    assert str(replace(SILENCE, comment="")) == "silence 7 of Ada"
