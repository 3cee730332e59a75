"""The same rows give equal batches from every database and by every way of reading it."""

from __future__ import annotations

import itertools
import math
import random
import struct
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
import sqlalchemy as sa
from builders.logs import WAYS, by_any_process, new_engine, opened, rows_of
from sqlalchemy.dialects import mysql

from monitor.sources.moments import INSTANT
from monitor.sources.postgresqlcopy import by_copy
from monitor.sources.spec import Filter, TableSpec
from monitor.sources.table import SqlTable, Way
from monitor.window import Window, floor, utc

NASTY = [
    "it's",
    'say "yes"',
    "100%",
    "%s %(a)s %%",
    "a\\b",
    "\\'; --",
    ":name",
    "naïve 漢字 🌊",
    " ",
    "",
    "tab\there",
    "1.0",
    "NaN",
]
HUGE_AND_TINY = [
    1.7976931348623157e308,
    -5e-324,
    2.2250738585072014e-308,
    0.1,
    1e22,
    123456789.123456789,
    -0.0,
    1e15 + 0.5,
]
LOCAL = datetime.fromisoformat("2013-10-27T00:00:00")  # the clocks of Berlin go back at 03:00
COLUMNS = {
    "id": "id",
    "time": "at",
    "local": "local_number",
    "late": "late",
    "late_as_number": "late",
    "text": "text",
    "double": "a_double",
    "double_as_category": "category",
    "decimal": "a_decimal",
    "decimal_as_category": "a_decimal",
    "whole": "whole",
    "whole_as_category": "whole",
    "nothing": "empty",
    "nothing_as_category": "empty",
    "begins": "begins",
}
KINDS = {
    name: "categorical" if name in ("late", "text", "nothing_as_category") or name.endswith("_category") else "numeric"
    for name in COLUMNS
    if name not in ("id", "time")
}
SPEC = TableSpec("log", COLUMNS, KINDS, time_zone="Europe/Berlin")  # type: ignore[arg-type]
WHOLE_NUMBERS = [0, -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 7, None]


def table() -> sa.Table:
    """One column for each trouble."""
    double: sa.types.TypeEngine[float] = sa.Double()
    return sa.Table(
        "log",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")),
        sa.Column("local_number", sa.SmallInteger),
        sa.Column("late", sa.Boolean),
        sa.Column("text", sa.Text),
        sa.Column("a_double", double),
        sa.Column("category", double),
        sa.Column("a_decimal", sa.Numeric(20, 4)),
        sa.Column("whole", sa.BigInteger),
        sa.Column("empty", double),
        sa.Column("begins", double),
    )


def values(position: int) -> dict[str, object]:
    """The row at this position, as Python has it."""
    return {
        "id": position,
        "at": None if position == 5 else LOCAL + timedelta(minutes=15 * position, microseconds=position),
        "local_number": None if position % 4 == 0 else position - 20,
        "late": None if position % 5 == 0 else position % 2 == 0,
        "text": None if position == 3 else NASTY[position % len(NASTY)],
        "a_double": None if position == 2 else HUGE_AND_TINY[position % len(HUGE_AND_TINY)],
        "category": None if position == 1 else position / 8,
        "a_decimal": None if position == 0 else Decimal(position * 10_001) / 4,
        "whole": WHOLE_NUMBERS[position % len(WHOLE_NUMBERS)],
        "empty": None,
        "begins": None if position < 4 else float(position) if position < 10 else position / 64,
    }


@pytest.fixture(params=WAYS)
def log(request: pytest.FixtureRequest) -> Iterator[SqlTable]:
    """The rows in one database, read in one way."""
    database, ways = WAYS[request.param]
    engine = new_engine(request, database)
    made = table()
    made.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(made.insert(), [values(position) for position in range(48)])
    yield opened(engine, SPEC, ways)
    engine.dispose()


def expected_time(position: int) -> datetime | None:
    """The first of two where the clock shows an hour twice."""
    if position == 5:
        return None
    local = LOCAL + timedelta(minutes=15 * position, microseconds=position)
    return utc(2013, 10, 26, 22) + (local - LOCAL) + timedelta(hours=1 if local.hour >= 3 else 0)


def canonical(number: float | None) -> str | None:
    if number is None:
        return None
    return str(int(number)) if float(number).is_integer() else str(float(number))


