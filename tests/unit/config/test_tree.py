"""YAML as Seamark reads it: no surprising kinds, no lost keys, a line for everything."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime

import pytest

from monitor.config.tree import MOST_VALUES, Value, read_tree


@pytest.mark.parametrize(
    "text", ["22:00", "1:30:00", "on", "off", "yes", "no", "Y", "n", "010", "0x1F", "0o17", "1_000", "=", "1e", "."]
)
def test_what_only_looks_special_stays_text(text: str) -> None:
    assert read_tree(f"key: {text}").value == {"key": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0.70", 0.7),
        ("1e-3", 0.001),
        ("-.inf", -math.inf),
        ("2013-01-01", date(2013, 1, 1)),
        ("2013-01-01T06:30:00Z", datetime(2013, 1, 1, 6, 30, tzinfo=UTC)),
        ("'12'", "12"),
        ("[1, a]", [1, "a"]),
    ],
)
def test_plain_values_have_their_kinds(text: str, value: Value) -> None:
    tree = read_tree(f"key: {text}")
    assert tree.value == {"key": value}
    assert isinstance(tree.value, dict)
    assert type(tree.value["key"]) is type(value)


def test_every_key_and_item_has_its_line() -> None:
    tree = read_tree("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n")
    assert [tree.line(path) for path in [("a",), ("b",), ("b", 1), ("b", 1, "d")]] == [1, 2, 4, 5]


def test_what_is_missing_has_the_line_of_what_it_would_stand_in() -> None:
    assert read_tree("a: 1\nb:\n  c: 2\n").line(("b", "d", "e")) == 2


def test_a_key_that_stands_twice_is_a_fault_and_both_lines_are_told() -> None:
    (fault,) = read_tree("a:\n  b: 1\n  c: 2\n  b: 3\n").faults
    assert (fault.path, fault.line) == (("a", "b"), 4)
    assert "line 2" in fault.message


def test_keys_of_merged_mappings_give_way_to_own_keys_wherever_they_stand() -> None:
    tree = read_tree("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  x: 3\n  <<: [*a, *b]\n")
    assert isinstance(tree.value, dict)
    assert tree.value["c"] == {"x": 3, "y": 1, "z": 2}
    assert tree.line(("c", "x")) == 4
    assert not tree.faults


@pytest.mark.parametrize("text", ["a:\n  <<: text\n", "a:\n  <<: [{b: 1}, text]\n"])
def test_only_mappings_are_merged(text: str) -> None:
    (fault,) = read_tree(text).faults
    assert (fault.path, fault.line) == (("a",), 2)


def test_a_value_that_is_used_again_is_read_again() -> None:
    assert read_tree("a: &a [1]\nb: *a\n").value == {"a": [1], "b": [1]}


def test_a_file_that_unfolds_without_end_is_refused() -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 10))
    (fault,) = read_tree(f"l0: &l0 [x]\n{levels}\n").faults
    assert "unfolds" in fault.message


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "a: &a\n  <<: *a\n", "[" * 5_000])
def test_a_file_that_holds_itself_or_is_too_deep_is_refused(text: str) -> None:
    assert read_tree(text).faults


def test_the_limit_leaves_room_for_a_large_configuration() -> None:
    names = [f"feature_{n}" for n in range(MOST_VALUES // 10)]
    assert read_tree(f"numeric: [{', '.join(names)}]").value == {"numeric": names}


@pytest.mark.parametrize("text", ["a: !!python/object/apply:os.system [x]", "a: !!binary eA==", "a: !mine {b: 1}"])
def test_tags_are_refused(text: str) -> None:
    (fault, *_) = read_tree(text).faults
    assert "tag" in fault.message


@pytest.mark.parametrize("text", ["a: 2013-02-30", f"a: {'9' * 5_000}", "a: !!int x", "a: !!bool x"])
def test_a_value_that_only_looks_like_a_number_or_date_is_a_fault(text: str) -> None:
    tree = read_tree(text)
    assert tree.unread == {("a",)}
    assert "looks like" in tree.faults[0].message


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb:\n\tc: 1\n", 3, "tab"),
        ("a: 1\nb: c: d\n", 2, "colon"),
        ("a: 1\n b: 2\n", 2, "colon"),
        ("a: *b\n", 1, "alias"),
        ("a: 1\n---\nb: 2\n", 2, "more than one document"),
        ("a: [1,\nb: 2\n", 3, "not valid YAML"),
        ("a: 1\nb: \x07\n", 2, "character"),
        ("? {a: 1}\n: 2\n", 1, "plain text"),
    ],
)
def test_what_is_not_yaml_is_told_with_its_line(text: str, line: int, words: str) -> None:
    (fault,) = read_tree(text).faults
    assert words in fault.message
    assert fault.line == line


def test_an_alias_without_anchor_is_not_repeated_since_it_may_be_a_password() -> None:
    (fault,) = read_tree("store: *hunter2\n").faults
    assert "hunter2" not in fault.message
