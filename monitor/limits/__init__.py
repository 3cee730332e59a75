"""Limits that readings are held against: learned from the reference, borne up to a tolerance, or relative to others."""
