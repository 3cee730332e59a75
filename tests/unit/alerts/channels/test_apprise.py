"""Messages as the services of Apprise get them."""

from __future__ import annotations

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


def test_a_service_is_known_by_its_url_and_its_log_is_quiet() -> None:
    assert str(service("json://me:hunter2@chat.example.org/hunter2").service_name) == "JSON"
