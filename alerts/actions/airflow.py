"""Starts a run of an Airflow DAG.

https://airflow.apache.org/docs/apache-airflow/stable/stable-rest-api-ref.html (Airflow 3, REST API v2)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

from alerts.actions.action import ActionError, ActionRequest, Outcome
from alerts.actions.call import Caller, StatusError
from alerts.channels.address import Resolve, system_addresses
from alerts.channels.post import TIME_OUT, web_url


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks Airflow for a token: those that it gives out lapse after a day."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Airflow:
    """Posts a DAG run whose id is the key, so that Airflow itself starts it once; the request is its `conf`."""

    url: str = field(repr=False)
    dag: str
    access: str | Login = field(repr=False)
    now: Callable[[], datetime] = field(repr=False)
    time_out: timedelta = TIME_OUT
    resolve: Resolve = field(default=system_addresses, repr=False)

    def __post_init__(self) -> None:
        self._caller()

    @property
    def time_limit(self) -> timedelta:
        return 2 * self.time_out

    def start(self, request: ActionRequest) -> Outcome:
        run = f"seamark__{request.key}"
        dag = quote(self.dag, safe="")
        body = {"dag_run_id": run, "logical_date": None, "conf": request.body}
        shown = str(web_url(self.url, of="Airflow").copy_with(userinfo=b"")).rstrip("/")
        page = f"{shown}/dags/{dag}/runs/{quote(run, safe='')}"
        try:
            self._caller().post(f"/api/v2/dags/{dag}/dagRuns", body, {"Authorization": f"Bearer {self._token()}"})
        except StatusError as error:
            if error.status != HTTPStatus.CONFLICT:
                raise
            return Outcome(page, f"the DAG {self.dag} was started by an earlier try")
        return Outcome(page, f"the DAG {self.dag} was started")

    def _token(self) -> str:
        if isinstance(self.access, str):
            return self.access
        login = {"username": self.access.user, "password": self.access.password}
        token = self._caller().post("/auth/token", login).get("access_token")
        if not isinstance(token, str) or not token:
            raise ActionError("Airflow gave no token", permanent=True)
        return token

    def _caller(self) -> Caller:
        secret = self.access if isinstance(self.access, str) else self.access.password
        return Caller(url=self.url, secrets=(secret,), now=self.now, time_out=self.time_out, resolve=self.resolve)
