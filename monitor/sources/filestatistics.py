"""Finds the last time of a Parquet file in its footer."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from monitor.sources.datafiles import DataFile, ParquetData, unreadable
from monitor.sources.filecolumns import UnreadableValueError, times


def last_time(file: DataFile, column: str, zone: ZoneInfo | None) -> pa.Scalar | None:
    """The greatest time by the statistics of the row groups; None where they do not tell."""
    if not isinstance(file, ParquetData) or column not in file.fragment.physical_schema.names:
        return None
    kind = file.schema.field(column).type
    if not (pa.types.is_timestamp(kind) or pa.types.is_date(kind) or pa.types.is_integer(kind)):
        return None
    greatest = _greatest(file, column)
    try:
        return None if greatest is None else pc.max(times(pa.array(greatest, kind), zone))
    except (UnreadableValueError, pa.ArrowException):
        return None


def _greatest(file: ParquetData, column: str) -> list[object] | None:
    """The maximum of each row group that has values; None if one of them is unknown."""
    with unreadable(file.path):
        metadata = file.fragment.metadata
    index = metadata.schema.names.index(column) if column in metadata.schema.names else None
    if index is None or metadata.schema.column(index).path != column:
        return None
    found: list[object] = []
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        statistics = group.column(index).statistics
        if statistics is None:
            return None
        if statistics.has_min_max:
            found.append(statistics.max)
        elif not statistics.has_null_count or statistics.null_count < group.num_rows:
            return None
    return found or None
