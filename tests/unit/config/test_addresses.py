"""Addresses of databases and services."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.config import Settings

Reader = Callable[..., Settings]
Faults = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("sqlite:///seamark.db", "sqlite:////etc/seamark/seamark.db"),
        ("sqlite:///data/seamark.db", "sqlite:////etc/seamark/data/seamark.db"),
        ("sqlite+pysqlite:///seamark.db", "sqlite+pysqlite:////etc/seamark/seamark.db"),
        ("sqlite:////var/lib/seamark.db", "sqlite:////var/lib/seamark.db"),
        ("sqlite:///seamark.db?timeout=9", "sqlite:////etc/seamark/seamark.db?timeout=9"),
        ("sqlite:///file:seamark.db?uri=true", "sqlite:///file:seamark.db?uri=true"),
        ("postgresql+psycopg://me@host:5432/x", "postgresql+psycopg://me@host:5432/x"),
    ],
)
@pytest.mark.parametrize("by", ["text", "env"])
def test_a_relative_sqlite_file_lies_beside_the_configuration(
    settings: Reader, by: str, written: str, read: str
) -> None:
    store = f'"{written}"' if by == "text" else "{env: STORE}"
    assert settings({"STORE": written}, store=store).store.reveal() == read


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:", "sqlite+pysqlite://"])
def test_a_database_in_memory_is_refused(faults: Faults, address: str) -> None:
    (told,) = faults(store=f'"{address}"')
    assert "memory" in told


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("seamark.db", "sqlite:///seamark.db"),
        ("''", "empty"),
        ("postgres://host/x", "did you mean `postgresql`?"),
        ("mysqll+pymysql://host/x", "did you mean `mysql`?"),
        ("nothing://host/x", "there are mariadb, mssql, mysql, oracle, postgresql, sqlite"),
    ],
)
def test_an_address_that_is_none_is_told_with_a_hint(faults: Faults, address: str, hint: str) -> None:
    (told,) = faults(store=address)
    assert hint in told


def receiver(channel: str) -> str:
    return f"{{route: {{receiver: x}}, receivers: [{{name: x, {channel}}}]}}"


@pytest.mark.parametrize("address", ["example.org", "ftp://example.org", "https://", "http://[::1", "http://x:port"])
def test_a_web_address_is_http_or_https(faults: Faults, address: str) -> None:
    (told,) = faults(alerts=receiver(f"webhook: {{url: '{address}'}}"))
    assert told.startswith("alerts.receivers.0.webhook.url: not an address")


@pytest.mark.parametrize("address", ["smtp://mail.example.org:587", "smtps://mail.example.org", "smtp://me@[::1]:25"])
def test_a_mail_server_without_a_password_may_be_plain(settings: Reader, address: str) -> None:
    alerts = receiver(f"email: {{to: [a@example.org], smtp: '{address}'}}")
    email = settings(alerts=alerts).alerts.receivers[0].email
    assert email is not None
    assert email.smtp.reveal() == address
