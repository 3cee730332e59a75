"""Decides and tells: holds readings against rules and delivers what changed."""
