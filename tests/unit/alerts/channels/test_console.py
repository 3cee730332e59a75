"""Messages as lines, and their headline."""

from __future__ import annotations

import io

import pytest
from builders.notifications import notification
from builders.readings import event, resolved

from alerts.channels.channel import DeliveryError
from alerts.channels.console import Console
from alerts.channels.headline import headline
from alerts.channels.lines import lines


def test_each_alert_says_what_why_and_where() -> None:
    stream = io.StringIO()
    Console(stream).send(notification(event(column_name="dep_delay")))
    assert stream.getvalue() == (
        "[FIRING:1] AucDrop late_arrival: dep_delay\n"
        "  firing: late_arrival: roc_auc of dep_delay is 0.671 over 1 day, limit 0.7\n"
        "    Firing since 2013-06-01 00:00 UTC, severity page\n"
        "    roc_auc 0.671 is below 0.7.\n"
        "    http://dash:8501/model?model=late_arrival&metric=roc_auc&column=dep_delay&window=86400"
        "&end=2013-06-01T00:00:00Z\n"
        "    To silence it: seamark silence add --for 4h --comment 'being looked into'"
        " 'alertname=\"AucDrop\"' 'model=\"late_arrival\"'"
        " 'metric=\"roc_auc\"' 'column=\"dep_delay\"' 'window=\"1d\"'\n"
    )


def test_without_a_dashboard_there_is_no_line_for_it() -> None:
    assert "http" not in lines(notification(event(), base_url="").payload)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([event()], "[FIRING:1] AucDrop late_arrival"),
        ([event(column_name="distance")], "[FIRING:1] AucDrop late_arrival: distance"),
        ([event(column_name=name) for name in "abc"], "[FIRING:3] AucDrop late_arrival: a and 2 more"),
        (
            [event(column_name="a"), event(column_name="a", version="v2")],
            "[FIRING:2] AucDrop late_arrival: a and 1 more",
        ),
        ([resolved()], "[RESOLVED] AucDrop late_arrival"),
        (
            [event(column_name="a", window_end=resolved().window_end), resolved(column_name="b")],
            "[FIRING:1] AucDrop late_arrival: a (1 resolved)",
        ),
    ],
)
def test_the_headline_says_how_much_is_wrong(events: list, expected: str) -> None:
    assert headline(notification(*events).payload) == expected


def test_names_from_data_cannot_drive_the_terminal_or_forge_lines() -> None:
    text = lines(notification(event(column_name="\x1b[2J\r\nBcc: all", annotations={"summary": "{column}\n!"})).payload)
    assert "\x1b" not in text
    assert [line.strip()[:10] for line in text.splitlines()][1:4] == ["firing: [2", "Firing sin", "roc_auc 0."]


def test_a_stream_that_is_closed_is_no_permanent_fault() -> None:
    stream = io.StringIO()
    stream.close()
    with pytest.raises(DeliveryError, match="cannot be written") as caught:
        Console(stream).send(notification(event()))
    assert not caught.value.permanent
