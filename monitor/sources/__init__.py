"""Predictions, targets and reference, read out of SQL tables and files as Arrow record batches."""
