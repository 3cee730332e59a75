"""NannyML: both tables into pandas, then the Jensen-Shannon distance of every column, in its own ten chunks."""

from __future__ import annotations

import json
import os
import sys

import nannyml
import pandas as pd
import sqlalchemy as sa


def main() -> None:
    asked = json.loads(sys.argv[1])
    engine = sa.create_engine(os.environ["BENCH_DATABASE"].replace("postgresql:", "postgresql+psycopg:", 1))
    reference, current = (pd.read_sql(sa.text(asked[name]), engine) for name in ("reference", "current"))
    calculator = nannyml.UnivariateDriftCalculator(
        column_names=[*asked["numeric"], *asked["categorical"]],
        treat_as_categorical=asked["categorical"],
        continuous_methods=["jensen_shannon"],
        categorical_methods=["jensen_shannon"],
    )
    calculator.fit(reference)
    result = calculator.calculate(current)
    json.dump({"rows": len(reference) + len(current), "results": int(result.to_df().shape[0])}, sys.stdout)


if __name__ == "__main__":
    main()
