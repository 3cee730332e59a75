"""What is secret is never shown."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from collections.abc import Callable

import pytest

from monitor.config import Secret, Settings
from monitor.errors import ConfigError

Reader = Callable[..., Settings]
Faults = Callable[..., list[str]]

PASSWORD = "hunter2"
URL = f"postgresql+psycopg://seamark:{PASSWORD}@db.example.org/seamark"
ALERTS = """{
  route: {receiver: team},
  receivers: [
    {name: team, email: {to: [ml@example.org], smtp: {env: MAIL}}},
    {name: hook, webhook: {url: {env: HOOK}, secret: {env: PASSWORD}}}]}"""
DASHBOARDS = "{grafana: {url: 'http://127.0.0.1:3000', token: {env: PASSWORD}}}"
ENVIRONMENT = {
    "STORE": URL,
    "PASSWORD": PASSWORD,
    "MAIL": f"smtps://me:{PASSWORD}@mail.example.org",
    "HOOK": f"https://me:{PASSWORD}@example.org/hook",
}


@pytest.fixture
def secretive(settings: Reader) -> Settings:
    return settings(ENVIRONMENT, store="{env: STORE}", alerts=ALERTS, dashboards=DASHBOARDS)


def test_secrets_come_out_of_the_environment(secretive: Settings) -> None:
    team, hook = secretive.alerts.receivers
    assert secretive.store.reveal() == URL
    assert team.email is not None
    assert team.email.smtp.reveal() == ENVIRONMENT["MAIL"]
    assert hook.webhook is not None
    assert hook.webhook.secret == Secret(PASSWORD)
    assert hook.webhook.url.reveal() == ENVIRONMENT["HOOK"]


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        lambda it: f"{it}",
        lambda it: str(it.model_dump()),
        lambda it: it.model_dump_json(),
        lambda it: str(it.model_dump(mode="json")),
        lambda it: repr(it.model_copy(deep=True)),
        lambda it: repr(dict(it)),
        lambda it: str(logging.makeLogRecord({"msg": "%s", "args": (it,)}).getMessage()),
    ],
)
def test_no_way_of_showing_settings_shows_a_secret(secretive: Settings, show: Callable[[Settings], str]) -> None:
    text = show(secretive)
    assert PASSWORD not in text
    assert "****" in text


def test_no_error_shows_a_secret_even_of_settings_that_are_wrong_elsewhere(settings: Reader) -> None:
    wrong = {**ENVIRONMENT, "STORE": f"nodatabase://me:{PASSWORD}@host/x", "MAIL": f"ftp://me:{PASSWORD}@host"}
    with pytest.raises(ConfigError) as caught:
        settings(wrong, store="{env: STORE}", alerts=ALERTS, dashboards=DASHBOARDS, task="none_at_all")
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(caught.value.faults)
    assert len(caught.value.faults) == 3
    assert PASSWORD not in shown
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "parts",
    [
        {"store": f'"{URL}"'},
        {"store": f'"me:{PASSWORD}@host"'},
        {"store": f'"postgresql://host/x?password={PASSWORD}"'},
        {"store": f'"mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BPWD%3D{PASSWORD}"'},
        {"store": f'"postgresql://me:{PASSWORD}@host:port/x"'},
        {"store": f"{{env: '{URL}'}}"},
        {"store": f"{{file: '{URL}'}}"},
        {"store": f"['{URL}']"},
        {"store": f"*{PASSWORD}"},
        {"dashboards": f"{{grafana: {{url: 'http://x', token: {PASSWORD}}}}}"},
        {"dashboards": f"{{grafana: {{url: 'http://me:{PASSWORD}@x', token: {{env: PASSWORD}}}}}}"},
        {"dashboards": f"{{url: 'http://me:{PASSWORD}@x'}}"},
        {"dashboards": f"{{url: 'me:{PASSWORD}@x'}}"},
    ],
)
def test_a_password_in_the_file_is_refused_and_not_repeated(faults: Faults, parts: dict[str, str]) -> None:
    told = faults(ENVIRONMENT, **parts)
    assert len(told) == 1
    assert PASSWORD not in told[0]


def test_what_is_secret_by_nature_says_where_it_belongs(faults: Faults) -> None:
    (told,) = faults(dashboards="{grafana: {url: 'http://x', token: abc}}")
    assert told.startswith("dashboards.grafana.token: ")
    assert "{env: NAME}" in told


@pytest.mark.parametrize("name", ["NOT_SET", "EMPTY"])
def test_a_variable_that_is_not_set_or_empty_is_a_fault(faults: Faults, name: str) -> None:
    (told,) = faults({"EMPTY": " \n"}, store=f"{{env: {name}}}")
    assert told.startswith(f"store.env: the environment variable {name} is")


def test_a_variable_that_is_not_set_is_found_in_the_reference_too(faults: Faults) -> None:
    (told,) = faults(reference="{table: training_set, database: {env: NOT_SET}}")
    assert told.startswith("models.late_arrival.reference.database.env: ")


@pytest.mark.parametrize("value", ["{env: A, file: b}", "{env: 1}", "{}", "{env: ''}", "{file: ''}", "12"])
def test_a_secret_is_text_a_variable_or_a_file(faults: Faults, value: str) -> None:
    (told,) = faults(store=value)
    assert told.startswith("store")


def test_secrets_are_equal_if_their_texts_are() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_a_secret_does_not_leave_its_process() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("a"))


def test_a_secret_has_no_attributes_to_list() -> None:
    with pytest.raises(TypeError):
        vars(Secret("a"))


def test_a_copy_of_a_secret_is_the_secret() -> None:
    secret = Secret("a")
    assert copy.copy(secret) is copy.deepcopy(secret) is secret
