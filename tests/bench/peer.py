"""What the peers cost on the very rows that Seamark is measured on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bench.columns import CATEGORICAL, NUMERIC
from bench.environments import interpreter
from bench.filling import need
from bench.process import Cost
from bench.run import Run
from bench.tables import FIRST_DAY, SECOND_DAY, selected

SCRIPTS = Path(__file__).resolve().parent / "peers"


@dataclass(frozen=True, slots=True)
class Peer:
    """A script that runs in an environment of its own."""

    name: str
    version: str
    script: str
    what: str


EVIDENTLY = Peer("evidently", "0.7.23", "evidently_drift.py", "reads both tables into pandas, DataDriftPreset")
NANNYML = Peer("nannyml", "0.13.1", "nannyml_drift.py", "reads both tables into pandas, Jensen-Shannon only")
WHYLOGS = Peer("whylogs", "1.6.4", "whylogs_profile.py", "reads one table into pandas, profile only")


def cost_of(run: Run, peer: Peer) -> Cost:
    """Measured once in a run, whoever asks."""
    if peer.name not in run.peers:
        need(run, "reference_rows", "predictions")
        with run.told(f"an environment for {peer.name}"):
            python = interpreter(peer.name)
        asked = {
            "reference": selected("reference_rows"),
            "current": selected("predictions", FIRST_DAY, SECOND_DAY),
            "numeric": NUMERIC,
            "categorical": CATEGORICAL,
        }
        cost = run.child(peer.name, [str(python), str(SCRIPTS / peer.script), json.dumps(asked)])
        title = f"{peer.name} {peer.version}: {peer.what}"
        run.peers[peer.name] = run.spend(title, [cost], rows=cost.answer["rows"])
    return run.peers[peer.name]
