"""How each model stands, from its alerts and its newest run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pandas as pd

Standing = Literal["page", "ticket", "failing", "no_data", "ok"]
WORST_FIRST: tuple[Standing, ...] = ("page", "ticket", "failing", "no_data", "ok")


@dataclass(frozen=True, slots=True)
class ModelStanding:
    """One model, as a person on call wants to see it."""

    model: str
    task: str
    reference_id: str
    reference_rows: int | None
    first_window: datetime | None
    last_window: datetime | None
    firing_page: int
    firing_ticket: int
    pending: int
    failure: str
    failed_window: datetime | None

    @property
    def standing(self) -> Standing:
        """The worst that is true of it."""
        if self.firing_page:
            return "page"
        if self.firing_ticket:
            return "ticket"
        if self.failure:
            return "failing"
        return "no_data" if self.last_window is None else "ok"


def standings(models: pd.DataFrame, runs: pd.DataFrame, open_alerts: pd.DataFrame) -> list[ModelStanding]:
    """Every model, the worst first; the frames are those of `models`, `last_runs`, `open_alerts_by_model`."""
    pending = open_alerts[open_alerts["state"] == "pending"].set_index("model")["alerts"].to_dict()
    failed = {str(run["model"]): run for run in runs.to_dict("records") if run["status"] == "failed"}
    found = []
    for row in models.to_dict("records"):
        run = failed.get(row["model"])
        found.append(
            ModelStanding(
                model=row["model"],
                task=row["task"],
                reference_id=row["reference_id"],
                reference_rows=None if pd.isna(row["reference_rows"]) else int(row["reference_rows"]),
                first_window=_time(row["first_window"]),
                last_window=_time(row["last_window"]),
                firing_page=int(row["firing_page"]),
                firing_ticket=int(row["firing_ticket"]),
                pending=int(pending.get(row["model"], 0)),
                failure=(run["reason"] or "no reason was given") if run else "",
                failed_window=_time(run["window_end"]) if run else None,
            )
        )
    return sorted(found, key=lambda model: (WORST_FIRST.index(model.standing), model.model))


def _time(value: pd.Timestamp) -> datetime | None:
    return None if pd.isna(value) else value.to_pydatetime()
