"""What the store has of a model's data: references, windows, and what these teach. No source is asked for anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.limits.basis import ReferenceValues
from monitor.limits.calibrated import Calibration
from monitor.limits.hold import Limits
from monitor.limits.learning import asked_for, gathered, windows_of
from monitor.limits.stored import unpack_calibration
from monitor.observe import Basis, ProfileCache, Reference
from monitor.observe.bucketprofiles import BucketProfiles
from monitor.observe.observation import FEW
from monitor.observe.parts import Parts, measured_parts
from monitor.observe.reference import reference_of
from monitor.profile.shape import ModelShape
from monitor.profile.stored import unpack_parts, unpack_plan
from monitor.store.buckets import StoredBucket, read_buckets
from monitor.store.calibrations import read_calibration
from monitor.store.database import transaction
from monitor.store.plans import read_plan
from monitor.store.references import StoredReference, descriptions, newest_reference, read_reference
from monitor.window import Window


class NotStoredError(StoreError):
    """What is asked for would have to be read from the source first."""


class StoredGround:
    """Looks things up for one model; `fits` says whether a shape is that of the configuration."""

    def __init__(
        self,
        model: str,
        store: sa.Engine,
        *,
        basis: Callable[[Window], Basis],
        fits: Callable[[ModelShape], bool],
        cache: ProfileCache,
    ) -> None:
        self.basis = basis
        self._model = model
        self._store = store
        self._fits = fits
        self._cache = cache
        self._references: dict[str, Reference | None] = {}
        self._moved: dict[str, Reference | None] = {}
        self._basis: tuple[Reference, ReferenceValues] | None = None
        self._calibrations: dict[tuple[str, timedelta], Calibration | NotStoredError] = {}
        with transaction(store) as connection:
            self._descriptions = descriptions(connection, model)

    def stands_on(self, window: Window, reference_id: str) -> bool:
        """Whether a window was held against what the configuration says it is held against."""
        return self._descriptions.get(reference_id) in self._said(self.basis(window))

    def reference(self, window: Window, reference_id: str = "") -> Reference | None:
        """What a window is held against, that under this id where it is known; None where the store has it not."""
        fixed = self._named(reference_id) or self._fixed(self.basis(window))[0]
        slides = self.basis(window).slides
        if fixed is None or slides is None:
            return fixed
        description = f"predictions of {slides}"
        if description not in self._moved:
            parts = self.parts(slides, fixed)
            self._moved[description] = (
                None if parts is None else reference_of(self._model, parts, fixed.plan, fixed.plan_id, description, {})
            )
        return self._moved[description]

    def values_of(self, reference: Reference, limits: Limits) -> ReferenceValues:
        """What a reference itself says of each series; of the last one it is kept at hand."""
        if self._basis is None or self._basis[0] is not reference:
            self._basis = reference, ReferenceValues(reference.parts, limits.wanted)
        return self._basis[1]

    def parts(self, window: Window, reference: Reference) -> Parts | None:
        """The profiles of a window on the bins of a reference; None where a bucket of it is not stored."""
        with transaction(self._store) as connection:
            stored = read_buckets(connection, self._model, reference.plan_id, window)
        if not _covers(stored, window):
            return None
        profiles = BucketProfiles(self._model, self._store, reference.plan, reference.plan_id, self._cache)
        kept = profiles.sum_of(stored)
        return None if kept is None else measured_parts(kept, reference.plan)

    def calibration(self, window: Window, limits: Limits, reference_id: str = "") -> Calibration | None:
        """What the reference's windows of this length teach; None of a reference that is no stretch of the log.

        Raises `NotStoredError` where the store has not all of them.
        """
        fixed, basis = self._fixed(self.basis(window))
        fixed = self._named(reference_id) or fixed
        if fixed is None:
            raise NotStoredError("the store has no reference for these windows")
        if basis.stretch is None:
            return None
        key = fixed.reference_id, window.length
        if key not in self._calibrations:
            self._calibrations[key] = self._read(key, limits) or self._gathered(fixed, basis.stretch, key[1], limits)
        found = self._calibrations[key]
        if isinstance(found, NotStoredError):
            raise found
        return found

    def _read(self, key: tuple[str, timedelta], limits: Limits) -> Calibration | None:
        with transaction(self._store) as connection:
            content = read_calibration(connection, self._model, key[0], length=key[1], asked_for=asked_for(limits))
        return None if content is None else unpack_calibration(content)

    def _gathered(
        self, reference: Reference, stretch: Window, length: timedelta, limits: Limits
    ) -> Calibration | NotStoredError:
        windows = []
        for window in windows_of(stretch, length, limits.every):
            parts = self.parts(window, reference)
            if parts is None:
                return NotStoredError(
                    "the windows of the reference, which limits are learned from, are not in the store; fill them by"
                    f" `seamark backfill --from {_said(stretch.start)} --to {_said(stretch.end)} --model {self._model}`"
                )
            windows.append((window, parts))
        return gathered(limits, reference.parts, windows, length)

    def _fixed(self, basis: Basis) -> tuple[Reference | None, Basis]:
        """The reference whose rows do not move; where it has few of them, what is to take its place."""
        found = self._newest(basis.description)
        if basis.otherwise is not None and (found is None or found.profile.rows < FEW):
            return self._fixed(basis.otherwise)
        return found, basis

    def _named(self, reference_id: str) -> Reference | None:
        """A reference by its id, if its rows do not move."""
        if not reference_id:
            return None
        if reference_id not in self._references:
            with transaction(self._store) as connection:
                self._references[reference_id] = self._opened(connection, read_reference(connection, reference_id))
        return self._references[reference_id]

    def _newest(self, description: str) -> Reference | None:
        if description not in self._references:
            with transaction(self._store) as connection:
                stored = newest_reference(connection, self._model, description)
                self._references[description] = self._opened(connection, stored)
        return self._references[description]

    def _opened(self, connection: sa.Connection, stored: StoredReference | None) -> Reference | None:
        """A reference as it was profiled; None where its columns are not those of the configuration."""
        if stored is None or stored.content is None:
            return None
        content = read_plan(connection, stored.plan_id)
        plan = None if content is None else unpack_plan(content)
        if plan is None or not self._fits(plan.shape):
            return None
        parts = unpack_parts(stored.content, plan)
        return Reference(stored.reference_id, stored.description, plan, stored.plan_id, parts)

    def _said(self, basis: Basis) -> set[str]:
        """How a reference of a window may be described."""
        said = {basis.description} if basis.slides is None else {f"predictions of {basis.slides}"}
        return said if basis.otherwise is None else said | self._said(basis.otherwise)


def _covers(stored: list[StoredBucket], window: Window) -> bool:
    """Whether buckets, none of which overlaps another, are all of a window."""
    return sum((one.bucket.length for one in stored), start=timedelta(0)) == window.length


def _said(moment: object) -> str:
    return f"{moment:%Y-%m-%d}" if f"{moment:%H:%M}" == "00:00" else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
