"""What an alert may start: a retraining job, mostly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictBool, ValidationInfo, field_validator

from monitor.config.addresses import HiddenText, WebAddress
from monitor.config.context import context_of
from monitor.config.faults import Remark, Wrong, wrong
from monitor.config.part import Part, Text
from monitor.config.rules import filled_safely
from monitor.config.secret import Secret
from monitor.config.times import Length, LengthOrNothing

ACTION_NAME = r"[A-Za-z0-9_-]{1,64}"
_INPUTS = 25  # https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax


def _repository(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", text):
        raise wrong("should be the owner and the name, such as example/churn")
    return text


def _without_zero_bytes(text: str) -> str:
    if "\0" in text:
        raise wrong("holds a zero byte, which no command can be given")
    return text


Argument = Annotated[Text, AfterValidator(_without_zero_bytes)]
Input = Annotated[Text, AfterValidator(filled_safely)]


class WebhookActionSettings(Part):
    """Posts the request as JSON."""

    url: WebAddress
    secret: HiddenText | None = Field(default=None, description="Signs each request, with its time.")


class AirflowSettings(Part):
    """Starts a run of a DAG of Airflow 3."""

    url: WebAddress = Field(description="Where Airflow is, such as https://airflow.example.org.")
    dag: Text = Field(description="The DAG's id.")
    token: HiddenText | None = Field(default=None, description="A token that does not lapse.")
    user: Text | None = Field(default=None, description="Who asks for a token, with the password; in place of one.")
    password: HiddenText | None = Field(default=None, validate_default=True)

    @field_validator("password")
    @classmethod
    def _one_way_in(cls, password: Secret | None, info: ValidationInfo) -> Secret | None:
        # What stands there but could not be read counts as given.
        token, user = (info.data.get(name, 0) is not None for name in ("token", "user"))
        if token and (user or password):
            raise wrong("takes a token, or user and password, not both")
        if not token and not (user and password):
            raise Wrong(Remark("needs a token, or user and password", absent=frozenset(("token", "user", "password"))))
        return password


class GitHubSettings(Part):
    """Starts a workflow of GitHub Actions."""

    repository: Annotated[Text, AfterValidator(_repository)] = Field(description="Owner and name: example/churn.")
    workflow: Text = Field(description="The workflow's file, such as retrain.yml.")
    ref: Text = Field(default="main", description="A branch or tag.")
    token: HiddenText = Field(description="May write Actions of the repository.")
    inputs: Mapping[str, Input] = Field(
        default_factory=dict,
        max_length=_INPUTS,
        description="The workflow's inputs; {model}, {value:.3f} and others are filled in.",
    )
    key_input: Text | None = Field(default=None, description="The input that takes the key of the request.")
    run_details: StrictBool = Field(
        default=True, description="Asks for the address of the run; an old GitHub Enterprise Server may refuse that."
    )
    api: WebAddress | None = Field(default=None, description="Where GitHub's API is, if not at https://api.github.com.")


class CommandSettings(Part):
    """Runs a command on Seamark's machine, in this file's folder."""

    run: tuple[Argument, ...] = Field(min_length=1, description="The command and its arguments; no shell sees them.")
    time_limit: Length = timedelta(hours=1)


KindSettings = WebhookActionSettings | AirflowSettings | GitHubSettings | CommandSettings
KINDS = ("webhook", "airflow", "github", "command")


class ActionSettings(Part):
    """One action, of one kind."""

    cooldown: LengthOrNothing = Field(
        default=timedelta(days=1), description="How long after a start for a model the next one for it is skipped."
    )
    webhook: WebhookActionSettings | None = None
    airflow: AirflowSettings | None = None
    github: GitHubSettings | None = None
    command: CommandSettings | None = Field(default=None, validate_default=True)

    @field_validator(KINDS[-1])
    @classmethod
    def _one_kind(cls, last: KindSettings | None, info: ValidationInfo) -> KindSettings | None:
        # A kind that stands there but could not be read counts as given.
        given = [name for name in KINDS[:-1] if info.data.get(name, 0) is not None]
        given += [] if last is None else [KINDS[-1]]
        if not given:
            raise Wrong(Remark(f"needs one of {', '.join(KINDS)}", absent=frozenset(KINDS)))
        if len(given) > 1:
            raise wrong(f"takes one of {', '.join(KINDS)}, not {' and '.join(given)}")
        return last

    @property
    def kind(self) -> KindSettings:
        """The one kind."""
        found: KindSettings = next(kind for name in KINDS if (kind := getattr(self, name)) is not None)
        return found


# pydantic leaves the context's type open.
def noted_names(actions: object, info: ValidationInfo[Any]) -> object:
    """Remember the names, of sound actions or not, for the checks of the rules."""
    if isinstance(actions, Mapping):
        context_of(info).actions.extend(map(str, actions))
        faulty = [str(name) for name in actions if not re.fullmatch(ACTION_NAME, str(name))]
        if faulty:
            raise Wrong(*(Remark("a name is made of letters, digits, _ and -, at most 64", (name,)) for name in faulty))
    return actions
