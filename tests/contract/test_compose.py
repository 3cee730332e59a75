"""What docker-compose.yml promises, as far as it can be read off without starting a container."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboards.grafana.board import POSTGRESQL, SOURCE_NAME, SOURCE_UID

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
PROVISIONING = ROOT / "dashboards" / "grafana" / "provisioning"
SECRETS = ("POSTGRES_PASSWORD", "READER_PASSWORD", "SEAMARK_API_TOKEN", "GRAFANA_PASSWORD")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = read(COMPOSE)["services"]
    return found


def test_the_file_follows_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_services_of_the_whole_are_there(services: dict[str, Any]) -> None:
    assert {"store", "migrate", "monitor", "api", "streamlit", "grafana"} <= set(services)


def test_every_port_is_bound_to_this_machine_alone(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_no_password_has_a_default_and_a_missing_one_stops_compose() -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    for secret in SECRETS:
        assert f"${{{secret}:?" in text
        assert not re.search(rf"\$\{{{secret}(:?[-+]|\}})", text)


def test_the_example_of_the_environment_names_every_secret_and_fills_none() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert {line for line in lines if line and not line.startswith("#")} == {f"{name}=" for name in SECRETS}


def test_every_image_from_elsewhere_has_a_version(services: dict[str, Any]) -> None:
    for service in services.values():
        if "build" not in service:
            assert re.search(r":\d", service["image"])


def test_what_runs_on_is_watched_and_started_again(services: dict[str, Any]) -> None:
    once = {"migrate", "reader"}
    for name, service in services.items():
        assert service["restart"] == ("no" if name in once else "unless-stopped"), name
        assert ("healthcheck" in service) == (name not in once), name


def test_nothing_starts_before_what_it_needs(services: dict[str, Any]) -> None:
    def needs(name: str) -> set[str]:
        direct = services[name].get("depends_on", {})
        for needed, condition in direct.items():
            is_once = services[needed]["restart"] == "no"
            expected = "service_completed_successfully" if is_once else "service_healthy"
            assert condition["condition"] == expected, (name, needed)
        return set(direct).union(*(needs(needed) for needed in direct))

    for name in ("monitor", "api", "streamlit", "grafana"):
        assert {"store", "migrate"} <= needs(name)


def test_every_mounted_file_is_in_the_repository(services: dict[str, Any]) -> None:
    for service in services.values():
        for volume in service.get("volumes", []):
            source = volume["source"] if isinstance(volume, dict) else volume.split(":")[0]
            if source.startswith("./") and source != "./seamark.yaml":  # that one is the user's own
                assert (ROOT / source).exists(), source


def test_a_configuration_that_is_missing_does_not_become_a_folder(services: dict[str, Any]) -> None:
    for name in ("migrate", "monitor", "api", "streamlit"):
        [configuration] = services[name]["volumes"]
        assert configuration["bind"] == {"create_host_path": False}
        assert configuration["read_only"]
        assert configuration["target"] in services[name]["command"]


def test_nothing_of_ours_runs_as_root_or_gains_rights(services: dict[str, Any]) -> None:
    for name in ("migrate", "monitor", "api", "streamlit", "grafana"):
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"]
    user = services["monitor"]["user"]
    assert f"USER {user}" in (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")


def test_nobody_is_told_about_the_use(services: dict[str, Any]) -> None:
    grafana = services["grafana"]["environment"]
    told = [name for name in grafana if name.startswith(("GF_ANALYTICS", "GF_NEWS", "GF_SNAPSHOTS", "GF_AUTH_ANON"))]
    assert "GF_ANALYTICS_REPORTING_ENABLED" in told
    assert all(grafana[name] == "false" for name in told)
    assert services["streamlit"]["environment"]["STREAMLIT_BROWSER_GATHER_USAGE_STATS"] == "false"
    assert services["monitor"]["environment"]["DO_NOT_TRACK"] == "1"


def test_the_dashboard_asks_the_api_where_it_listens_with_its_token(services: dict[str, Any]) -> None:
    api, streamlit = services["api"], services["streamlit"]["environment"]
    port = api["command"][api["command"].index("--api-port") + 1]

    assert streamlit["SEAMARK_API"] == f"http://api:{port}"
    assert streamlit["SEAMARK_API_TOKEN"] == api["environment"]["SEAMARK_API_TOKEN"]
    assert f":{port}/v1/healthz" in str(api["healthcheck"]["test"])


def test_only_those_who_need_the_token_of_the_api_get_it(services: dict[str, Any]) -> None:
    holders = {name for name, service in services.items() if "SEAMARK_API_TOKEN" in service.get("environment", {})}
    assert holders == {"api", "streamlit"}


def test_every_command_of_ours_is_one_that_the_command_line_understands(services: dict[str, Any]) -> None:
    for name in ("migrate", "monitor", "api", "streamlit"):
        asked = [sys.executable, "-m", "monitor", *services[name]["command"], "--help"]
        checked = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, (name, checked.stderr)


def test_the_provisioned_data_source_is_the_one_that_the_boards_begin_with() -> None:
    [source] = read(PROVISIONING / "datasources" / "seamark.yaml")["datasources"]
    assert (source["name"], source["uid"], source["type"]) == (SOURCE_NAME, SOURCE_UID, POSTGRESQL)


def test_grafana_gets_everything_that_the_data_source_takes_from_its_environment(services: dict[str, Any]) -> None:
    text = (PROVISIONING / "datasources" / "seamark.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{(\w+)\}", text)) <= set(services["grafana"]["environment"])


def test_grafana_reads_as_the_user_that_may_only_read(services: dict[str, Any]) -> None:
    reader, grafana = services["reader"]["environment"], services["grafana"]["environment"]
    for name in ("SEAMARK_READER_USER", "SEAMARK_READER_PASSWORD"):
        assert reader[name] == grafana[name]
    assert "POSTGRES_PASSWORD" not in str(grafana)


def test_the_boards_are_mounted_where_provisioning_looks_for_them(services: dict[str, Any]) -> None:
    [provider] = read(PROVISIONING / "dashboards" / "seamark.yaml")["providers"]
    assert provider["folder"] == "Seamark"
    assert f"./dashboards/grafana/boards:{provider['options']['path']}:ro" in services["grafana"]["volumes"]


def test_the_image_is_built_from_what_the_builder_is_sent() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    copied = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {name for line in copied for name in line.split()} == sent
