"""A message in one line."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.notification import Body, BodyAlert
from alerts.wording import clipped, printable

LONGEST_NAME = 60
MOST_KINDS = 2


def headline(body: Body) -> str:
    """What the message is about, as for the subject of a mail: `[FIRING:12] ColumnDrift late_arrival: dep_delay, ...`.

    The worst is named first; alerts that were cut off may be of either kind, and are counted with a `+`.
    """
    kinds = _values(body, "alertname")
    between = " on " if len(kinds) > 1 else " "
    about = between.join(part for part in (_named(kinds), _models(body)) if part)
    return printable(f"[{_status(body)}] {about}{_worst(body)}{_mixed(body)}")


def _status(body: Body) -> str:
    firing = _firing(body)
    if not firing:
        return "RESOLVED"
    is_cut = body["truncatedAlerts"] and firing == len(body["alerts"])
    return f"FIRING:{firing}{'+' if is_cut else ''}"


def _mixed(body: Body) -> str:
    resolved = len(body["alerts"]) - _firing(body)
    return f" ({resolved} resolved)" if resolved and _firing(body) else ""


def _firing(body: Body) -> int:
    return sum(alert["status"] == "firing" for alert in body["alerts"])


def _named(names: Sequence[str]) -> str:
    """The first names, and how many others there are."""
    others = len(names) - MOST_KINDS
    more = f" and {others} other{'' if others == 1 else 's'}" if others > 0 else ""
    return ", ".join(clipped(name, LONGEST_NAME) for name in names[:MOST_KINDS]) + more


def _models(body: Body) -> str:
    models = _values(body, "model")
    return f"{len(models)} models" if len(models) > 1 else "".join(clipped(model, LONGEST_NAME) for model in models)


def _values(body: Body, label: str) -> Sequence[str]:
    """What the alerts have for a label, those of the worst first."""
    return [*dict.fromkeys(value for alert in body["alerts"] if (value := alert["labels"].get(label)))]


def _worst(body: Body) -> str:
    """The worst alert by what it is about, and how many others there are."""
    firing, shown = _firing(body), len(body["alerts"])
    cut = body["truncatedAlerts"] if firing in (0, shown) else 0  # what is over stands last, and is cut first
    others = (firing or shown) + cut - 1
    subject = subject_of(body["alerts"][0])
    if not others:
        return f": {subject}" if subject else ""
    return f": {subject} and {others} more" if subject else f" and {others} more"


def subject_of(alert: BodyAlert) -> str:
    """What of a model an alert is about: the column, the rows, the receiver; empty where it is all of it."""
    labels = alert["labels"]
    version = f"version {labels['version']}" if labels.get("version") else ""
    receiver = f"receiver {labels['receiver']}" if labels.get("receiver") else ""
    parts = (labels.get("column", ""), labels.get("segment", ""), version, receiver)
    return printable(", ".join(clipped(part, LONGEST_NAME) for part in parts if part))
