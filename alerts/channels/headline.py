"""A message in one line."""

from __future__ import annotations

from alerts.notification import Body
from alerts.wording import printable


def headline(body: Body) -> str:
    """What the message is about, as for the subject of a mail: `[FIRING] FeatureDrift: late_arrival, 3 columns`."""
    labels = body["groupLabels"]
    about = ", ".join(part for part in (labels["model"], _columns(body)) if part)
    resolved = sum(alert["status"] == "resolved" for alert in body["alerts"])
    mixed = f" ({resolved} resolved)" if body["status"] == "firing" and resolved else ""
    return printable(f"[{body['status'].upper()}] {labels['alertname']}: {about}{mixed}")


def _columns(body: Body) -> str:
    """The only column by its name, several by their number."""
    columns = sorted({column for alert in body["alerts"] if (column := alert["labels"].get("column"))})
    return columns[0] if len(columns) == 1 else f"{len(columns)} columns" if columns else ""
