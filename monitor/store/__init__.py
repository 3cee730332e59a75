"""Measurements, alerts and state in SQL."""
