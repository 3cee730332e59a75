"""Whatever is measured can be told: no message of any metric is empty, or has a number in it that is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from builders.facts import Case, case
from builders.notifications import notification
from builders.rows import SHAPE, START, classifier_rows

from alerts.channels.lines import lines
from alerts.channels.mailpage import page
from alerts.content import with_content
from alerts.rule import Rule, Selector
from monitor.drift.catalogue import METHODS
from monitor.measure import Wanted
from monitor.performance.catalogue import METRICS, default_metrics
from monitor.quality.catalogue import CHECKS
from monitor.store.database import migrate, open_store
from monitor.window import utc

BAD = ("None", "nan", "inf ", "inf,", "inf.")
END = utc(2024, 1, 10)
CLASSES = classifier_rows(START, END)
REGRESSION = replace(SHAPE, task="regression", kinds={**SHAPE.kinds, "prediction": "numeric", "target": "numeric"})
NAMES = sorted({*METHODS, *METRICS, *CHECKS, "unmatched_targets"})


def shifted(rows: pa.RecordBatch) -> pa.RecordBatch:
    """Rows with other amounts, countries that nobody knew, and nulls."""
    count = rows.num_rows
    amounts = np.where(np.arange(count) % 5, rows["amount"].to_numpy() + 8, np.nan)
    names = [None, "XX", "AT"]
    found = {name: rows[name] for name in rows.schema.names}
    return pa.RecordBatch.from_pydict(
        {
            **found,
            "amount": pa.array(amounts, from_pandas=True),
            "country": pa.array([names[number % 3] for number in range(count)]),
        }
    )


def numbers(rows: pa.RecordBatch) -> pa.RecordBatch:
    """The same rows, with numbers for predictions and targets."""
    found = {name: rows[name] for name in rows.schema.names}
    score, target = rows["score"].to_numpy(), rows["target"].cast("float64").to_numpy()
    return pa.RecordBatch.from_pydict({**found, "prediction": pa.array(10 * score), "target": pa.array(8 * target + 1)})


def wanted(task: str) -> Wanted:
    return Wanted(task, tuple(METHODS), default_metrics(task, has_score=True), min_rows=1, has_targets=True)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Every metric breaks its limit; a low one and a high one, since a value of exactly 0 breaks only one of them."""
    selectors = [Selector(), Selector(column="*"), Selector(segment="*"), Selector(column="*", segment="*")]
    rules = [
        Rule(name=f"Watch{number}", metric=name, above=-1e9, select=selector)
        for name in NAMES
        for number, selector in enumerate(selectors)
    ]
    binary = replace(SHAPE, segments={"country": "country"})
    return [
        case(CLASSES, shifted(CLASSES), binary, wanted("binary_classification"), rules),
        case(numbers(CLASSES), numbers(shifted(CLASSES)), REGRESSION, wanted("regression"), rules),
    ]


@pytest.fixture(scope="module")
def said(cases: list[Case]) -> dict[str, list[str]]:
    """What is said of each metric, by every event about it, on a terminal and in a mail."""
    engine = open_store("sqlite://")
    migrate(engine)
    found: dict[str, list[str]] = {}
    for one in cases:
        with engine.begin() as connection:
            measured = one.measured()
            evaluation = with_content(one.evaluation(measured), one.finder(connection, measured))
        for told in evaluation.events:
            body = notification(told).payload
            found.setdefault(told.identity.metric, []).extend([lines(body), page(body)])
            assert all(body["alerts"][0]["annotations"].values())
    engine.dispose()
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_metric_can_be_told_in_words_and_numbers(name: str, said: dict[str, list[str]]) -> None:
    assert said[name]
    for text in said[name]:
        assert not [bad for bad in BAD if bad in text], text
        assert "It stands on" in text or "is 0 " in text
        assert name in text


def test_segments_are_told_with_what_moved_in_them(said: dict[str, list[str]]) -> None:
    of_segment = [text for text in said["population_stability_index"] if "country=AT" in text and "amount" in text]
    assert of_segment
    assert all("Moved most" in text for text in of_segment)


def test_unseen_categories_are_named(said: dict[str, list[str]]) -> None:
    assert any("The reference does not know XX" in text for text in said["unseen_share"])
