"""A real Alertmanager on the loopback, which is started, asked and ended."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from pathlib import Path
from types import TracebackType

import httpx
import pytest

CONFIGURATION = """
route: {receiver: nobody, group_wait: 1h}
receivers: [{name: nobody}]
"""


class RealAlertmanager:
    """One Alertmanager with its files in a folder; `url` is where it listens, the same after a start anew."""

    def __init__(self, folder: Path, *, configuration: str = CONFIGURATION) -> None:
        program = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
        if program is None:
            missing = "no Alertmanager (Debian: prometheus-alertmanager)"
            if os.environ.get("CI") == "true":
                pytest.fail(missing)
            pytest.skip(missing)
        self._program = program
        self._folder = folder
        self._port = 0
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "alertmanager.yml").write_text(configuration, "utf-8")
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it takes alerts."""
        self.process = subprocess.Popen(
            [
                self._program,
                f"--config.file={self._folder / 'alertmanager.yml'}",
                f"--storage.path={self._folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{self._port}",
                "--cluster.listen-address=",
            ],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        said: list[str] = []
        listens = threading.Event()
        threading.Thread(target=self._follow, args=(self.process, said, listens), daemon=True).start()
        if not listens.wait(20) or not self._port:
            self.kill()
            raise RuntimeError("Alertmanager does not start: " + "".join(said[-5:]))
        answer = httpx.get(f"{self.url}/-/ready", timeout=20)
        assert answer.status_code == 200

    def _follow(self, process: subprocess.Popen[str], said: list[str], listens: threading.Event) -> None:
        """Read what it says to the end: where it listens, and nothing else of interest."""
        assert process.stderr is not None
        with process.stderr:
            for line in process.stderr:
                said.append(line)
                if found := re.search(r'"Listening on" address=127\.0\.0\.1:(\d+)', line):
                    self._port = int(found[1])
                    listens.set()
        listens.set()

    def kill(self) -> None:
        """End it at once: it forgets what it was told."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(20)
            self.process = None

    def alerts(self, **query: str) -> list[dict[str, object]]:
        """The alerts that fire there, as its API shows them."""
        answer = httpx.get(f"{self.url}/api/v2/alerts", params=query, timeout=30)
        answer.raise_for_status()
        found: list[dict[str, object]] = answer.json()
        return found

    def __enter__(self) -> RealAlertmanager:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
