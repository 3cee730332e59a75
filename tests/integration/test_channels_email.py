"""Mails against a real mail server on the loopback."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from builders.certificate import certificate, server_context
from builders.http_receiver import unused_port
from builders.mail_receiver import PASSWORD, USER, MailReceiver
from builders.notifications import notification
from builders.readings import event, resolved

from alerts.channels.channel import DeliveryError
from alerts.channels.email import Email, mail
from alerts.notification import Notification, Picture

SHORT = timedelta(seconds=2)
MESSAGE = notification(event(column_name="größe"))
LOGIN = "seamark%40example.org:p%40ss%3Aw%2Frd@"


@pytest.fixture
def server() -> Iterator[MailReceiver]:
    with MailReceiver() as running:
        yield running


def email(url: str, *to: str, time_out: timedelta = SHORT) -> Email:
    return Email(to=to or ("ml@example.org",), smtp=url, time_out=time_out)


def refusal(channel: Email) -> DeliveryError:
    """The error of a message that does not arrive."""
    with pytest.raises(DeliveryError) as caught:
        channel.send(MESSAGE)
    return caught.value


def test_a_mail_arrives_with_its_text_and_its_html(server: MailReceiver) -> None:
    email(server.url(), "ml@example.org", "boss@example.org").send(MESSAGE)
    (envelope,), (message,) = server.got, server.messages
    assert envelope.rcpt_tos == ["ml@example.org", "boss@example.org"]
    assert envelope.mail_from == "seamark@example.org"
    assert message["Subject"] == "[FIRING:1] AucDrop late_arrival: größe"
    assert message["Message-ID"] == mail(MESSAGE, "seamark@example.org", ("ml@example.org",))["Message-ID"]
    text, html = (part.get_content() for part in message.iter_parts())
    assert "roc_auc of größe is 0.671 over 1 day, limit 0.7" in text
    assert "roc_auc of größe is 0.671 over 1 day, limit 0.7</p>" in html


def test_the_mails_of_an_episode_refer_to_one_another(server: MailReceiver) -> None:
    for told in (event(), resolved()):
        email(server.url()).send(notification(told))
    firing, over = server.messages
    assert firing["References"] == over["References"]
    assert over["Subject"] == "[RESOLVED] AucDrop late_arrival"


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("421 too busy", False),
        ("450 greylisted", False),
        ("452 disk full", False),
        ("550 no such user", True),
        ("554 spam", True),
    ],
)
def test_4xx_is_tried_again_and_5xx_is_not(server: MailReceiver, step: str, answer: str, permanent: bool) -> None:
    server.answers = {step: answer}
    error = refusal(email(server.url()))
    assert error.permanent is permanent
    assert f"answered {answer}" in str(error)
    assert server.got == []


def test_one_recipient_who_may_be_taken_later_makes_another_try(server: MailReceiver) -> None:
    server.answers = {"a@example.org": "550 no such user", "b@example.org": "450 greylisted"}
    assert not refusal(email(server.url(), "a@example.org", "b@example.org")).permanent
    assert not refusal(email(server.url(), "b@example.org", "c@example.org")).permanent


def test_one_recipient_who_is_unknown_does_not_keep_the_mail_from_the_others(
    server: MailReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers = {"a@example.org": "550 no such user"}
    email(server.url(), "a@example.org", "b@example.org").send(MESSAGE)
    assert [envelope.rcpt_tos for envelope in server.got] == [["b@example.org"]]
    assert "not for all" in caplog.text


def test_a_server_that_is_odd_after_it_took_the_mail_has_taken_it(server: MailReceiver) -> None:
    server.answers = {"QUIT": "421 too busy to say goodbye"}
    email(server.url()).send(MESSAGE)
    assert len(server.got) == 1


def test_a_server_that_hangs_is_tried_again(server: MailReceiver) -> None:
    server.hangs = True
    assert not refusal(email(server.url(), time_out=timedelta(seconds=0.2))).permanent


def test_a_server_that_never_greets_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}?from=seamark@example.org"
        assert not refusal(email(url, time_out=timedelta(seconds=0.2))).permanent


@pytest.mark.parametrize("greeting", [b"", b"220 hello\r\n"])
def test_a_server_that_says_a_little_at_a_time_cannot_stretch_the_deadline(greeting: bytes) -> None:
    done = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.sendall(greeting)
            while not done.wait(0.05):
                connection.sendall(b"2")

    with socket.create_server(("127.0.0.1", 0)) as slow:
        threading.Thread(target=drip, args=(slow,), daemon=True).start()
        url = f"smtp://127.0.0.1:{slow.getsockname()[1]}?from=seamark@example.org"
        started = monotonic()
        assert not refusal(email(url, time_out=timedelta(seconds=0.5))).permanent
        assert monotonic() - started < 5
        done.set()


def test_an_answer_that_repeats_the_password_is_not_repeated(server: MailReceiver) -> None:
    server.password = "hunter2"
    server.answers = {"DATA": "554 hunter2 is no way to greet"}
    error = refusal(email(server.url("&starttls=false", user="seamark%40example.org:hunter2@")))
    assert "answered 554 **** is no way to greet" in str(error)


def test_a_port_where_nobody_listens_is_tried_again() -> None:
    with unused_port() as port:
        assert not refusal(email(f"smtp://127.0.0.1:{port}?from=seamark@example.org")).permanent


def test_user_and_password_are_given_to_the_server(server: MailReceiver) -> None:
    email(server.url("&starttls=false", user=LOGIN)).send(MESSAGE)
    assert (server.logins, len(server.got)) == ([True], 1)
    assert (USER, PASSWORD) == ("seamark@example.org", "p@ss:w/rd")


def test_a_wrong_password_is_permanent_and_not_told(server: MailReceiver, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        error = refusal(email(server.url("&starttls=false", user="me:hunter2@")))
    assert error.permanent
    assert "hunter2" not in str(error) + caplog.text


@pytest.mark.parametrize("url", [{"user": LOGIN}, {"query": "&starttls=true"}])
def test_without_starttls_nothing_is_sent_where_it_is_insisted_on(server: MailReceiver, url: dict[str, str]) -> None:
    assert not refusal(email(server.url(**url))).permanent
    assert (server.logins, server.got) == ([], [])


def test_starttls_is_used_when_offered_and_its_certificate_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailReceiver(tls=server_context(certificate(tmp_path))) as server:
        assert "certificate" in str(refusal(email(server.url(host="localhost"))))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        email(server.url(host="localhost")).send(MESSAGE)
        email(server.url(host="localhost", user=LOGIN)).send(MESSAGE)
        email(server.url("&starttls=false", host="localhost")).send(MESSAGE)
        assert (server.sessions, server.logins) == ([True, True, False], [True])


def test_smtps_is_encrypted_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with MailReceiver(tls=server_context(certificate(tmp_path)), encrypted=True) as server:
        email(server.url(scheme="smtps", host="localhost")).send(MESSAGE)
        assert len(server.got) == 1


class OnePicture:
    """Draws the same for everybody."""

    def pictures(self, _: Notification) -> tuple[Picture, ...]:
        return (Picture("course", b"\x89PNG", "roc_auc over 30 days"),)


def test_pictures_are_drawn_when_the_mail_is_sent_and_arrive_inside(server: MailReceiver) -> None:
    Email(to=("ml@example.org",), smtp=server.url(), time_out=SHORT, painter=OnePicture()).send(MESSAGE)
    (message,) = server.messages
    assert [part.get_filename() for part in message.walk() if part.get_content_type() == "image/png"] == ["course.png"]
    assert 'alt="roc_auc over 30 days"' in message.get_body(("html",)).get_content()
