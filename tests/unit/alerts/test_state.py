"""Identities: the labels and the name of an alert."""

from __future__ import annotations

from builders.readings import AUC_DROP, DRIFT, Seen, drift, event
from hypothesis import given
from hypothesis import strategies as st

from alerts.state import Identity

FINGERPRINT = "5e49203ce3c2c84793173c732babfd692dbb7855398712245bcc2f586a8623d9"


def test_labels_are_named_as_in_prometheus_and_empty_ones_are_left_out() -> None:
    assert Identity.of(AUC_DROP, Seen(window_seconds=604_800)).labels() == {
        "alertname": "AucDrop",
        "model": "late_arrival",
        "metric": "roc_auc",
        "window": "7d",
    }


def test_column_segment_and_version_are_labels() -> None:
    seen = Seen(column_name="dep_delay", segment_key="carrier", segment_value="AA", version="v2")
    labels = Identity.of(DRIFT, seen).labels()
    assert (labels["column"], labels["segment"], labels["version"]) == ("dep_delay", "carrier=AA", "v2")


words = st.text(max_size=3)
identities = st.builds(Identity, words, words, words, words, words, words, words, st.integers(1, 10**7))


@given(identities, identities)
def test_two_alerts_have_one_fingerprint_only_if_they_are_the_same(one: Identity, other: Identity) -> None:
    assert (one.fingerprint == other.fingerprint) is (one == other)


def test_a_fingerprint_stays_the_same_from_version_to_version() -> None:
    # Stored alerts and open threads are found again by it.
    fingerprint = Identity.of(DRIFT, drift("dep_delay", 0.3)).fingerprint
    assert fingerprint == FINGERPRINT


def test_going_back_from_recovering_is_no_new_firing() -> None:
    assert event(from_state="pending").fires
    assert not event(from_state="recovering").fires


def test_only_what_fired_can_resolve() -> None:
    assert event(from_state="recovering", to_state="inactive").resolves
    assert not event(from_state="pending", to_state="inactive").resolves
