"""What a group has to say: news once, ends to whoever knows the beginning, nothing that is held back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from builders.readings import day, event, resolved
from hypothesis import given
from hypothesis import strategies as st

from alerts.content import annotations_of
from alerts.flush import NEVER_ARRIVED, NOT_WANTED, OVER, Entry, EntryStatus, Flush, flushed
from alerts.notification import Receiver

TEAM = Receiver("team", "webhook")
SILENT = Receiver("team", "webhook", send_resolved=False)


def fires(id_: int, status: EntryStatus = "planned", *, column: str = "a", reason: str = "") -> Entry:
    return Entry(id_, event(column_name=column, labels={"column": column}), status, reason)


def ends(id_: int, status: EntryStatus = "planned", *, column: str = "a") -> Entry:
    return Entry(id_, resolved(column_name=column), status)


def flush(
    *entries: Entry,
    receiver: Receiver = TEAM,
    suppressed: Callable[[Mapping[str, str]], str] = lambda _: "",
    is_repeat: bool = False,
    is_retry: bool = False,
) -> Flush:
    return flushed(entries, receiver, suppressed, is_repeat=is_repeat, is_retry=is_retry)


def columns(events: list[object]) -> list[str]:
    return [one.identity.column_name for one in events]  # type: ignore[attr-defined]


def test_what_begins_is_told_with_what_fires_already() -> None:
    found = flush(fires(1, "done", column="old"), fires(2, column="new"))
    assert (columns(found.firing), found.filed, found.goes_on) == (["new", "old"], [2], True)


def test_a_group_in_which_nothing_is_new_says_nothing_until_it_is_time_to_repeat() -> None:
    assert flush(fires(1, "done")).firing == []
    assert columns(flush(fires(1, "done"), is_repeat=True).firing) == ["a"]
    assert flush(fires(1, "done"), is_repeat=True).filed == []


def test_an_end_is_told_and_the_group_rests() -> None:
    found = flush(fires(1, "done"), ends(2))
    assert (found.firing, columns(found.resolved)) == ([], ["a"])
    assert (found.filed, found.over, found.goes_on) == ([2], [1], False)


def test_what_began_and_ended_before_anybody_was_told_is_told_once_as_over() -> None:
    found = flush(fires(1), ends(2))
    assert (found.firing, columns(found.resolved), found.filed) == ([], ["a"], [1, 2])


def test_of_episodes_that_were_over_before_anybody_was_told_the_last_speaks_for_all() -> None:
    entries = []
    for episode in range(1, 4):
        at = {"episode": episode, "fired_at": day(episode)}
        entries += [
            Entry(2 * episode, event(window_end=day(episode), **at), "planned"),
            Entry(2 * episode + 1, resolved(window_end=day(episode + 0.5), **at), "planned"),
        ]
    found = flush(*entries)
    assert (found.filed, found.over) == ([2, 3, 4, 5, 6, 7], [2, 4, 6])
    (told,) = found.resolved
    assert told.episode == 3
    assert annotations_of(told)["description"].endswith(
        " It is the last of 3 times since 2013-06-02 00:00 UTC that were over before anybody was told."
    )


def test_an_end_that_is_owed_is_told_beside_the_episodes_that_nobody_heard_of() -> None:
    unheard = [
        Entry(3, event(episode=2, window_end=day(3), fired_at=day(3)), "planned"),
        Entry(4, resolved(episode=2, window_end=day(4), fired_at=day(3)), "planned"),
    ]
    found = flush(Entry(1, event(), "done"), Entry(2, resolved(), "planned"), *unheard)
    assert [one.episode for one in found.resolved] == [1, 2]


def test_what_is_suppressed_is_held_back_with_its_reason_until_it_is_let_go() -> None:
    found = flush(fires(1), suppressed=lambda _: "silenced by 3")
    assert (found.firing, found.held, found.goes_on) == ([], {1: "silenced by 3"}, True)
    assert flush(fires(1, reason="silenced by 3")).filed == [1]


def test_what_ended_while_it_was_held_back_is_left_out_for_that_reason() -> None:
    found = flush(fires(1), ends(2), suppressed=lambda _: "silenced by 3")
    assert (found.resolved, found.skipped) == ([], {1: "silenced by 3", 2: "silenced by 3"})
    later = flush(fires(1, reason="silenced by 3"), ends(2))
    assert later.skipped == {1: "silenced by 3", 2: "silenced by 3"}


def test_the_end_of_what_was_told_is_told_even_if_it_is_silenced_meanwhile() -> None:
    found = flush(fires(1, "done"), ends(2), suppressed=lambda _: "silenced by 3")
    assert columns(found.resolved) == ["a"]


def test_what_is_suppressed_is_not_mentioned_with_what_is_not() -> None:
    found = flush(
        fires(1, "done", column="quiet"),
        fires(2, column="loud"),
        suppressed=lambda labels: "inhibited" if labels["column"] == "quiet" else "",
    )
    assert columns(found.firing) == ["loud"]


def test_a_receiver_that_wants_no_ends_gets_none() -> None:
    assert flush(fires(1, "done"), ends(2), receiver=SILENT).skipped == {2: NOT_WANTED}
    assert flush(fires(1), ends(2), receiver=SILENT).skipped == {1: OVER, 2: OVER}


def test_the_end_of_what_never_arrived_is_not_told_and_what_still_fires_is_tried_again_with_the_repeat() -> None:
    assert flush(fires(1, "failed"), ends(2)).skipped == {2: NEVER_ARRIVED}
    assert flush(fires(1, "failed")).filed == []
    assert flush(fires(1, "failed"), is_repeat=True).filed == [1]
    assert flush(fires(1, "failed"), is_retry=True).filed == [1]


entry_lists = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(["planned", "filed", "done", "failed"]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: one[0],
)


@given(entry_lists, st.booleans(), st.booleans())
def test_every_planned_entry_is_filed_skipped_or_held_and_no_end_comes_before_its_beginning(
    found: list[tuple[str, EntryStatus, bool, bool]], is_repeat: bool, send_resolved: bool
) -> None:
    entries = []
    for column, status, is_over, is_quiet in found:
        fired = fires(len(entries), status, column=column, reason="quiet" if is_quiet and status == "planned" else "")
        entries.append(replace(fired, event=replace(fired.event, labels={"quiet": str(is_quiet), "column": column})))
        if is_over:
            over = ends(len(entries), column=column)
            entries.append(replace(over, event=replace(over.event, labels={"quiet": str(is_quiet), "column": column})))
    result = flush(
        *entries,
        receiver=TEAM if send_resolved else SILENT,
        suppressed=lambda labels: "quiet" if labels["quiet"] == "True" else "",
        is_repeat=is_repeat,
    )
    planned = {entry.id for entry in entries if entry.status == "planned"}
    ended = [*result.filed, *result.skipped, *result.held]
    assert planned <= set(ended)
    assert len(ended) == len(set(ended))
    told = {entry.id for entry in entries if entry.status in ("filed", "done")} | set(result.filed)
    for one in result.resolved:
        assert any(entry.id in told and entry.event.fires for entry in entries if entry.event.identity == one.identity)
    firing = {one.identity for one in result.firing}
    assert not firing & {one.identity for one in result.resolved}
    if not (result.filed or is_repeat):
        assert result.firing == []
