"""Starts a workflow of GitHub Actions.

https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

from alerts.actions.action import ActionError, ActionRequest, Outcome
from alerts.actions.call import Caller, StatusError
from alerts.channels.address import Resolve, system_addresses
from alerts.channels.post import TIME_OUT
from alerts.placeholders import fill

API = "https://api.github.com"
VERSION = "2022-11-28"


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHub:
    """Dispatches a workflow on a branch or tag.

    GitHub knows no key: where its answer is lost, the next try starts the workflow a second time. A workflow that
    must not run twice takes the key as the input `key_input` and looks for itself. `inputs` may hold placeholders.
    """

    repository: str
    workflow: str
    ref: str
    token: str = field(repr=False)
    inputs: Mapping[str, str] = field(default_factory=dict, hash=False)
    key_input: str = ""
    run_details: bool = True
    api: str = field(default=API, repr=False)
    now: Callable[[], datetime] = field(repr=False)
    time_limit: timedelta = TIME_OUT
    resolve: Resolve = field(default=system_addresses, repr=False)

    def __post_init__(self) -> None:
        self._caller()

    def start(self, request: ActionRequest) -> Outcome:
        path = f"/repos/{quote(self.repository)}/actions/workflows/{quote(self.workflow, safe='')}/dispatches"
        try:
            answer = self._caller().post(path, self._body(request), self._headers())
        except StatusError as error:
            if error.status == HTTPStatus.FORBIDDEN and "rate limit" in str(error).lower():
                raise ActionError(str(error), permanent=False, retry_after=timedelta(minutes=1)) from error
            raise
        url = answer.get("html_url")  # where run details are not known the answer is 204, without a body
        return Outcome(url if isinstance(url, str) else "", f"the workflow {self.workflow} was started")

    def _body(self, request: ActionRequest) -> dict[str, object]:
        values = request.placeholders()
        inputs = {name: fill(text, values) for name, text in self.inputs.items()}
        if self.key_input:
            inputs[self.key_input] = request.key
        body: dict[str, object] = {"ref": self.ref, "inputs": inputs}
        return {**body, "return_run_details": True} if self.run_details else body

    def _headers(self) -> dict[str, str]:
        return {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self.token}",
            "X-GitHub-Api-Version": VERSION,
        }

    def _caller(self) -> Caller:
        return Caller(url=self.api, secrets=(self.token,), now=self.now, time_out=self.time_limit, resolve=self.resolve)
