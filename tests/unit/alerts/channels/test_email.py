"""Mails: subject, parts, and the ids by which threads form."""

from __future__ import annotations

import pytest
from builders.notifications import NOW, notification
from builders.readings import event, resolved

from alerts.channels.email import Email, mail

SENDER, TO = "seamark@example.org", ("ml@example.org", "on-call@example.org")


def test_a_mail_has_a_headline_a_text_and_a_table() -> None:
    message = mail(notification(*(event(column_name=name) for name in "abc")), SENDER, TO)
    assert message["Subject"] == "[FIRING] AucDrop: late_arrival, 3 columns"
    assert (message["From"], message["To"]) == (SENDER, "ml@example.org, on-call@example.org")
    assert message["Date"].datetime == NOW
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().count("roc_auc 0.671 is below 0.7") == 3
    assert html.get_content().count("<tr>") == 1 + 3


def test_the_table_says_since_when_and_until_when() -> None:
    _, html = mail(notification(resolved()), SENDER, TO).iter_parts()
    assert html.get_content().index(">2013-06-01<") < html.get_content().index(">2013-06-03<")


def test_the_same_message_gives_the_same_mail_to_the_last_byte() -> None:
    told = notification(event())
    assert mail(told, SENDER, TO).as_bytes() == mail(told, SENDER, TO).as_bytes()
    assert mail(told, SENDER, TO)["Message-ID"] == f"<{told.dedup_key[:32]}@seamark>"


def references(*events: object) -> list[str]:
    return mail(notification(*events), SENDER, TO)["References"].split()


def test_firing_and_resolved_of_one_episode_are_one_thread() -> None:
    firing, over = mail(notification(event()), SENDER, TO), mail(notification(resolved()), SENDER, TO)
    assert firing["Message-ID"] != over["Message-ID"]
    assert firing["In-Reply-To"] == over["In-Reply-To"]
    assert firing["References"] == over["References"]


def test_the_next_episode_is_another_thread() -> None:
    later = event(fired_at=resolved().window_end, window_end=resolved().window_end, episode=2)
    assert not set(references(event())) & set(references(later))


def test_a_mail_about_several_alerts_belongs_to_the_thread_of_each() -> None:
    both = references(event(column_name="a"), event(column_name="b"))
    assert set(references(resolved(column_name="a"))) < set(both)
    assert set(references(resolved(column_name="b"))) < set(both)


def test_names_from_data_are_text_in_the_html_and_cannot_add_headers() -> None:
    evil = "<script>\r\nBcc: all@example.org"
    message = mail(notification(event(column_name=evil)), SENDER, TO)
    assert message["Bcc"] is None
    html = list(message.iter_parts())[1].get_content()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_html_links_to_the_dashboard_and_has_no_link_without_one() -> None:
    (_, linked), (_, plain) = (
        mail(notification(event(), base_url=base_url), SENDER, TO).iter_parts() for base_url in ("http://dash:8501", "")
    )
    assert '<a href="http://dash:8501/model?model=late_arrival&amp;metric=roc_auc' in linked.get_content()
    assert "<a " not in plain.get_content()


@pytest.mark.parametrize("to", [(), ("nobody",), ("a@example.org\r\nBcc: b@example.org",)])
def test_addresses_that_are_none_are_refused(to: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="one or more addresses"):
        Email(to=to, smtp="smtp://127.0.0.1?from=seamark@example.org")
