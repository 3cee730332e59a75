"""Pictures for mails, drawn by the dashboard in a process of its own."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from alerts.notification import BodyAlert, Notification, Picture
from alerts.wording import seconds_of

logger = logging.getLogger(__name__)

MOST = 2  # pictures in a mail
AT_ONCE = 2  # processes
TIME_OUT = timedelta(seconds=60)


@dataclass(frozen=True)
class StorePainter:
    """Draws the worst alert of a message out of the store. A fault is logged, and the mail goes without pictures."""

    store: str = field(repr=False)
    time_out: timedelta = TIME_OUT
    _turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE), init=False, repr=False)

    def pictures(self, notification: Notification) -> tuple[Picture, ...]:
        subject = subject_of(notification.payload["alerts"][0])
        if not subject or not self._turns.acquire(timeout=self.time_out.total_seconds()):
            return ()
        try:
            return self._drawn(subject)
        except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError, binascii.Error) as error:
            logger.warning("no pictures for receiver %s: %s", notification.receiver, _said(error))
            return ()
        finally:
            self._turns.release()

    def _drawn(self, subject: dict[str, str | int]) -> tuple[Picture, ...]:
        done = subprocess.run(
            [sys.executable, "-m", "dashboards.pictures"],
            input=json.dumps({"store": self.store, "subject": subject}).encode(),
            capture_output=True,
            timeout=self.time_out.total_seconds(),
            check=True,
        )
        return tuple(
            Picture(drawing["name"], base64.b64decode(drawing["png"], validate=True), drawing["words"])
            for drawing in json.loads(done.stdout)[:MOST]
        )


def subject_of(alert: BodyAlert) -> dict[str, str | int]:
    """The series of an alert and the window that its message is about; empty where there is none to draw."""
    labels = alert["labels"]
    if not (labels.get("model") and labels.get("metric") and labels.get("window")):
        return {}
    key, _, value = labels.get("segment", "").partition("=")
    end = alert["endsAt"] if alert["status"] == "resolved" else alert["startsAt"]
    return {
        "alert": labels.get("alertname", ""),
        "model": labels["model"],
        "metric": labels["metric"],
        "column_name": labels.get("column", ""),
        "version": labels.get("version", ""),
        "segment_key": key,
        "segment_value": value,
        "window_seconds": seconds_of(labels["window"]),
        "end": int(datetime.fromisoformat(end).timestamp()),
    }


def _said(error: Exception) -> str:
    """What went wrong, by the last line of what the process said of it."""
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else b""
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else type(error).__name__
