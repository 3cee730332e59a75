"""What docs/actions.md shows is true: the request is one, and no name of the environment is missing."""

from __future__ import annotations

import json
import re
from pathlib import Path

from builders.actions import request
from builders.readings import event

from alerts.actions.catalogue import ACTIONS
from alerts.actions.command import environment
from alerts.deliver import MAX_ATTEMPTS

PAGE = (Path(__file__).parents[2] / "docs" / "actions.md").read_text("utf-8")


def test_the_request_of_the_page_is_what_is_handed_over() -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert json.loads(shown) == request(event()).body


def test_the_page_names_every_kind_and_the_whole_environment_of_a_command() -> None:
    assert set(re.findall(r"`(SEAMARK_\w+)`", PAGE)) == set(environment(request(event())))
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(ACTIONS)
    assert f"after {MAX_ATTEMPTS} tries" in PAGE
