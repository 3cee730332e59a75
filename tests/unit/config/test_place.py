"""Where rows lie."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.config import PredictionSettings, Secret, Settings, TargetSettings

Reader = Callable[..., Settings]
Faults = Callable[..., list[str]]


@pytest.fixture
def place(settings: Reader) -> Callable[..., TargetSettings]:
    """The place of the targets; it is the same for the predictions."""

    def read(text: str, **environment: str) -> TargetSettings:
        targets = f"{{{text}, columns: {{id: a, target: b}}}}"
        found = settings(environment, targets=targets).models["late_arrival"].targets
        assert found is not None
        return found

    return read


@pytest.fixture
def told(faults: Faults) -> Callable[[str], list[str]]:
    return lambda text: [
        line.removeprefix("models.late_arrival.targets")
        for line in faults(targets=f"{{{text}, columns: {{id: a, target: b}}}}")
    ]


@pytest.mark.parametrize("key", ["path", "delta"])
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("data/arrivals/", "/etc/seamark/data/arrivals"),
        ("arrivals.csv", "/etc/seamark/arrivals.csv"),
        ("/data/day=2013-01-01", "/data/day=2013-01-01"),
        ("s3://bucket/arrivals/", "s3://bucket/arrivals/"),
        ("s3://me@bucket/arrivals?region=eu-west-1", "s3://me@bucket/arrivals?region=eu-west-1"),
    ],
)
def test_a_relative_path_starts_in_the_folder_of_the_file_and_an_address_stays(
    place: Callable[..., TargetSettings], key: str, written: str, read: str
) -> None:
    found = place(f"{key}: '{written}'")
    assert (getattr(found, key), found.name, found.table) == (read, read, None)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("table: flights.arrivals", "flights.arrivals"),
        ("spark: {table: lake.flights.arrivals}", "lake.flights.arrivals"),
        ("spark: {format: orc, path: /data/arrivals}", "/data/arrivals"),
        ("spark: {format: jdbc, options: {dbtable: arrivals}}", "jdbc"),
    ],
)
def test_every_place_has_a_name(place: Callable[..., TargetSettings], text: str, name: str) -> None:
    assert place(text).name == name


def test_a_place_of_predictions_may_be_of_another_kind_than_that_of_the_targets(settings: Reader) -> None:
    model = settings(targets="{delta: x, columns: {id: a, target: b}}").models["late_arrival"]
    assert isinstance(model.predictions, PredictionSettings)
    assert (model.predictions.table, model.predictions.delta) == ("predictions", None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("database: sqlite:///x.db", ": does not say where the rows lie; add one of table, path, delta and spark"),
        ("tabel: x", ".tabel: unknown key; did you mean `table`?"),
        ("table: 1", ".table: should be text, not a number; put it in quotes"),
        ("path: ''", ".path: is empty"),
        ("path: 's3://[bucket/x'", ".path: not an address such as s3://bucket/predictions"),
        ("path: a, delta: b", ".delta: the rows lie in one place, and `path` names one too; leave one of the two out"),
        ("database: sqlite:///x.db, delta: b", ".database: goes with `table`, not with `delta`; leave it out"),
        (
            "table: x, spark: {format: orc}",
            ".spark: the rows lie in one place, and `table` names one too; leave one of the two out",
        ),
        ("spark: {format: 1}", ".spark.format: should be text, not a number; put it in quotes"),
    ],
)
def test_a_place_that_is_wrong_is_told_in_one_sentence(
    told: Callable[[str], list[str]], text: str, message: str
) -> None:
    assert told(text) == [message]


def test_options_of_spark_keep_their_kind_and_hide_what_comes_from_outside(
    place: Callable[..., TargetSettings],
) -> None:
    spark = place(
        "spark: {format: jdbc, options: {fetchsize: 10, ratio: 0.5, pushDown: true, user: me, "
        "password: {env: PASSWORD}}, conf: {a.b: c}}",
        PASSWORD="hunter2",
    ).spark
    assert spark is not None
    assert spark.options == {
        "fetchsize": 10,
        "ratio": 0.5,
        "pushDown": True,
        "user": "me",
        "password": Secret("hunter2"),
    }
    assert [type(value) for value in spark.options.values()] == [int, float, bool, str, Secret]
    assert (spark.conf, spark.master) == ({"a.b": "c"}, None)


def test_what_is_hidden_is_not_dumped(place: Callable[..., TargetSettings]) -> None:
    found = place("spark: {format: jdbc, options: {password: {env: P}, numPartitions: 4}}", P="hunter2")
    for dumped in (found.model_dump_json(), repr(found), str(found)):
        assert "hunter2" not in dumped
    assert '"numPartitions":4' in found.model_dump_json()


@pytest.mark.parametrize(
    "option", ["password: x", "sfPassword: x", "fs.azure.account.key.me: x", "url: 'jdbc:x?PASSWORD=x'"]
)
def test_a_password_in_the_options_of_spark_is_refused(told: Callable[[str], list[str]], option: str) -> None:
    (line,) = told(f"spark: {{format: jdbc, options: {{{option}}}}}")
    assert "does not belong in this file" in line
