"""Mails: subject, parts, and the ids by which threads form."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from builders.notifications import NOW, notification
from builders.readings import day, event, resolved

from alerts.channels.email import Email, mail
from alerts.notification import Picture

SENDER, TO = "seamark@example.org", ("ml@example.org", "on-call@example.org")


def test_a_mail_has_a_headline_and_says_all_in_text_and_in_html() -> None:
    message = mail(notification(*(event(column_name=name) for name in "abc")), SENDER, TO)
    assert message["Subject"] == "[FIRING:3] AucDrop late_arrival: a and 2 more"
    assert (message["From"], message["To"]) == (SENDER, "ml@example.org, on-call@example.org")
    assert message["Date"].datetime == NOW
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().count("roc_auc 0.671 is below 0.7") == 3
    assert html.get_content().count("roc_auc 0.671 is below 0.7") == 3


def test_a_mail_says_since_when_and_until_when() -> None:
    _, html = mail(notification(resolved()), SENDER, TO).iter_parts()
    assert "Resolved, 2013-06-01 00:00 UTC to 2013-06-03 00:00 UTC" in html.get_content()


def test_the_same_message_gives_the_same_mail_to_the_last_byte() -> None:
    told = notification(event())
    assert mail(told, SENDER, TO).as_bytes() == mail(told, SENDER, TO).as_bytes()


def test_a_mail_is_known_by_the_key_of_its_message_whatever_that_looks_like() -> None:
    told = notification(event())
    keys = [told.dedup_key, f"{told.dedup_key}2", "größe\r\nBcc: <all@example.org>"]
    ids = [mail(replace(told, dedup_key=key), SENDER, TO)["Message-ID"] for key in keys]
    assert len(set(ids)) == 3
    assert all(re.fullmatch(r"<[0-9a-f]{32}@seamark>", id_) for id_ in ids)


def references(*events: object) -> list[str]:
    return mail(notification(*events), SENDER, TO)["References"].split()


def test_firing_and_resolved_of_one_episode_are_one_thread() -> None:
    later = replace(notification(resolved()), dedup_key="the next of the group")
    firing, over = mail(notification(event()), SENDER, TO), mail(later, SENDER, TO)
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


def test_a_thread_holds_together_when_its_oldest_alert_ends_first() -> None:
    first, second = event(column_name="a"), event(column_name="b", window_end=day(1), fired_at=day(1))
    whole = references(first, replace(second, window_end=first.window_end))
    assert set(references(first)) & set(whole)
    assert set(references(replace(second, from_state="firing", to_state="inactive"))) & set(whole)


def test_a_flood_that_fires_and_resolves_is_one_thread_in_any_order() -> None:
    columns = [f"column_{number}" for number in range(200)]
    firing = references(*(event(column_name=name) for name in columns))
    over = references(*(resolved(column_name=name) for name in reversed(columns)))
    assert firing == over
    assert len(firing) == 51


PICTURES = (
    Picture("course", b"\x89PNG one", "roc_auc over 30 days, below 0.7 since Monday"),
    Picture("größe", b"\x89PNG two", 'more "large" <values> than in the reference'),
)


def test_pictures_are_inside_the_html_part_and_are_said_in_words() -> None:
    message = mail(replace(notification(event()), pictures=PICTURES), SENDER, TO)
    assert message.get_content_type() == "multipart/alternative"
    text, related = message.iter_parts()
    assert (text.get_content_type(), related.get_content_type()) == ("text/plain", "multipart/related")
    html, *images = related.iter_parts()
    assert [image.get_content() for image in images] == [picture.png for picture in PICTURES]
    assert [image.get_filename() for image in images] == ["course.png", "größe.png"]
    assert {image.get_content_disposition() for image in images} == {"inline"}
    for image in images:
        assert html.get_content().count(f'src="cid:{image["Content-ID"][1:-1]}"') == 1
    assert 'alt="more &quot;large&quot; &lt;values&gt; than in the reference"' in html.get_content()


def test_the_same_message_with_pictures_gives_the_same_bytes_and_can_be_read_again() -> None:
    told = replace(notification(event()), pictures=PICTURES)
    first, second = mail(told, SENDER, TO).as_bytes(), mail(told, SENDER, TO).as_bytes()
    assert first == second
    read = message_from_bytes(first, policy=default)
    kinds = [part.get_content_type() for part in read.walk()]
    assert kinds[:4] == ["multipart/alternative", "text/plain", "multipart/related", "text/html"]
    assert kinds[4:] == ["image/png", "image/png"]


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
    assert 'href="http://dash:8501/model?model=late_arrival&amp;metric=roc_auc' in linked.get_content()
    assert "<a " not in plain.get_content()


@pytest.mark.parametrize("to", [(), ("nobody",), ("a@example.org\r\nBcc: b@example.org",)])
def test_addresses_that_are_none_are_refused(to: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="one or more addresses"):
        Email(to=to, smtp="smtp://127.0.0.1?from=seamark@example.org")
