"""Measures models in production: reads logged predictions, profiles them, measures, stores, alerts."""