def expected(position: int) -> dict[str, object]:
    row = values(position)
    decimal, whole, late = row["a_decimal"], row["whole"], row["late"]
    return {
        "id": str(position),
        "time": expected_time(position),
        "local": row["local_number"],
        "late": None if late is None else str(int(bool(late))),
        "late_as_number": None if late is None else float(bool(late)),
        "text": row["text"],
        "double": row["a_double"],
        "double_as_category": canonical(row["category"]),  # type: ignore[arg-type]
        "decimal": None if decimal is None else float(decimal),  # type: ignore[arg-type]
        "decimal_as_category": canonical(None if decimal is None else float(decimal)),  # type: ignore[arg-type]
        "whole": None if whole is None else float(whole),  # type: ignore[arg-type]
        "whole_as_category": None if whole is None else str(whole),
        "nothing": None,
        "nothing_as_category": None,
        "begins": row["begins"],
    }


def test_every_value_is_the_same_everywhere(log: SqlTable) -> None:
    found = {str(row["id"]): row for row in rows_of(log)}
    assert len(found) == 48
    for position in range(48):
        assert found[str(position)] == expected(position)


def test_the_types_are_the_same_everywhere(log: SqlTable) -> None:
    shown = {"time": INSTANT, "numeric": pa.float64(), "categorical": pa.string()}
    for batch in log.scan():
        assert batch.schema == pa.schema([(name, shown[SPEC.use(name)]) for name in COLUMNS])


def test_windows_have_the_same_rows_everywhere(log: SqlTable) -> None:
    start = utc(2013, 10, 26, 22)
    for minutes, number in itertools.product((15, 95), range(4)):
        window = Window(start + timedelta(minutes=minutes * number), start + timedelta(minutes=minutes * (number + 1)))
        inside = [n for n in range(48) if (time := expected_time(n)) is not None and time in window]
        assert sorted(int(str(row["id"])) for row in rows_of(log, window=window, only=("id",))) == inside


WINDOWS = (
    Window(utc(2013, 10, 26), utc(2013, 10, 28)),
    Window(utc(2013, 10, 26, 23, 59, 30), utc(2013, 10, 27, 0, 31)),
    Window(utc(2013, 10, 27, 0, 15) + timedelta(microseconds=10), utc(2013, 10, 27, 3)),
)


def test_counts_are_those_of_a_scan_everywhere(log: SqlTable) -> None:
    for window, seconds in itertools.product(WINDOWS, (7 * 60, 3600)):
        counted: dict[datetime, int] = {}
        for row in rows_of(log, window=window, only=("id", "time")):
            start = floor(row["time"], timedelta(seconds=seconds))  # type: ignore[arg-type]
            counted[start] = counted.get(start, 0) + 1
        assert log.counts(window, timedelta(seconds=seconds)) == counted


def test_lookups_find_the_same_rows_everywhere(log: SqlTable) -> None:
    ids = ["7", "11", "7", "no number", "999", *(str(n) for n in range(1000, 3500)), "30"]
    found = [row for batch in log.lookup(ids, only=("id", "text")) for row in batch.to_pylist()]
    assert sorted(found, key=lambda row: int(row["id"])) == [
        {"id": str(n), "text": values(n)["text"]} for n in (7, 11, 30)
    ]
    assert list(log.lookup([])) == []


def test_filters_with_nasty_values_keep_the_same_rows_everywhere(log: SqlTable) -> None:
    for text in NASTY:
        wanted = Filter("text", "in", (text, "?"))
        spec = TableSpec("log", {"id": "id", "text": "text"}, {"text": "categorical"}, (wanted,))
        narrowed = SqlTable.open(log.engine, spec, ways=log.ways)
        expected = sorted(str(n) for n in range(48) if values(n)["text"] == text)
        found = [row["id"] for row in rows_of(narrowed)]
        if log.engine.dialect.name == "mysql" and not text.strip():  # its collation takes a blank for nothing
            assert set(expected) <= set(found)
        else:
            assert found == expected, text


NASTY_NAME = 'a%b %s "q" :x \\ ?'


@pytest.mark.parametrize("way", WAYS)
def test_nasty_names_are_read_everywhere(request: pytest.FixtureRequest, way: str) -> None:
    database, ways = WAYS[way]
    engine = new_engine(request, database)
    made = sa.Table(NASTY_NAME, sa.MetaData(), sa.Column(NASTY_NAME, sa.Integer), sa.Column("select", sa.Integer))
    made.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(made.insert().values([1, 2]))
    spec = TableSpec(NASTY_NAME, {"x": NASTY_NAME, "id": "select"}, {"x": "numeric"}, (Filter(NASTY_NAME, "=", 1),))
    assert rows_of(opened(engine, spec, ways)) == [{"x": 1.0, "id": "2"}]
    engine.dispose()


