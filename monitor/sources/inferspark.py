"""Reads the features and their kinds off what Spark loads."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa

from monitor.sources.infer import InferredKinds, infer_field_kinds
from monitor.sources.sparkfaults import translated
from monitor.sources.sparkplace import SparkPlace, loaded

SAMPLE_ROWS = 1_000


def infer_spark_kinds(place: SparkPlace, exclude: Collection[str] = ()) -> InferredKinds:
    """The features by their types and first rows, but for the columns `exclude`."""
    with translated(place.name, place.secrets):
        found: pa.Table = loaded(place).limit(SAMPLE_ROWS).toArrow()
    wanted = found.select([name for name in found.column_names if name not in exclude])
    sample = pa.RecordBatch.from_arrays(
        [pa.concat_arrays(column.chunks) if column.chunks else pa.array([], column.type) for column in wanted.columns],
        schema=wanted.schema,
    )
    return infer_field_kinds(wanted.schema, sample)
