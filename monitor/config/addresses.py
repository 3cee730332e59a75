"""Addresses of databases, web services and mail servers; each may hold a password, so each is a secret."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

import sqlalchemy as sa
from pydantic import AfterValidator, BeforeValidator, StrictStr, ValidationInfo, WithJsonSchema

from monitor.config.context import Context, context_of
from monitor.config.faults import did_you_mean, wrong
from monitor.config.secret import HIDDEN_ONLY, Secret, read_secret

_DATABASES = ("sqlite", "postgresql", "mysql", "mariadb", "oracle", "mssql")
PASSWORD_WORDS = ("password", "passwd", "pwd", "secret", "token")


def _password_in_file(example: str) -> Exception:
    return wrong(
        "holds a password, which does not belong in this file; put the whole address in an environment "
        f"variable and write {{env: {example}}}"
    )


def _read_database(value: object, context: Context) -> Secret:
    secret = read_secret(value, context, plain=True, example="DATABASE_URL")
    url = _database_url(secret.reveal())
    if isinstance(value, str) and _holds_password(url):
        raise _password_in_file("DATABASE_URL")
    return Secret(_beside(context.folder, url)) if _is_sqlite_file(url) else secret


def _database_url(text: str) -> sa.URL:
    # Nothing of the text is repeated in these messages: it may hold a password.
    try:
        url = sa.make_url(text)
        url.get_dialect()
    except sa.exc.NoSuchModuleError:
        kind = text.partition(":")[0].partition("+")[0]
        raise wrong(f"this kind of database is not known{did_you_mean(kind, _DATABASES)}") from None
    except (sa.exc.ArgumentError, ValueError):
        raise wrong("not an address of a database, such as sqlite:///seamark.db") from None
    if "@" in (url.host or ""):
        raise wrong("user or password holds an `@`; write it as %40")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise wrong("a database in memory is gone when a command ends; name a file, such as sqlite:///seamark.db")
    return url


def _holds_password(url: sa.URL) -> bool:
    query = str({**url.query}).lower()
    return bool(url.password) or any(word in query for word in PASSWORD_WORDS)


def _is_sqlite_file(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite" and not str(url.database).startswith("file:")


def _beside(folder: Path, url: sa.URL) -> str:
    """A relative SQLite file lies in the folder of the configuration, wherever a command is started."""
    path = (folder / str(url.database)).absolute()
    return url.set(database=str(path)).render_as_string(hide_password=False)


def _read_web(value: object, context: Context) -> Secret:
    secret = read_secret(value, context, plain=True, example="SERVICE_URL")
    parts = _split(secret.reveal(), ("http", "https"), "https://example.org/hook")
    if isinstance(value, str) and parts.password:
        raise _password_in_file("SERVICE_URL")
    return secret


def _check_public(text: str) -> str:
    """An address that stands in messages, so that it can hold no password."""
    if _split(text, ("http", "https"), "https://seamark.example.org").password:
        raise wrong("stands in messages, so it cannot hold a password")
    return text


def _read_mail_server(value: object, context: Context) -> Secret:
    secret = read_secret(value, context, plain=True, example="SMTP_URL")
    parts = _split(secret.reveal(), ("smtp", "smtps"), "smtp://mail.example.org:587")
    if isinstance(value, str) and parts.password:
        raise _password_in_file("SMTP_URL")
    return secret


def _split(text: str, schemes: tuple[str, ...], example: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        known = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:
        known = None
    if not known:
        raise wrong(f"not an address such as {example}")
    return parts


def _read_hidden(value: object, context: Context) -> Secret:
    return read_secret(value, context, plain=False, example="NAME")


def _with_context(read: Callable[[object, Context], Secret]) -> BeforeValidator:
    # pydantic leaves the context's type open.
    def reading(value: object, info: ValidationInfo[Any]) -> Secret:
        return read(value, context_of(info))

    return BeforeValidator(reading)


DatabaseAddress = Annotated[Secret, _with_context(_read_database)]
WebAddress = Annotated[Secret, _with_context(_read_web)]
MailServer = Annotated[Secret, _with_context(_read_mail_server)]
PublicAddress = Annotated[StrictStr, AfterValidator(_check_public)]
HiddenText = Annotated[Secret, _with_context(_read_hidden), WithJsonSchema(HIDDEN_ONLY)]
