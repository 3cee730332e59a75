"""Profiles and plans as compact bytes that carry the version of their form."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from monitor.measurement import Segment
from monitor.profile.bins import Bins
from monitor.profile.categorical import CategoricalProfile, Categories
from monitor.profile.categorysums import CategorySums
from monitor.profile.moments import Moments
from monitor.profile.multiclass import MulticlassProfile
from monitor.profile.numeric import NumericProfile
from monitor.profile.numericsums import NumericSums
from monitor.profile.outcome import Outcome
from monitor.profile.part import Part
from monitor.profile.plan import Plan
from monitor.profile.residual import ResidualProfile, TargetSpread
from monitor.profile.score import ScoreProfile
from monitor.profile.score_bins import CalibrationBins, ScoreBins
from monitor.profile.shape import ModelShape

FORM = 1
_HEAD = struct.Struct("<BII")  # form, bytes of the outline, bytes of the arrays before they are compressed
_KINDS = {
    kind.__name__: kind
    for kind in (
        Bins,
        CalibrationBins,
        CategoricalProfile,
        Categories,
        CategorySums,
        ModelShape,
        Moments,
        MulticlassProfile,
        NumericProfile,
        NumericSums,
        Outcome,
        Part,
        Plan,
        ResidualProfile,
        ScoreBins,
        ScoreProfile,
        Segment,
        TargetSpread,
    )
}
_WHOLE = tuple(np.dtype(name) for name in ("u1", "i1", "<u2", "<i2", "<u4", "<i4", "<i8"))
_CODEC = pa.Codec("zstd", compression_level=1)

Array = npt.NDArray[Any]
Known = Mapping[str, object]  # what both sides have anyway, and which is only named


class UnknownFormError(ValueError):
    """The bytes are of a form that this version does not know."""


def packed(value: object, known: Known | None = None) -> bytes:
    """The value as bytes; whatever is in `known`, the very object, is only named."""
    writer = _Writer(known or {})
    outline = json.dumps(writer.outline(value), separators=(",", ":")).encode()
    arrays = b"".join(writer.arrays)
    compressed: bytes = _CODEC.compress(arrays, asbytes=True)
    return _HEAD.pack(FORM, len(outline), len(arrays)) + outline + compressed


def unpacked(content: bytes, known: Known | None = None) -> Any:
    """What was packed.

    Raises `UnknownFormError` for bytes that another version wrote in another form.
    """
    form, outline, size = _HEAD.unpack_from(content) if len(content) >= _HEAD.size else (0, 0, 0)
    if form != FORM:
        raise UnknownFormError(f"a profile is stored in form {form}, this Seamark knows form {FORM}")
    start = _HEAD.size
    arrays = _CODEC.decompress(memoryview(content)[start + outline :], size, asbytes=True)
    return _Reader(arrays, known or {}).value(json.loads(content[start : start + outline]))


class _Writer:
    def __init__(self, known: Known) -> None:
        self._names = {id(value): name for name, value in known.items()}
        self.arrays: list[bytes] = []

    def outline(self, value: object) -> object:
        """The value in JSON; arrays are put aside."""
        if id(value) in self._names:
            return {"k": self._names[id(value)]}
        if value is None or isinstance(value, str | bool | int | float):
            return value
        if isinstance(value, np.ndarray):
            return self._array(value)
        if isinstance(value, bytes):
            self.arrays.append(value)
            return {"b": len(value)}
        if is_dataclass(value) and type(value).__name__ in _KINDS:
            return {"c": type(value).__name__, "f": [self.outline(getattr(value, name)) for name in _names(value)]}
        return self._collection(value)

    def _array(self, array: Array) -> object:
        slim = array.astype(_smallest(array)) if array.dtype.kind == "i" else array.astype("<f8", copy=False)
        self.arrays.append(np.ascontiguousarray(slim).tobytes())
        return {"a": slim.dtype.str, "s": list(array.shape)}

    def _collection(self, value: object) -> object:
        if isinstance(value, Mapping):
            return {"m": [[key, self.outline(item)] for key, item in value.items()]}
        if isinstance(value, tuple):
            return {"t": [self.outline(item) for item in value]}
        if isinstance(value, frozenset):
            return {"z": sorted(value)}
        raise TypeError(f"{type(value).__name__} cannot be packed")


class _Reader:
    def __init__(self, arrays: bytes, known: Known) -> None:
        self._arrays = arrays
        self._known = known
        self._at = 0

    def value(self, outline: Any) -> Any:
        """What the outline describes."""
        if not isinstance(outline, dict):
            return outline
        if "a" in outline:
            return self._array(np.dtype(outline["a"]), outline["s"])
        if "b" in outline:
            self._at += outline["b"]
            return self._arrays[self._at - outline["b"] : self._at]
        if "c" in outline:
            return _KINDS[outline["c"]](*map(self.value, outline["f"]))
        return self._collection(outline)

    def _array(self, kind: np.dtype[Any], shape: list[int]) -> Array:
        count = int(np.prod(shape))
        array = np.frombuffer(self._arrays, kind, count, self._at).reshape(shape)
        self._at += count * kind.itemsize
        return array.astype(np.int64 if kind.kind in "iu" else np.float64)

    def _collection(self, outline: dict[str, Any]) -> Any:
        if "k" in outline:
            return self._known[outline["k"]]
        if "m" in outline:
            return {key: self.value(item) for key, item in outline["m"]}
        if "t" in outline:
            return tuple(map(self.value, outline["t"]))
        return frozenset(outline["z"])


def _names(value: Any) -> Iterator[str]:
    return (field.name for field in fields(value) if field.init)


def _smallest(array: Array) -> np.dtype[Any]:
    low, high = int(array.min(initial=0)), int(array.max(initial=0))
    return next(kind for kind in _WHOLE if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max)
