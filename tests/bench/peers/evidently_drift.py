"""Evidently: both tables into pandas, then its drift preset with explicit columns."""

from __future__ import annotations

import json
import os
import sys

import pandas as pd
import sqlalchemy as sa
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset


def main() -> None:
    asked = json.loads(sys.argv[1])
    definition = DataDefinition(numerical_columns=asked["numeric"], categorical_columns=asked["categorical"])
    engine = sa.create_engine(os.environ["BENCH_DATABASE"].replace("postgresql:", "postgresql+psycopg:", 1))
    frames = [pd.read_sql(sa.text(asked[name]), engine) for name in ("current", "reference")]
    current, reference = (Dataset.from_pandas(frame, data_definition=definition) for frame in frames)
    snapshot = Report([DataDriftPreset()]).run(current, reference)
    json.dump({"rows": sum(map(len, frames)), "results": len(snapshot.dict()["metrics"])}, sys.stdout)


if __name__ == "__main__":
    main()
