"""The JSON Schema: valid itself, and of one mind with the reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from monitor.config import json_schema
from monitor.config.tree import read_tree

FOLDER = Path(__file__).parent / "bad_configurations"
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def in_json(path: Path) -> Any:
    """What a schema sees of a file: dates are text there."""
    value = read_tree(path.read_text("utf-8")).value
    return json.loads(json.dumps(value, default=date.isoformat))


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every description of a mapping in a schema."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for inner in schema.values():
            yield from objects(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from objects(inner)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    json.dumps(json_schema(), allow_nan=False)


def test_the_good_configuration_passes_the_schema() -> None:
    assert not [error.message for error in VALIDATOR.iter_errors(in_json(FOLDER / "good.yaml"))]


@pytest.mark.parametrize(
    "fault",
    [
        "unknown_key",
        "missing_keys",
        "wrong_types",
        "task",
        "version",
        "metric_names",
        "length_misspelt",
        "length_without_unit",
        "length_in_base_60",
        "model_name",
        "min_rows",
        "reference_of_no_kind",
        "reference_of_two_kinds",
        "secret_in_file",
        "rule_words",
        "no_models",
        "not_supported_yet_in_models",
        "rule_learned_limits",
        "list_for_mapping",
        "empty_value",
        "places",
        "spark",
        "segments",
        "keep",
        "actions",
        "action_names",
    ],
)
def test_what_a_schema_can_see_it_refuses_too(fault: str) -> None:
    assert not VALIDATOR.is_valid(in_json(FOLDER / f"bad.{fault}.yaml"))


def test_no_mapping_takes_unknown_keys() -> None:
    for schema in objects(json_schema()):
        assert schema.get("additionalProperties", True) is not True


def test_every_key_below_models_and_alerts_is_described() -> None:
    properties = json_schema()["$defs"]["ModelSettings"]["properties"]
    assert "name" not in properties
    described = [key for key, schema in properties.items() if "description" in schema or "$ref" in schema]
    assert described == list(properties)


def test_every_default_is_what_a_user_could_write() -> None:
    schema = json_schema()
    for part in objects(schema):
        for key, about in part.get("properties", {}).items():
            if "default" in about:
                validator = jsonschema.Draft202012Validator({**about, "$defs": schema["$defs"]})
                assert validator.is_valid(about["default"]), (key, about["default"])
