"""A process that measures does not load what it does not need."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from monitor.cli.lean import be_lean
be_lean()
import monitor.service, sys
import pyarrow as pa
assert pa.array([1.5, None]).to_pylist() == [1.5, None]
assert pa.array(["a"]).cast(pa.dictionary(pa.int32(), pa.string())).to_pylist() == ["a"]
frames = {"pandas", "evidently", "streamlit", "altair", "sklearn"}
others = {"alembic", "apprise", "apscheduler", "rich.syntax", "scipy.special"}
print(*sorted((frames | others).intersection(sys.modules)))
"""

COMMANDS = """
import monitor.cli, sys
print(*sorted({"httpx", "numpy", "pandas", "pyarrow", "pydantic", "scipy", "sqlalchemy"}.intersection(sys.modules)))
"""


def test_neither_frames_nor_what_other_commands_need_are_loaded_to_measure() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_what_the_commands_are_is_known_before_anything_large_is_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", COMMANDS], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
