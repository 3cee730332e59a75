"""Ratios of Seamark against its peers and its limits, measured within one run: `make bench`."""
