"""One window of one model: observe, measure, record. The story."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa

from monitor.errors import SeamarkError
from monitor.measure import measure
from monitor.profile.part import ALL
from monitor.record import Outcome, Watched, record, record_failure
from monitor.store import runs
from monitor.store.database import transaction
from monitor.store.worker import this_worker
from monitor.window import Window

logger = logging.getLogger(__name__)

NO_ROWS = "no predictions in this window"


def run_window(
    watched: Watched, window: Window, store: sa.Engine, *, clock: Callable[[], datetime], notify: bool, ahead: datetime
) -> Outcome | None:
    """Measure one window and act on it; None where it has ended already or somebody else is at it.

    A fault is written down as the end of the window; it stops no other window. Rows up to `ahead` may be read with
    those of the window, since they are needed next.
    """
    with transaction(store) as connection:
        claim = runs.claim(connection, watched.name, window, clock(), this_worker())
    if claim is None:
        return None
    try:
        return _measure_and_record(watched, window, store, claim, clock=clock, notify=notify, ahead=ahead)
    except runs.LostClaimError:
        return None
    except Exception as error:
        named = isinstance(error, SeamarkError)  # a trouble that has a name is no fault of ours
        logger.log(logging.INFO if named else logging.ERROR, "%s %s failed", watched.name, window, exc_info=error)
        reason = str(error) if named else f"{type(error).__name__}: {error}"
        is_news = claim.attempt > 1 or getattr(error, "permanent", False)  # the rest may pass by itself
        with suppress(runs.LostClaimError), transaction(store) as connection:
            noted = record_failure(connection, watched, window, reason, is_news=is_news, notify=notify, now=clock())
            runs.finish(connection, claim, "failed", now=clock(), reason=reason)
            return Outcome(watched.name, window, "failed", reason, fired=noted.fired)
        return Outcome(watched.name, window, "failed", reason)
    except BaseException:
        with transaction(store) as connection:
            runs.give_back(connection, claim)
        raise


def _measure_and_record(
    watched: Watched,
    window: Window,
    store: sa.Engine,
    claim: runs.Claim,
    *,
    clock: Callable[[], datetime],
    notify: bool,
    ahead: datetime,
) -> Outcome:
    def guard(connection: sa.Connection) -> None:
        if not runs.holds(connection, claim):
            raise runs.LostClaimError("another process has taken this window over")

    observation = watched.observe()
    reference = observation.reference(window, guard=guard)
    current = observation.current(window, reference, guard=guard, ahead=ahead)
    rows = current[ALL].rows
    unmatched = observation.unmatched_targets(window)
    measured = measure(
        watched.wanted, reference, current, model=watched.name, window=window, unmatched_targets=unmatched
    )
    measurements = watched.learning.limited(measured, observation, reference, window, guard=guard)
    now = clock()
    with transaction(store) as connection:
        evaluation = record(
            connection,
            watched,
            window,
            reference=reference,
            current=current,
            measurements=measurements,
            notify=notify,
            now=now,
        )
        ending: runs.Ending = "done" if rows else "skipped"
        reason = "" if rows else NO_ROWS
        runs.finish(connection, claim, ending, now=now, reason=reason, rows=rows)
    return Outcome(watched.name, window, ending, reason, rows, evaluation.fired, evaluation.resolved)
