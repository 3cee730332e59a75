"""One file for each part of the bench, and the catalogue of them all."""

from __future__ import annotations

from bench.part import Part
from bench.parts import demo, files, fleet, flood, large, peers, scan, segments, tick, truth, whole, year

PARTS: tuple[Part, ...] = (
    scan.PART,
    whole.PART,
    files.PART,
    segments.PART,
    tick.PART,
    fleet.PART,
    flood.PART,
    large.PART,
    peers.PART,
    year.PART,
    demo.PART,
    truth.PART,
)
