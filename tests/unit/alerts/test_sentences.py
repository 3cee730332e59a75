"""What messages say of an event, whatever it is called and whatever is known of it."""

from __future__ import annotations

import math
import shlex
from dataclasses import replace
from datetime import timedelta

import pytest
from builders.readings import day, event, resolved
from hypothesis import given
from hypothesis import strategies as st

from alerts import health
from alerts.content import content
from alerts.facts import Chief, Drifting, Facts, Past, Shift
from alerts.matcher import read_matcher
from alerts.sentences import LONGEST_SUMMARY
from alerts.state import AlertEvent, Identity
from alerts.words import words_of

PAST = Past(windows=90, lowest=0.80, middle=0.84, highest=0.87, last=0.82, higher=90, lower=0, since=day(-90))
FACTS = Facts(
    rows=81_234,
    target_coverage=0.97,
    lower=0.66,
    upper=0.68,
    reference_value=0.85,
    broken_since=day(-1),
    past=PAST,
    moved=(Shift("UA", 0.12, 0.31),),
    nulls=Shift("null", 0.0, 0.08),
    unseen=(Shift("XX", 0.0, 0.02),),
    mistakes=(Shift("false positives", 0.05, 0.12), Shift("false negatives", 0.08, 0.09)),
    drifting=(Drifting("dep_delay", "population_stability_index", 0.31, 0.2),),
    chief=Chief("roc_auc", 0.71, 0.84, suffers=True),
)
BAD = ("None", "nan", "inf ", "  ", "..")


def said(told: AlertEvent, facts: Facts = FACTS) -> str:
    return " ".join(words_of(told, facts).values())


def test_a_person_on_call_reads_what_how_unusual_since_when_and_on_how_many_rows() -> None:
    assert words_of(event(), FACTS)["description"] == (
        "roc_auc 0.671 is below 0.7. It has been so since 2013-05-31 00:00 UTC."
        " That is the lowest in 90 days: it used to lie between 0.8 and 0.87, around 0.84. On the reference it is 0.85."
        " It stands on 81,234 rows (95 %: 0.66 to 0.68); 97 % have their target."
    )


def test_the_cause_says_what_moved_what_drifts_and_whether_performance_suffers() -> None:
    assert words_of(event(), FACTS)["cause"] == (
        "Moved most: UA from 12 % to 31 % of the rows. Nulls: from 0 % to 8.0 %."
        " The reference does not know XX (2.0 %)."
        " Mistakes: false positives from 5.0 % to 12 % of the rows with a target, false negatives from 8.0 % to 9.0 %."
        " In the same window there is drift of dep_delay (population_stability_index 0.31, limit 0.2)."
        " Performance suffers: roc_auc is 0.71, 0.84 on the reference."
    )


@pytest.mark.parametrize(
    ("chief", "expected"),
    [
        (Chief("roc_auc", 0.84, 0.85, suffers=False), "Performance does not suffer: roc_auc is 0.84, 0.85 on the"),
        (Chief("roc_auc", None, 0.85, None, "no targets have come"), "not known yet: roc_auc has no value, no targets"),
        (Chief("roc_auc", 0.84, None, None), "Performance: roc_auc is 0.84."),
    ],
)
def test_what_is_not_known_of_the_performance_is_not_claimed(chief: Chief, expected: str) -> None:
    assert expected in words_of(event(), Facts(chief=chief))["cause"]


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        (replace(PAST, lower=1), "It was as low once in the 90 windows before, 90 days"),
        (replace(PAST, lower=12), "It was as low 12 times in the 90 windows before"),
        (replace(PAST, windows=1), "The window before had 0.82."),
    ],
)
def test_how_unusual_a_value_is_depends_on_its_past(past: Past, expected: str) -> None:
    assert expected in words_of(event(), Facts(past=past))["description"]


def test_what_is_over_says_why_and_how_long_it_lasted() -> None:
    words = words_of(resolved(), FACTS)
    assert words["description"] == (
        "roc_auc 0.73 is back above 0.7 since 2013-06-03. It fired for 2 days, from 2013-06-01 00:00 UTC to"
        " 2013-06-03 00:00 UTC."
    )
    assert "silence" not in words
    assert "only" in words_of(resolved(window_end=day(0)), FACTS)["description"]


def test_how_to_silence_it_names_the_series_and_nothing_else() -> None:
    told = event(column_name="it's", segment_key="carrier", segment_value='"AA"')
    assert words_of(told, Facts())["silence"] == (
        "seamark silence add --for 4h --comment 'being looked into'"
        " 'alertname=\"AucDrop\"' 'model=\"late_arrival\"' 'metric=\"roc_auc\"'"
        ' \'column="it\'"\'"\'s"\' \'segment="carrier=\\"AA\\""\' \'window="1d"\''
    )


