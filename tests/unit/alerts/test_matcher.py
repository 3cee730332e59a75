"""Matchers mean what they mean in Alertmanager."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.matcher import Matcher, MatcherError, place, read_matcher, read_matchers

LABELS = {"alertname": "FeatureDrift", "column": "dep_delay", "window": "1d"}


@pytest.mark.parametrize(
    ("text", "is_met"),
    [
        ('alertname="FeatureDrift"', True),
        ("alertname=FeatureDrift", True),
        (' alertname = "FeatureDrift" ', True),
        ('alertname="Feature"', False),
        ('alertname!="FeatureDrift"', False),
        ('column=~"dep_.*"', True),
        ('column=~"dep"', False),
        ('column=~"dep_delay|temp"', True),
        ('column!~"dep.*"', False),
        ('version=""', True),
        ("version=", True),
        ('version!=""', False),
        ('version=~".*"', True),
        ('version=~".+"', False),
        ('version!~"v1"', True),
        (r'column=~"dep\_\w+"', True),
        (r"column=~dep_\w+", True),
        (r'column=~"dep\\w+"', True),
        (r'column=~"dep\\\\w+"', False),
    ],
)
def test_a_matcher_is_met_or_not(text: str, is_met: bool) -> None:
    assert read_matcher(text).matches(LABELS) == is_met


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no matcher"),
        ("alertname", "is no matcher"),
        ("1a=b", "is no matcher"),
        ('{a="b"}', "is no matcher"),
        ("a=b c", "should stand in double quotes"),
        ('a="b', "should stand in double quotes"),
        ('a="b"c"', "should stand in double quotes"),
        ("a='b'", "should stand in double quotes"),
        ('a=~"("', "is no regular expression: missing )"),
        ('a=~"(?=b)"', "is no regular expression"),
    ],
)
def test_what_is_no_matcher_is_refused_with_a_reason(text: str, words: str) -> None:
    with pytest.raises(MatcherError) as caught:
        read_matcher(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a=b", ['a="b"']),
        ('a="b, c", d=~e', ['a="b, c"', 'd=~"e"']),
        ('{ a="x\\"y,z" ,b!="{}", }', ['a="x\\"y,z"', 'b!="{}"']),
    ],
)
def test_a_text_may_hold_several_matchers(text: str, found: list[str]) -> None:
    assert [str(matcher) for matcher in read_matchers(text)] == found


@pytest.mark.parametrize("text", ["", "{}", " , ", 'a="b,c', "a=b,c"])
def test_a_text_without_matchers_or_with_half_of_one_is_refused(text: str) -> None:
    with pytest.raises(MatcherError):
        read_matchers(text)


def test_matchers_stand_in_the_order_of_alertmanager() -> None:
    texts = ["b=a", "a0=x", "a=~b", "a!=b", "a=b", "a=a"]
    found = sorted(map(read_matcher, texts), key=place)
    assert [str(matcher).replace('"', "") for matcher in found] == ["a=a", "a=b", "a!=b", "a=~b", "a0=x", "b=a"]


def test_an_expression_that_would_take_ages_elsewhere_is_quick() -> None:
    assert not read_matcher('column=~"(a+)+b"').matches({"column": "a" * 5000})


@given(
    st.builds(
        Matcher,
        st.from_regex(r"[a-zA-Z_:][a-zA-Z0-9_:]{0,5}", fullmatch=True),
        st.sampled_from(("=", "!=")),
        st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
    )
)
def test_a_matcher_reads_itself_back(matcher: Matcher) -> None:
    assert read_matcher(str(matcher)) == matcher
