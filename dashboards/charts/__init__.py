"""Draws: data in, Altair charts out. Times on every axis are UTC."""

from __future__ import annotations

from dashboards.charts.distribution import distribution
from dashboards.charts.gaps import has_long_gap
from dashboards.charts.heat_map import columns_by_movement, heat_map
from dashboards.charts.over_time import metric_over_time
from dashboards.charts.sparkline import sparkline

__all__ = ["columns_by_movement", "distribution", "has_long_gap", "heat_map", "metric_over_time", "sparkline"]
