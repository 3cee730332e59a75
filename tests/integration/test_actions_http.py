"""Actions that call a service, against servers on the loopback that answer as Airflow and GitHub do."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from builders.actions import request
from builders.http_receiver import Handler, HttpReceiver, answer, hang, reset, unused_port
from builders.notifications import NOW
from builders.readings import event

from alerts.actions.action import Action, ActionError
from alerts.actions.airflow import Airflow, Login
from alerts.actions.github import GitHub
from alerts.actions.webhook import WebhookAction

SHORT = timedelta(seconds=0.5)
ASKED = request(event(column_name="größe"))
RUN = f"seamark__{ASKED.key}"
KINDS = ("webhook", "airflow", "github")


@pytest.fixture
def service() -> Iterator[HttpReceiver]:
    with HttpReceiver() as running:
        yield running


def github(url: str, **settings: object) -> GitHub:
    told = {"repository": "example/churn", "workflow": "retrain.yml", "ref": "main", "token": "hunter2"}
    return GitHub(**{**told, "api": url, "now": lambda: NOW, "time_limit": SHORT, **settings})


def airflow(url: str, access: str | Login = "hunter2") -> Airflow:
    return Airflow(url=url, dag="retrain", access=access, now=lambda: NOW, time_out=SHORT)


def action(kind: str, url: str) -> Action:
    if kind == "webhook":
        return WebhookAction(url=url, secret="hunter2", now=lambda: NOW, time_limit=SHORT)
    return airflow(url) if kind == "airflow" else github(url)


def refusal(one: Action) -> ActionError:
    with pytest.raises(ActionError) as caught:
        one.start(ASKED)
    return caught.value


def test_a_webhook_gets_the_request_signed_and_under_its_key(service: HttpReceiver) -> None:
    outcome = action("webhook", service.url("/retrain?token=hunter2")).start(ASKED)
    (got,) = service.got
    assert json.loads(got.body) == ASKED.body
    assert got.headers["Idempotency-Key"] == ASKED.key
    signed = got.headers["X-Seamark-Timestamp"].encode() + b"." + got.body
    expected = hmac.new(b"hunter2", signed, hashlib.sha256).hexdigest()
    assert got.headers["X-Seamark-Signature"] == f"sha256={expected}"
    assert (outcome.url, outcome.words) == ("", "127.0.0.1 took it")


def test_airflow_gets_a_run_named_by_the_key_and_its_page_is_told(service: HttpReceiver) -> None:
    service.behave = answer(200, json.dumps({"dag_run_id": RUN, "state": "queued"}).encode())
    outcome = airflow(service.url("/")).start(ASKED)
    (got,) = service.got
    assert got.path == "/api/v2/dags/retrain/dagRuns"
    assert got.headers["Authorization"] == "Bearer hunter2"
    assert json.loads(got.body) == {"dag_run_id": RUN, "logical_date": None, "conf": ASKED.body}
    assert outcome.url == service.url(f"/dags/retrain/runs/{RUN}")


def test_a_run_that_airflow_has_already_is_a_start(service: HttpReceiver) -> None:
    service.behave = answer(409, b'{"detail": {"reason": "Unique constraint violation"}}')
    outcome = airflow(service.url("/")).start(ASKED)
    assert outcome.words == "the DAG retrain was started by an earlier try"
    assert outcome.url.endswith(RUN)


def test_user_and_password_get_a_token_of_airflow_first(service: HttpReceiver) -> None:
    def behave(handler: Handler) -> None:
        is_login = handler.path == "/auth/token"
        answer(201 if is_login else 200, b'{"access_token": "fresh"}' if is_login else b"{}")(handler)

    service.behave = behave
    airflow(service.url("/"), Login("me", "hunter2")).start(ASKED)
    login, run = service.got
    assert json.loads(login.body) == {"username": "me", "password": "hunter2"}
    assert run.headers["Authorization"] == "Bearer fresh"


def test_a_login_that_fails_or_gives_no_token_is_final(service: HttpReceiver) -> None:
    one = airflow(service.url("/"), Login("me", "hunter2"))
    service.behave = answer(401, b'{"detail": "Invalid credentials"}')
    assert str(refusal(one)) == "127.0.0.1 answered 401 Unauthorized: Invalid credentials"
    service.behave = answer(200, b"<html>")
    assert refusal(one).permanent
    assert "hunter2" not in repr(one)


def test_the_page_of_a_run_shows_no_password_of_the_address(service: HttpReceiver) -> None:
    outcome = airflow(service.url("/", user="me:hunter2@")).start(ASKED)
    assert outcome.url == service.url(f"/dags/retrain/runs/{RUN}")


def test_github_gets_ref_and_inputs_and_the_address_of_the_run_is_told(service: HttpReceiver) -> None:
    told = {"workflow_run_id": 7, "run_url": "https://api.github.com/x", "html_url": "https://github.com/x/runs/7"}
    service.behave = answer(200, json.dumps(told).encode())
    one = github(service.url("/api/v3"), inputs={"model": "{model}", "auc": "{value:.2f}"}, key_input="key")
    assert one.start(ASKED).url == "https://github.com/x/runs/7"
    (got,) = service.got
    assert got.path == "/api/v3/repos/example/churn/actions/workflows/retrain.yml/dispatches"
    assert got.headers["Authorization"] == "Bearer hunter2"
    assert got.headers["X-GitHub-Api-Version"] == "2022-11-28"
    assert json.loads(got.body) == {
        "ref": "main",
        "inputs": {"model": "late_arrival", "auc": "0.67", "key": ASKED.key},
        "return_run_details": True,
    }


def test_github_without_run_details_answers_204(service: HttpReceiver) -> None:
    service.behave = answer(204)
    outcome = github(service.url(""), run_details=False).start(ASKED)
    assert (outcome.url, outcome.words) == ("", "the workflow retrain.yml was started")
    assert json.loads(service.got[0].body) == {"ref": "main", "inputs": {}}


def test_what_github_says_is_told(service: HttpReceiver) -> None:
    service.behave = answer(422, b'{"message": "No ref found for: main", "status": "422"}')
    error = refusal(github(service.url("")))
    assert str(error).startswith("127.0.0.1 answered 422 ")
    assert str(error).endswith(": No ref found for: main")
    assert error.permanent


def test_github_wants_to_be_left_alone_with_403(service: HttpReceiver) -> None:
    service.behave = answer(403, b'{"message": "API rate limit exceeded for user ID 1."}')
    error = refusal(github(service.url("")))
    assert not error.permanent
    assert error.retry_after == timedelta(minutes=1)
    service.behave = answer(403, b'{"message": "Resource not accessible by personal access token"}')
    assert refusal(github(service.url(""))).permanent


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 422])
def test_a_refusal_is_final(service: HttpReceiver, kind: str, status: int) -> None:
    service.behave = answer(status, b"no", location="/elsewhere")
    error = refusal(action(kind, service.url("/x")))
    assert error.permanent
    assert str(status) in str(error)
    assert len(service.got) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_what_may_pass_is_tried_again_when_the_service_says(service: HttpReceiver, kind: str, status: int) -> None:
    service.behave = answer(status, b"<html>", retry_after="7")
    error = refusal(action(kind, service.url("/x")))
    assert not error.permanent
    assert error.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_that_hangs_breaks_off_or_is_away_is_tried_again(service: HttpReceiver, kind: str) -> None:
    for behave in (hang, reset):
        service.behave = behave
        assert not refusal(action(kind, service.url("/x"))).permanent
    with unused_port() as port:
        assert not refusal(action(kind, f"http://127.0.0.1:{port}/x")).permanent


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_stands_in_a_log_an_error_or_the_object(
    service: HttpReceiver, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    one = action(kind, service.url("/x/hunter2", user="me:hunter2@"))
    for status in (200, 404, 500):
        service.behave = answer(status, b'{"message": "token hunter2 is not known"}')
        if status == 200:
            assert "hunter2" not in str(one.start(ASKED).words)
        else:
            assert "hunter2" not in str(refusal(one))
    assert "hunter2" not in caplog.text
    assert "hunter2" not in repr(one)
