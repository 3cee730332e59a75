"""docs/metrics.md defines every drift metric as it is declared, and the README leads there."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.drift.catalogue import METHODS
from monitor.drift.method import DriftMethod, NumericMethod
from monitor.profile.bins import COARSE_BINS, FINE_BINS
from monitor.profile.categorical import MOST_CATEGORIES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "metrics.md").read_text("utf-8")
TABLE = {
    line.split("`")[1]: [cell.strip() for cell in line.replace(r"\|", "/").strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| `")
}


def test_the_table_has_every_metric_of_the_catalogue_and_no_other() -> None:
    assert list(TABLE) == list(METHODS)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_metric_has_its_definition_its_range_and_its_source(method: DriftMethod) -> None:
    _, definition, values, source = TABLE[method.name]
    assert len(definition) > 10
    assert ("to 1" in values) == (method.upper_bound == 1.0)
    assert ("negative" in values) == (isinstance(method, NumericMethod) and method.signed)
    assert source.startswith(method.source)


def test_the_numbers_of_bins_are_those_of_the_profiles() -> None:
    assert f"{COARSE_BINS} bins of about equal mass" in PAGE
    assert f"the {MOST_CATEGORIES:,} most frequent" in PAGE
    assert f"about {FINE_BINS} bins" in TABLE["kolmogorov_smirnov"][1]


def test_the_readme_leads_to_the_page() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "(docs/metrics.md)" in readme
    assert "half a row added to each bin on each side" in readme
