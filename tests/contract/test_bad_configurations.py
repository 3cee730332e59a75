"""Every faulty configuration gives exactly its messages; the good one none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from alerts.channels.catalogue import CHANNELS
from monitor.config import load
from monitor.errors import ConfigError, Fault
from monitor.service.alerting import channel_of

FOLDER = Path(__file__).parent / "bad_configurations"
BAD = sorted(FOLDER.glob("bad.*.yaml"))
ENVIRONMENT = {
    "SMTP_URL": "smtp://me:hunter2@mail.example.org",
    "HOOK_SECRET": "hunter2",
    "CHAT_URL": "slack://hunter2",
    "GOOD_CHAT_URL": "json://me:hunter2@chat.example.org/hunter2",
    "GRAFANA_URL": "http://127.0.0.1:3000",
    "GRAFANA_TOKEN": "hunter2",
    "API_TOKEN": "hunter2-hunter2-hunter2",
    "SHORT_TOKEN": "hunter2",
    "EMPTY": "",
    "FARES": "jdbc:postgresql://db/fares?user=me&password=hunter2",
}


def faults_of(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(ConfigError) as caught:
        load(path, environment=ENVIRONMENT)
    return caught.value.faults


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_a_bad_configuration_gives_exactly_its_messages(path: Path) -> None:
    told = [
        str(replace(fault, file=path.name, message=fault.message.replace(f"{FOLDER}/", "")))
        for fault in faults_of(path)
    ]
    assert told == path.with_suffix(".txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_no_message_of_a_bad_configuration_shows_a_password(path: Path) -> None:
    assert "hunter2" not in str(faults_of(path))


def test_every_bad_configuration_has_its_messages_and_the_other_way_round() -> None:
    assert {path.stem for path in BAD} == {path.stem for path in FOLDER.glob("bad.*.txt")}
    assert len(BAD) >= 25


def test_the_good_configuration_is_read() -> None:
    settings = load(FOLDER / "good.yaml", environment=ENVIRONMENT)
    assert list(settings.models) == ["late_arrival", "arrival_minutes", "fares"]
    names = [rule.rule().name for rule in settings.alerts.rules]
    numbers, others = names[:5], names[5:]
    assert numbers == ["FeatureDrift", "AucDrop", "FewRows", "CarrierAuc", "VersionAuc"]
    assert others == ["Learned", "Own", "Borne", "Sigmas", "Weekly", "Worse"]
    assert settings.store.reveal() == f"sqlite:///{FOLDER}/seamark.db"


def test_a_configuration_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "seamark.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (FOLDER / "good.yaml").read_bytes().replace(b"\n", b"\r\n"))
    assert load(path, environment=ENVIRONMENT).version == 1


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("version: Ä".encode("latin-1"))
    for path, words in ((tmp_path / "no.yaml", "no such file"), (tmp_path, "folder"), (latin, "UTF-8")):
        (fault,) = faults_of(path)
        assert fault.file == str(path)
        assert words in fault.message


def test_a_secret_in_a_file_lies_beside_the_configuration(tmp_path: Path) -> None:
    text = (FOLDER / "good.yaml").read_text("utf-8").replace("{env: GRAFANA_TOKEN}", "{file: secrets/token}")
    config = tmp_path / "seamark.yaml"
    config.write_text(text, "utf-8")
    token = tmp_path / "secrets" / "token"
    token.parent.mkdir()
    for content, words in ((None, "cannot be read"), (b" \n", "is empty"), (b"\xff", "UTF-8")):
        if content is not None:
            token.write_bytes(content)
        (fault,) = faults_of(config)
        assert fault.path == "dashboards.grafana.token.file"
        assert words in fault.message
    token.write_text("hunter2\n", "utf-8")
    grafana = load(config, environment=ENVIRONMENT).dashboards.grafana
    assert grafana is not None
    assert grafana.token.reveal() == "hunter2"


def test_every_kind_of_channel_can_be_named_in_a_configuration_and_is_made_of_it() -> None:
    settings = load(FOLDER / "good.yaml", environment=ENVIRONMENT).alerts
    made = {receiver.kind: channel_of(receiver.channel) for receiver in settings.receivers}
    assert {kind: type(channel) for kind, channel in made.items()} == CHANNELS
    assert "hunter2" not in repr(made) + repr(settings)
