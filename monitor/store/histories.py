"""What was measured over a period, as it was measured, and which windows there were."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta

import sqlalchemy as sa

from monitor.measurement import Estimate, Measurement, Segment
from monitor.store.tables import MEASUREMENT, SERIES
from monitor.window import Window, from_epoch, to_epoch

FETCHED_AT_ONCE = 5_000


def read_history(
    connection: sa.Connection, model: str, period: Window, *, length: timedelta, metrics: Collection[str]
) -> Iterator[Measurement]:
    """The measurements of these metrics over windows of a length that end in a period, its end with it, in order.

    Whether targets that may still come are waited for is not stored, and so is not known.
    """
    seconds = length // timedelta(seconds=1)
    one = MEASUREMENT.c
    asked = (
        sa.select(SERIES, MEASUREMENT)
        .join_from(SERIES, MEASUREMENT)
        .where(SERIES.c.model == model, SERIES.c.window_seconds == seconds, SERIES.c.metric.in_(sorted(metrics)))
        .where(one.window_end > to_epoch(period.start), one.window_end <= to_epoch(period.end))
        .order_by(one.window_end, one.series_id)
    )
    with connection.execute(asked, execution_options={"yield_per": FETCHED_AT_ONCE}) as found:
        for row in found:
            end = from_epoch(row.window_end)
            yield Measurement(
                model=model,
                metric=row.metric,
                window=Window(end - length, end),
                estimate=Estimate(row.value, row.lower, row.upper, row.p_value, row.rows, row.reason),
                column_name=row.column_name,
                version=row.version,
                segment=Segment(row.segment_key, row.segment_value),
                target_coverage=row.target_coverage,
                reference_id=row.reference_id,
            )
