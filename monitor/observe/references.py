"""References in the store: profiled when they are first needed, and again when their rows change."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.observe.data import Basis, Data
from monitor.observe.reference import Reference, profile_reference
from monitor.profile.idlike import id_complaints
from monitor.profile.plan import Plan
from monitor.profile.stored import pack_parts, pack_plan, unpack_parts, unpack_plan
from monitor.store.database import transaction
from monitor.store.plans import read_plan, write_plan
from monitor.store.references import newest_reference, write_reference

logger = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(hours=1)


class References:
    """The references of one model."""

    def __init__(self, model: str, data: Data, store: sa.Engine, clock: Callable[[], datetime]) -> None:
        self._model = model
        self._data = data
        self._store = store
        self._clock = clock
        self._known: dict[str, tuple[datetime, Reference]] = {}

    def of(self, basis: Basis) -> Reference:
        """The profile of these rows; whether they are still the same is asked once an hour."""
        looked_at, known = self._known.get(basis.description, (None, None))
        if known is not None and looked_at is not None and self._clock() < looked_at + LOOK_AGAIN:
            return known
        fingerprint = basis.fingerprint()
        found = self._stored(basis.description, fingerprint)
        if found is None:
            found = profile_reference(self._model, basis, self._data.shape)
            self.keep(found, fingerprint)
            for complaint in id_complaints(found.profile):
                logger.warning("%s: %s", self._model, complaint)
        self._known = {basis.description: (self._clock(), found)}
        return found

    def keep(self, reference: Reference, fingerprint: str = "") -> None:
        """Store a reference, its plan, and the bins that people see."""
        now, plan = self._clock(), pack_plan(reference.plan)
        with transaction(self._store) as connection:
            write_plan(connection, self._model, reference.plan_id, plan, now)
            write_reference(
                connection,
                self._model,
                reference_id=reference.reference_id,
                description=reference.description,
                rows=reference.profile.rows,
                bins={name: [(one.label, one.share) for one in bins] for name, bins in reference.bins.items()},
                now=now,
                plan_id=reference.plan_id,
                fingerprint=fingerprint,
                content=pack_parts(reference.parts, reference.plan) if fingerprint else None,
                leanings=reference.leanings,
            )

    def _stored(self, description: str, fingerprint: str) -> Reference | None:
        with transaction(self._store) as connection:
            stored = newest_reference(connection, self._model, description)
            if stored is None or stored.content is None or stored.fingerprint != fingerprint:
                return None
            content = read_plan(connection, stored.plan_id)
        plan = None if content is None else unpack_plan(content)
        if plan is None or plan.shape != self._data.shape:
            self._say_what_changed(description, plan)
            return None
        parts = unpack_parts(stored.content, plan)
        leanings = stored.leanings or {}
        return Reference(stored.reference_id, stored.description, plan, stored.plan_id, parts, leanings)

    def _say_what_changed(self, description: str, plan: Plan | None) -> None:
        before, now = plan.shape.kinds if plan else {}, self._data.shape.kinds
        gone, new = sorted(before.keys() - now.keys()), sorted(now.keys() - before.keys())
        if plan and (gone or new):
            words = [f"{what} {', '.join(names)}" for what, names in (("without", gone), ("with", new)) if names]
            logger.info("%s: the reference (%s) is profiled anew, %s", self._model, description, " and ".join(words))
