"""Brings to the driver what the executors make of the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from monitor.errors import SourceError
from monitor.profile.model import ModelProfile
from monitor.profile.part import Part
from monitor.profile.plan import Plan
from monitor.profile.scan import MOST_VERSIONS
from monitor.profile.stored import pack_plan
from monitor.sources.dataset import gathered
from monitor.sources.sparkconditions import column, functions
from monitor.sources.sparkexecutor import BATCHES, COUNTS, OnExecutor, RowReader, as_counts, as_messages, batch_of
from monitor.sources.sparkprofile import KEYS, PROFILES, adding_up, as_profiles, profile_of
from monitor.sources.sparksession import quiet_about_pandas
from monitor.window import EPOCH

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_MICROSECOND = timedelta(microseconds=1)


def streamed(frame: DataFrame, reader: RowReader, wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows, read on all executors at once and fetched in small portions; while one is used the next comes.

    A partition of the source, which can be a whole table, would fill the memory of the driver: Spark is asked to
    make portions of them, which wait on the disks of the executors.
    """
    messages = _mapped(frame, reader, as_messages(reader, wanted), BATCHES).hint("rebalance")
    # The same method of the frame itself leaves its jobs, with all their results, in the memory of the driver for ever.
    return gathered(batch_of(row[0]) for row in messages.rdd.toLocalIterator(prefetchPartitions=True))


def counted(frame: DataFrame, reader: RowReader, granularity: timedelta) -> Mapping[datetime, int]:
    """Rows by the start of their bucket, in rising order."""
    found: Counter[int] = Counter()
    for bucket, rows in _mapped(frame, reader, as_counts(reader, granularity), COUNTS).collect():
        found[bucket] += rows
    return _by_start(found, granularity)


def counted_by_spark(frame: DataFrame, time: str, granularity: timedelta) -> Mapping[datetime, int]:
    """The same for a column of instants, which Spark groups by itself."""
    sql, step = functions(), granularity // _MICROSECOND
    microseconds = sql.unix_micros(column(time))
    bucket = (microseconds - sql.pmod(microseconds, sql.lit(step).cast("long"))).alias("bucket")
    rows = frame.groupBy(bucket).count().collect()
    return _by_start({row["bucket"] // step: row["count"] for row in rows}, granularity)


def profiled(
    frame: DataFrame, reader: RowReader, plan: Plan, granularity: timedelta
) -> dict[datetime, dict[Part, ModelProfile]]:
    """Profiles by bucket and part; those of the partitions meet on the executors, the driver gets their sums."""
    packed = pack_plan(plan)
    partial = _mapped(frame, reader, as_profiles(reader, packed, granularity), PROFILES)
    rows = partial.groupBy(*KEYS).applyInArrow(adding_up(packed), PROFILES).drop("ids").collect()
    found: dict[datetime, dict[Part, ModelProfile]] = {}
    for row in sorted(map(tuple, rows)):
        start, part, profile = profile_of(row, plan, granularity)
        found.setdefault(start, {})[part] = profile
    _refuse_many_versions({part.version for parts in found.values() for part in parts})
    return found


def _mapped(frame: DataFrame, reader: RowReader, function: OnExecutor, schema: str) -> DataFrame:
    quiet_about_pandas()
    columns = [column(name) for name in dict.fromkeys(reader.columns.values())]
    return frame.select(*columns).mapInArrow(function, schema)


def _by_start(rows: Mapping[int, int], granularity: timedelta) -> Mapping[datetime, int]:
    return {EPOCH + number * granularity: rows[number] for number in sorted(rows)}


def _refuse_many_versions(versions: set[str]) -> None:
    """No partition alone may hold them."""
    if len(versions) > MOST_VERSIONS:
        message = f"the column of the model's version holds more than {MOST_VERSIONS} values; is it really a version?"
        raise SourceError(message, permanent=True)