def test_what_is_over_says_how_long_it_lasted_where_there_is_no_room_for_why() -> None:
    told = resolved(metric="population_stability_index", column_name="scheduled_departures", reason="x" * 90)
    assert words_of(told, Facts())["summary"] == (
        "AucDrop of scheduled_departures of late_arrival over 1 day resolved after 2 days"
    )


def test_scores_that_promise_too_much_are_told_with_what_came_true() -> None:
    facts = Facts(promises=(Shift("expected", 0.23, 0.29), Shift("came true", 0.23, 0.38)))
    assert words_of(event(), facts)["cause"] == (
        "The scores expect 29 %, and 38 % came true; on the reference 23 % and 23 %."
    )


def test_the_command_to_silence_an_alert_is_read_back_as_matchers_of_that_alert_alone() -> None:
    odd = event(column_name='it\'s "odd" \\ {x}', segment_key="carrier", segment_value="ÄÖ")
    command = shlex.split(words_of(odd, Facts())["silence"])
    assert command[:7] == ["seamark", "silence", "add", "--for", "4h", "--comment", "being looked into"]
    matchers = [read_matcher(text) for text in command[7:]]
    assert all(matcher.matches(odd.identity.labels()) for matcher in matchers)
    assert not all(matcher.matches(event(column_name="other").identity.labels()) for matcher in matchers)


@pytest.mark.parametrize("alert", sorted(health.NAMES))
@pytest.mark.parametrize("is_over", [False, True])
def test_alerts_about_the_watching_have_words_of_their_own(alert: str, *, is_over: bool) -> None:
    identity = {
        health.NO_DATA: Identity(alert, "m", "", "roc_auc", "", "", "", 86_400),
        health.ERROR: Identity(alert, "m", "", "", "", "", "", 86_400),
        health.NOT_DELIVERED: Identity(alert, "", "", "", "", "", "", 0, "team"),
    }[alert]
    about = resolved if is_over else event
    told = replace(about(value=None, limit_value=None, reason="it broke"), identity=identity)
    words = words_of(told, Facts())
    assert not any(bad in text for text in words.values() for bad in BAD)
    assert words["summary"]
    assert words["description"].startswith("it broke.")
    assert "0 seconds" not in said(told, Facts())


NAMES = st.text(max_size=200)
NUMBERS = st.none() | st.floats()
SHARES = st.floats(0, 1)
SHIFTS = st.lists(st.builds(Shift, NAMES, SHARES, SHARES), max_size=3).map(tuple)
PASTS = st.none() | st.builds(
    Past,
    st.integers(1, 90),
    *[st.floats(allow_nan=False)] * 4,
    st.integers(0, 90),
    st.integers(0, 90),
    st.just(day(-9)),
)
CHIEFS = st.none() | st.builds(Chief, NAMES, NUMBERS, NUMBERS, st.none() | st.booleans(), NAMES)
ODD_FACTS = st.builds(
    Facts,
    rows=st.none() | st.integers(0, 10**9),
    target_coverage=st.none() | SHARES,
    lower=NUMBERS,
    upper=NUMBERS,
    reference_value=NUMBERS,
    broken_since=st.none() | st.just(day(-3)),
    past=PASTS,
    nulls=st.none() | st.builds(Shift, st.just("null"), SHARES, SHARES),
    unseen=SHIFTS,
    moved=SHIFTS,
    mistakes=SHIFTS,
    chief=CHIEFS,
)


@given(NAMES, NAMES, NAMES, NAMES, NUMBERS, NUMBERS, ODD_FACTS, st.booleans())
def test_whatever_the_names_and_numbers_are_a_message_is_one_line_short_and_without_nan(
    model: str,
    column: str,
    key: str,
    value: str,
    number: float | None,
    limit: float | None,
    facts: Facts,
    is_over: bool,
) -> None:
    about = resolved if is_over else event
    told = about(model=model, column_name=column, segment_key=key, segment_value=value, value=number, limit_value=limit)
    words = words_of(told, facts)
    assert 0 < len(words["summary"]) <= LONGEST_SUMMARY
    assert "\n" not in words["summary"]
    assert words["description"]
    plain = words_of(
        about(value=number, limit_value=limit), replace(facts, moved=(), unseen=(), mistakes=(), chief=None)
    )
    assert not any(bad in text.replace(" infinite", "") for text in plain.values() for bad in ("None", "nan", "inf"))
    assert _is_finite_json(content(told, facts))


def _is_finite_json(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(name, str) and _is_finite_json(part) for name, part in value.items())
    if isinstance(value, list):
        return all(map(_is_finite_json, value))
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str | int | bool)


def test_a_long_gap_is_told_in_days() -> None:
    assert (
        "in 400 days" in words_of(event(), Facts(past=replace(PAST, since=day(0) - timedelta(days=400))))["description"]
    )
