"""Finds the files of a Delta table in its newest version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from monitor.errors import SourceError
from monitor.sources.datafiles import DataFile, ParquetData, may_hold


@dataclass(frozen=True, slots=True)
class DeltaFolder:
    """A Delta table; all its files have the types of the table."""

    written: str

    @classmethod
    def at(cls, path: Path | str) -> DeltaFolder:
        """A path, or a URI like `s3://bucket/table`."""
        return cls(str(path))

    def files(self, condition: Callable[[pa.Schema], ds.Expression | None]) -> Iterator[DataFile]:
        """The files of the newest version, but for those that partition or statistics rule out."""
        dataset = self._dataset()
        wanted = condition(dataset.schema)
        for fragment in dataset.get_fragments():
            if wanted is None or may_hold(fragment, dataset.schema, wanted):
                yield self._file(fragment, dataset.schema)

    def newest_first(self, condition: Callable[[pa.Schema], ds.Expression | None]) -> Iterator[DataFile]:
        """The same: all have the columns of the table."""
        return self.files(condition)

    def _file(self, fragment: ds.Fragment, schema: pa.Schema) -> DataFile:
        return ParquetData(f"{self.written.rstrip('/')}/{fragment.path}", fragment, schema)

    def _dataset(self) -> ds.FileSystemDataset:
        deltalake = _deltalake()
        with _translated(self.written, deltalake):
            table = deltalake.DeltaTable(self.written)
            # Files name their columns otherwise then, and reading them by our names would give nothing but nulls.
            if table.metadata().configuration.get("delta.columnMapping.mode", "none") != "none":
                raise SourceError(f"{self.written} renames its columns (delta.columnMapping), which cannot be read")
            return table.to_pyarrow_dataset()


def _deltalake() -> Any:
    try:
        import deltalake  # noqa: PLC0415 - an extra that few need
        import deltalake.exceptions  # noqa: PLC0415
    except ImportError as error:
        message = "reading a Delta table needs the package deltalake: pip install 'seamark[delta]'"
        raise SourceError(message, permanent=True) from error
    return deltalake


@contextmanager
def _translated(written: str, deltalake: Any) -> Iterator[None]:
    try:
        yield
    except deltalake.exceptions.TableNotFoundError:
        raise SourceError(f"there is no Delta table {written}", permanent=True) from None
    except deltalake.exceptions.DeltaProtocolError as error:
        raise SourceError(f"the Delta table {written} cannot be read: {error}", permanent=True) from error
    except (deltalake.exceptions.DeltaError, pa.ArrowException, OSError) as error:
        first_line = str(error).partition("\n")[0]
        raise SourceError(f"the Delta table {written} cannot be read: {first_line}") from error
