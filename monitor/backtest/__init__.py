"""Replays history: which alerts would have fired, had the rules been these. Reads the store, and writes nothing."""
