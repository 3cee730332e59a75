"""whylogs: one table into pandas, then its profile; it compares nothing."""

from __future__ import annotations

import json
import os
import sys

import pandas as pd
import sqlalchemy as sa
import whylogs


def main() -> None:
    asked = json.loads(sys.argv[1])
    engine = sa.create_engine(os.environ["BENCH_DATABASE"].replace("postgresql:", "postgresql+psycopg:", 1))
    frame = pd.read_sql(sa.text(asked["current"]), engine)
    profile = whylogs.log(frame).view()
    json.dump({"rows": len(frame), "results": len(profile.get_columns())}, sys.stdout)


if __name__ == "__main__":
    main()