def pair(
    request: pytest.FixtureRequest, database: str, ways: tuple[Way, ...], make: list[str], kinds: dict[str, str]
) -> None:
    """Reads a table by cursor and in another way, and compares every bit."""
    engine = new_engine(request, database)
    with engine.begin() as connection:
        for statement in make:
            connection.exec_driver_sql(statement)
    columns = {name: name.removesuffix("_again") for name in kinds}
    spec = TableSpec("t", {"id": "id", **columns}, kinds)  # type: ignore[arg-type]
    slow, fast = (
        pa.Table.from_batches(opened(engine, spec, way).scan()).sort_by("id").combine_chunks() for way in ((), ways)
    )
    engine.dispose()
    assert slow.schema == fast.schema
    for name in slow.schema.names:
        if pa.types.is_floating(slow[name].type):
            assert [bits(x) for x in slow[name].to_pylist()] == [bits(x) for x in fast[name].to_pylist()], name
        else:
            assert slow[name].to_pylist() == fast[name].to_pylist(), name


def bits(value: float | None) -> bytes | None:
    if value is None or math.isnan(value):
        return None if value is None else b"nan"
    return struct.pack("<d", value)


def test_every_type_of_postgresql_is_read_alike(request: pytest.FixtureRequest) -> None:
    name = uuid.UUID(int=2**100 + 7)
    make = [
        "CREATE TYPE mood AS ENUM ('sad', 'it''s 100%%')",
        "CREATE TABLE t (id UUID, small SMALLINT, single REAL, double DOUBLE PRECISION, exact NUMERIC,"
        " price NUMERIC(9,2), flag BOOLEAN, code CHAR(4),"
        " word VARCHAR(20), mood mood, day DATE, moment TIMESTAMPTZ, naive TIMESTAMP)",
        f"INSERT INTO t VALUES ('{name}', 1, 0.1, 'NaN', 1e400, 1.50, true, 'a', ' 12 ', 'sad', '2013-04-01',"
        " '2013-04-01 12:00:00.5+02', '2013-04-01')",
        f"INSERT INTO t VALUES ('{uuid.UUID(int=1)}', -1, 16777216.5, 'infinity', 'NaN', -0.01, false, '', '1_0',"
        " 'it''s 100%%', '0001-01-01', '9999-12-31 00:00:00Z', '0001-01-01')",
        f"INSERT INTO t VALUES ('{uuid.UUID(int=3)}', 0, 1e-40, '-infinity', 100000000000000000000000, 2.00, NULL,"
        " NULL, 'many', NULL, NULL, '1969-12-31 23:59:59.999999Z', '2013-04-01 00:00:00.000001')",
        f"INSERT INTO t (id, word) VALUES ('{uuid.UUID(int=4)}', '')",
    ]
    both = ("small", "single", "double", "exact", "price", "flag", "code", "word")
    kinds = dict.fromkeys(both, "numeric") | dict.fromkeys((f"{name}_again" for name in both), "categorical")
    kinds |= dict.fromkeys(("mood", "day", "moment", "naive"), "categorical")
    pair(request, "postgresql", (by_copy,), make, kinds)


def test_any_float_of_sqlite_is_read_alike(request: pytest.FixtureRequest) -> None:
    draw = random.Random(2013)
    values: list[object] = [struct.unpack("<d", draw.randbytes(8))[0] for _ in range(300)]
    values += [
        float(f"{draw.randrange(10**digits)}e{draw.randrange(-20, 20)}") for digits in range(1, 18) for _ in range(40)
    ]
    values += [
        9e999,
        -9e999,
        1e15,
        1e16,
        9e18,
        9.3e18,
        1e-4,
        9.9e-5,
        0.1 + 0.2,
        2**53 + 2.0,
        0.30000000000000004,
        1 / 3,
    ]
    shown = [f"({n}, {value!r})".replace("inf", "9e999") for n, value in enumerate(values) if value == value]  # noqa: PLR0124
    make = ["CREATE TABLE t (id, x)", f"INSERT INTO t VALUES {', '.join(shown)}"]
    pair(request, "sqlite", (by_any_process,), make, {"x": "numeric", "x_again": "categorical"})


def test_what_only_python_can_read_in_sqlite_is_read_alike(request: pytest.FixtureRequest) -> None:
    make = [
        "CREATE TABLE t (id, number NUMERIC, word)",
        "INSERT INTO t VALUES (1, 'many', 'AA'), (2, ' 7 ', 1), (3, 2.5, 2.0), (4, '1_0', 2.5), "
        " (5, 9007199254740993, 1e300),"
        " (6, NULL, NULL), (7, 1, 'a' || char(0) || 'b'), (8, 0, 1e-9), ('nine', '', -0.0), (10.0, -1, '')",
    ]
    pair(request, "sqlite", (by_any_process,), make, {"number": "numeric", "word": "categorical"})
