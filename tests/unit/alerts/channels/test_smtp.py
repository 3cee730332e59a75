"""URLs of mail servers."""

from __future__ import annotations

import pytest

from alerts.channels.smtp import MailServer, mail_server


def server(**changes: object) -> MailServer:
    return MailServer(**{"host": "mail.example.org", "port": 25, "sender": "s@example.org"} | changes)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org?from=s@example.org", server()),
        ("smtp://mail.example.org:2525/?from=s@example.org", server(port=2525)),
        ("smtps://mail.example.org?from=s@example.org", server(port=465, encrypted=True)),
        ("smtp://mail.example.org?from=s@example.org&starttls=true", server(starttls="always")),
        ("smtp://mail.example.org?from=s@example.org&starttls=false", server(starttls="never")),
        (
            "smtp://me:p%40ss%3A@mail.example.org?from=s@example.org",
            server(user="me", password="p@ss:", starttls="always"),
        ),
        (
            "smtp://me:pw@mail.example.org?from=s@example.org&starttls=false",
            server(user="me", password="pw", starttls="never"),
        ),
        (
            "smtp://s%40example.org:pw@mail.example.org",
            server(user="s@example.org", password="pw", starttls="always"),
        ),
    ],
)
def test_a_url_says_where_the_server_is_and_how_to_speak_to_it(url: str, expected: MailServer) -> None:
    assert mail_server(url) == expected


def test_a_sender_that_is_given_stands_before_that_of_the_url() -> None:
    assert mail_server("smtp://mail.example.org", "s@example.org") == server()
    assert mail_server("smtp://mail.example.org?from=x@example.org", "s@example.org") == server()


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("http://me:hunter2@mail.example.org", "begins with smtp:// or smtps://"),
        ("smtp://", "names a host"),
        ("smtp://me:hunter2@mail.example.org:port", "not a URL"),
        ("smtp://me:hunter2@mail.example.org", "needs"),
        ("smtp://me:hunter2@mail.example.org?from=s@example.org&starttls=maybe", "true or false"),
        ("smtp://me:hunter2@mail.example.org?from=s@example.org&tls=hunter2", "not tls"),
    ],
)
def test_a_url_that_is_not_understood_is_refused_without_its_secret(url: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        mail_server(url)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_password_is_not_in_the_text_of_a_server() -> None:
    assert "hunter2" not in repr(server(user="me", password="hunter2"))
