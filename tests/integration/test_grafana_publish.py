"""Publishing to a stand-in Grafana, its faults included."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from builders.grafana_stand_in import ADMIN, BAD_GATEWAY, EDITOR, VIEWER, StandIn, stand_in_grafana

from dashboards.grafana.catalogue import BOARDS, boards
from dashboards.grafana.connection import PAUSES, Connection, GrafanaError
from dashboards.grafana.publish import Published, Target, publish
from dashboards.grafana.source import DataSource

PASSWORD = "hunter2-hunter2"
STORE = DataSource(host="store", database="seamark", user="reader", password=PASSWORD)
BOARD_URL = "/api/dashboards/db"


@pytest.fixture
def grafana() -> Iterator[StandIn]:
    with stand_in_grafana() as running:
        yield running


def published(
    grafana: StandIn,
    *,
    token: str = ADMIN,
    source: DataSource = STORE,
    overwrite: bool = True,
    pauses: list[float] | None = None,
) -> Published:
    sleep = [].append if pauses is None else pauses.append
    return publish(Target(grafana.url, token), source, overwrite=overwrite, sleep=sleep)


def refused(grafana: StandIn, *, token: str = ADMIN, overwrite: bool = True) -> GrafanaError:
    with pytest.raises(GrafanaError) as caught:
        published(grafana, token=token, overwrite=overwrite)
    assert token not in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert caught.value.__cause__ is None  # nothing below it reaches a log with the token in it
    return caught.value


def test_folder_data_source_and_every_board_are_made(grafana: StandIn) -> None:
    done = published(grafana)
    assert [folder["title"] for folder in grafana.folders.values()] == ["Seamark"]
    assert grafana.sources[done.data_source_uid]["secureJsonData"] == {"password": PASSWORD}
    assert len(grafana.boards) == len(BOARDS)
    assert all(board["meta"]["folderUid"] == done.folder_uid for board in grafana.boards.values())
    assert {board.uid for board in done.boards} == set(grafana.boards)
    assert all(board.changed and board.version == 1 for board in done.boards)
    assert done.grafana_version == "13.2.3"


def test_publishing_twice_writes_no_board_again(grafana: StandIn) -> None:
    first, second = published(grafana), published(grafana)
    assert [board.version for board in second.boards] == [board.version for board in first.boards]
    assert not any(board.changed for board in second.boards)
    assert len(grafana.folders) == len(grafana.sources) == 1


def test_a_board_that_was_changed_in_grafana_is_put_right(grafana: StandIn) -> None:
    done = published(grafana)
    changed = done.boards[0].uid
    grafana.boards[changed]["dashboard"]["panels"][0]["title"] = "something else"
    again = {board.uid: board.changed for board in published(grafana).boards}
    assert again == {board.uid: board.uid == changed for board in done.boards}


def test_a_board_in_another_folder_is_moved(grafana: StandIn) -> None:
    done = published(grafana)
    grafana.boards[done.boards[0].uid]["meta"]["folderUid"] = "elsewhere"
    published(grafana)
    assert grafana.boards[done.boards[0].uid]["meta"]["folderUid"] == done.folder_uid


def test_what_grafana_adds_to_a_board_of_its_own_is_no_change(grafana: StandIn) -> None:
    published(grafana)
    for kept in grafana.boards.values():
        kept["dashboard"]["weekStart"] = ""
        kept["dashboard"]["panels"][1]["pluginVersion"] = "13.2.3"
    assert not any(board.changed for board in published(grafana).boards)


def test_without_overwrite_a_changed_board_stays_and_the_call_fails(grafana: StandIn) -> None:
    published(grafana)
    uid = next(iter(grafana.boards))
    grafana.boards[uid]["dashboard"]["title"] = "ours now"
    error = refused(grafana, overwrite=False)
    assert (error.status, error.permanent) == (412, True)
    assert "changed" in str(error)
    assert grafana.boards[uid]["dashboard"]["title"] == "ours now"


def test_without_overwrite_boards_that_are_new_or_unchanged_are_no_conflict(grafana: StandIn) -> None:
    published(grafana, overwrite=False)
    published(grafana, overwrite=False)
    assert {kept["dashboard"]["version"] for kept in grafana.boards.values()} == {1}


def test_a_new_password_reaches_the_data_source(grafana: StandIn) -> None:
    published(grafana)
    done = published(grafana, source=replace(STORE, password="another", host="[::1]"))
    assert grafana.sources[done.data_source_uid]["secureJsonData"] == {"password": "another"}


def test_a_folder_of_this_title_under_another_uid_is_used(grafana: StandIn) -> None:
    grafana.folders["abc"] = {"uid": "abc", "title": "Seamark"}
    assert published(grafana).folder_uid == "abc"
    assert len(grafana.folders) == 1


def test_a_folder_that_the_list_does_not_show_is_found_by_its_uid(grafana: StandIn) -> None:
    grafana.folders["seamark"] = {"uid": "seamark", "title": "Seamark"}
    grafana.hidden_folders = True
    assert published(grafana).folder_uid == "seamark"


def test_a_data_source_of_this_name_under_another_uid_is_used_by_the_boards(grafana: StandIn) -> None:
    grafana.sources["xyz"] = {"uid": "xyz", "name": "Seamark", "type": "grafana-postgresql-datasource"}
    assert published(grafana).data_source_uid == "xyz"
    for kept in grafana.boards.values():
        assert kept["dashboard"]["templating"]["list"][0]["current"]["value"] == "xyz"


def test_a_name_with_signs_in_it_is_found_again(grafana: StandIn) -> None:
    odd = replace(STORE, name="ML / drift? 100% #1")
    first, second = published(grafana, source=odd), published(grafana, source=odd)
    assert first.data_source_uid == second.data_source_uid
    assert len(grafana.sources) == 1


def test_a_data_source_that_a_file_provisions_is_left_alone(grafana: StandIn) -> None:
    grafana.sources["seamark"] = {
        "uid": "seamark",
        "name": "Seamark",
        "type": "grafana-postgresql-datasource",
        "readOnly": True,
    }
    published(grafana)
    assert ("PUT", "/api/datasources/uid/seamark") not in grafana.asked


def test_a_data_source_of_another_kind_is_not_overwritten(grafana: StandIn) -> None:
    grafana.sources["seamark"] = {"uid": "seamark", "name": "Seamark", "type": "prometheus"}
    error = refused(grafana)
    assert "prometheus" in str(error)
    assert grafana.sources["seamark"]["type"] == "prometheus"


def test_a_board_that_a_file_provisions_says_so(grafana: StandIn) -> None:
    published(grafana)
    kept = next(iter(grafana.boards.values()))
    kept["meta"]["provisioned"] = True
    kept["dashboard"]["title"] = "older"
    assert "Cannot save provisioned dashboard" in str(refused(grafana))


def test_no_call_goes_by_a_numeric_id(grafana: StandIn) -> None:
    published(grafana)
    published(grafana)
    assert not [path for _, path in grafana.asked if path.rsplit("/", 1)[-1].isdigit()]


def test_grafana_below_a_path_is_reached_and_its_addresses_are_whole() -> None:
    with stand_in_grafana(prefix="/tools/grafana") as grafana:
        done = published(grafana)
        assert done.boards[0].url == f"{grafana.url}/d/{done.boards[0].uid}/slug"


@pytest.mark.parametrize(
    ("token", "status", "advice"),
    [("glsa_wrong", 401, "make a token"), (VIEWER, 403, "role"), (EDITOR, 403, "Admin")],
)
def test_a_token_that_is_wrong_or_too_weak_says_what_to_do(
    grafana: StandIn, token: str, status: int, advice: str
) -> None:
    error = refused(grafana, token=token)
    assert (error.status, error.permanent) == (status, True)
    assert advice in str(error)
    assert not grafana.boards


def test_a_path_where_no_grafana_lives_says_to_check_the_url(grafana: StandIn) -> None:
    with pytest.raises(GrafanaError, match="check the URL") as caught:
        publish(Target(f"{grafana.url}/nowhere", ADMIN), STORE, sleep=[].append)
    assert caught.value.permanent


@pytest.mark.parametrize("body", ['{"status": "ok"}', "[]", '"pong"', "null", "", "<html>log in</html>"])
def test_a_server_that_is_no_grafana_is_told_apart(grafana: StandIn, body: str) -> None:
    grafana.fail("/api/health", 200, body)
    error = refused(grafana)
    assert error.permanent
    assert "check the URL" in str(error)


def test_a_bad_gateway_is_waited_out(grafana: StandIn) -> None:
    pauses: list[float] = []
    grafana.fail("/api/datasources", 502, BAD_GATEWAY, times=2)
    published(grafana, pauses=pauses)
    assert pauses == list(PAUSES[:2])


@pytest.mark.parametrize("page", [BAD_GATEWAY, "<html>Bad Gateway</html>", ""])
@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_fault_that_does_not_pass_ends_with_its_status_and_without_its_page(
    grafana: StandIn, status: int, page: str
) -> None:
    pauses: list[float] = []
    grafana.fail("/api/folders", status, page, times=99)
    with pytest.raises(GrafanaError) as caught:
        published(grafana, pauses=pauses)
    assert (caught.value.status, caught.value.permanent) == (status, False)
    assert "<" not in str(caught.value)
    assert pauses == list(PAUSES)


def test_an_answer_that_never_comes_is_given_up_and_can_be_tried_again(grafana: StandIn) -> None:
    grafana.hold("/api/health", times=99)
    connection = Connection(grafana.url, ADMIN, timeout_seconds=0.05, sleep=[].append)
    with pytest.raises(GrafanaError, match="in time") as caught:
        connection.call("find Grafana", lambda face: face.api.GET("/health"))
    assert not caught.value.permanent
    assert len(grafana.asked) == len(PAUSES) + 1


def test_a_slow_answer_is_asked_for_again(grafana: StandIn) -> None:
    grafana.hold("/api/health")
    connection = Connection(grafana.url, ADMIN, timeout_seconds=0.05, sleep=[].append)
    assert connection.call("find Grafana", lambda face: face.api.GET("/health"))["database"] == "ok"


def test_a_server_that_is_gone_can_be_tried_again() -> None:
    with stand_in_grafana() as grafana:
        gone = grafana.url
    with pytest.raises(GrafanaError, match="cannot be reached") as caught:
        publish(Target(gone, ADMIN), STORE, sleep=[].append)
    assert not caught.value.permanent


@pytest.mark.parametrize("path", ["/api/folders", "/api/datasources", BOARD_URL])
@pytest.mark.parametrize("overwrite", [True, False])
def test_work_whose_answer_was_lost_is_not_done_twice(grafana: StandIn, path: str, *, overwrite: bool) -> None:
    grafana.fail(path, 502, BAD_GATEWAY, method="POST", work_is_done=True)
    done = published(grafana, overwrite=overwrite)
    assert len(grafana.folders) == len(grafana.sources) == 1
    assert len(grafana.boards) == len(BOARDS)
    assert not any(board.changed for board in published(grafana).boards)
    assert done.folder_uid in grafana.folders


@pytest.mark.parametrize("status", [200, 204])
def test_an_empty_answer_to_an_update_is_an_answer(grafana: StandIn, status: int) -> None:
    published(grafana)
    grafana.fail("/api/datasources/uid", status, "", method="PUT", work_is_done=True)
    assert published(grafana).data_source_uid == "seamark"


@pytest.mark.parametrize("path", ["/api/folders", "/api/datasources"])
def test_an_empty_answer_where_a_uid_is_needed_is_an_error_in_words(grafana: StandIn, path: str) -> None:
    grafana.fail(path, 204, "", method="POST")
    assert "does not say its uid" in str(refused(grafana))


def test_a_redirect_is_not_followed_with_the_token(grafana: StandIn) -> None:
    with stand_in_grafana() as elsewhere:
        grafana.fail("/api/health", 302, Location=f"{elsewhere.url}/api/health")
        error = refused(grafana)
        assert elsewhere.asked == []
    assert error.permanent
    assert "elsewhere" in str(error)


def test_a_token_or_password_that_grafana_echoes_is_not_passed_on(grafana: StandIn) -> None:
    echo = json.dumps({"message": f"cannot use {ADMIN} with {PASSWORD}"})
    grafana.fail("/api/datasources", 400, echo, method="POST")
    assert "cannot use *** with ***" in str(refused(grafana))


@pytest.mark.parametrize("body", ["[]", '"message"', "null", '{"message": null}', "{}", "message"])
@pytest.mark.parametrize("status", [400, 409, 500])
def test_an_error_in_any_shape_becomes_an_error_in_words(grafana: StandIn, status: int, body: str) -> None:
    grafana.fail("/api/folders", status, body, times=99)
    assert refused(grafana).status == status


def test_what_is_published_is_what_is_exported_but_for_the_data_source(grafana: StandIn) -> None:
    published(grafana)
    for board in boards().values():
        kept = grafana.boards[str(board["uid"])]["dashboard"]
        assert {**kept, "id": None} == {**json.loads(json.dumps(board)), "version": 1}
