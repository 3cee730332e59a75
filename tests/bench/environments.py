"""An environment of its own for each peer that does not fit beside Seamark."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from bench.process import CannotMeasureError

HERE = Path(__file__).resolve().parent
OWN = {"evidently": Path(sys.executable)}


def interpreter(peer: str) -> Path:
    """The Python that a peer runs in; its environment is made once, out of exact versions.

    Raises `CannotMeasureError` where the packages cannot be had.
    """
    if peer in OWN:
        return OWN[peer]
    folder = HERE / ".peers" / peer
    python = folder / "bin" / "python"
    pins = HERE / "peers" / f"{peer}.txt"
    done = folder / "installed.txt"
    if not (done.exists() and done.read_text() == pins.read_text()):
        venv.create(folder, with_pip=True, clear=True)
        _install(python, pins)
        done.write_text(pins.read_text())
    return python


def _install(python: Path, pins: Path) -> None:
    """The file names every package there is to install, so nothing is left to resolve."""
    words = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check"]
    installed = subprocess.run([*words, "--requirement", str(pins)], capture_output=True, text=True, check=False)
    if installed.returncode:
        faults = [line for line in installed.stderr.splitlines() if line.startswith("ERROR")]
        raise CannotMeasureError(
            f"{pins.stem} cannot be installed: {faults[-1] if faults else installed.stderr[-200:]}"
        )
