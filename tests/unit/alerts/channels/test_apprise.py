"""Messages as the services of Apprise get them."""

from __future__ import annotations

import logging

import pytest
from builders.notifications import notification
from builders.readings import event, resolved
from hypothesis import given
from hypothesis import strategies as some

from alerts.channels.apprise import CUT, Apprise, fitted, service, urgency


@pytest.mark.parametrize("url", ["hunter2", "nothing://hunter2", "json://", "slack://hunter2", "tgram://hunter2/1/"])
def test_a_url_that_apprise_cannot_use_is_refused_without_being_told(url: str) -> None:
    with pytest.raises(ValueError, match="Apprise understands") as caught:
        Apprise(url=url)
    assert "hunter2" not in str(caught.value)


@given(some.text(max_size=400), some.integers(len(CUT) + 1, 300))
def test_a_text_fits_and_says_where_it_was_cut(text: str, room: int) -> None:
    shown = fitted(text, room)
    assert len(shown) <= room
    assert shown == text or (shown.endswith(CUT) and text.startswith(shown.removesuffix(CUT)))


def test_a_message_is_as_urgent_as_its_most_urgent_alert_that_fires() -> None:
    page, ticket = event(column_name="a"), event(column_name="b", severity="ticket")
    assert urgency(notification(page, ticket).payload) == "failure"
    assert urgency(notification(ticket).payload) == "warning"
    assert urgency(notification(resolved()).payload) == "success"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#models", "Slack"),
        ("workflows://prod-1.westeurope.logic.azure.com:443/3e8/abcd", "Power Automate"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", "Telegram"),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "Discord"),
        ("ntfys://ntfy.example.org/models", "ntfy"),
    ],
)
def test_the_services_that_people_ask_for_are_known(url: str, name: str) -> None:
    assert name in str(service(url).service_name)


def test_the_log_of_apprise_which_holds_whole_urls_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        service("json://me:hunter2@chat.example.org/hunter2")
    assert "hunter2" not in caplog.text
