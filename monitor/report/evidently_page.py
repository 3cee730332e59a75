"""Makes Evidently's page out of a folder's files; runs as a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset, DataSummaryPreset

from monitor.report.definition import PageDefinition


def make_page(folder: Path) -> None:
    """Read `current.parquet`, `reference.parquet` and `definition.json`; write `page.html`."""
    definition = PageDefinition.from_json((folder / "definition.json").read_text(encoding="utf-8"))
    columns = DataDefinition(
        numerical_columns=definition.numeric, categorical_columns=definition.categorical
    )  # inferred types would drop columns silently
    current, reference = (
        Dataset.from_pandas(pd.read_parquet(folder / f"{side}.parquet"), data_definition=columns)
        for side in ("current", "reference")
    )
    report = Report([DataDriftPreset(), DataSummaryPreset()])
    snapshot = report.run(current, reference, name=definition.title)
    snapshot.save_html(str(folder / "page.html"))  # a Path would be written nowhere


if __name__ == "__main__":
    make_page(Path(sys.argv[1]))
