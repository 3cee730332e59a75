"""Reads the data of a model, each row once, and keeps what it saw as profiles in the store."""

from monitor.observe.cache import ProfileCache
from monitor.observe.compaction import put_together
from monitor.observe.data import Basis, Data, NewOutcomes
from monitor.observe.observation import Ground, Observation
from monitor.observe.reference import Reference

__all__ = ["Basis", "Data", "Ground", "NewOutcomes", "Observation", "ProfileCache", "Reference", "put_together"]
