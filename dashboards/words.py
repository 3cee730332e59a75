"""What the dashboard calls things: titles of metrics, units, lengths of time, states."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import pandas as pd

Family = Literal["performance", "drift", "quality"]
FAMILIES: dict[Family, str] = {"performance": "Performance", "drift": "Drift", "quality": "Data quality"}

SHARE = ".1%"
COUNT = ",.0f"
NUMBER = ".3f"


@dataclass(frozen=True, slots=True)
class Metric:
    """How a metric is shown: its title, its format in d3's words, whether zero belongs on its axis."""

    title: str
    family: Family
    format: str = NUMBER
    has_zero: bool = False


METRICS = {
    "roc_auc": Metric("ROC AUC", "performance"),
    "average_precision": Metric("Average precision", "performance"),
    "accuracy": Metric("Accuracy", "performance"),
    "precision": Metric("Precision", "performance"),
    "recall": Metric("Recall", "performance"),
    "f1": Metric("F1", "performance"),
    "matthews_correlation": Metric("Matthews correlation", "performance"),
    "log_loss": Metric("Log loss", "performance"),
    "brier_score": Metric("Brier score", "performance"),
    "expected_calibration_error": Metric("Expected calibration error", "performance"),
    "mean_absolute_error": Metric("Mean absolute error", "performance"),
    "root_mean_squared_error": Metric("Root mean squared error", "performance"),
    "mean_absolute_percentage_error": Metric("Mean absolute percentage error", "performance", SHARE),
    "mean_error": Metric("Mean error", "performance"),
    "r_squared": Metric("R squared", "performance"),
    "population_stability_index": Metric("Population stability index", "drift", has_zero=True),
    "jensen_shannon": Metric("Jensen-Shannon distance", "drift", has_zero=True),
    "hellinger": Metric("Hellinger distance", "drift", has_zero=True),
    "total_variation": Metric("Total variation", "drift", has_zero=True),
    "l_infinity": Metric("Largest change of a share", "drift", has_zero=True),
    "chi_squared": Metric("Chi-squared (Cramer's V)", "drift", has_zero=True),
    "kolmogorov_smirnov": Metric("Kolmogorov-Smirnov distance", "drift", has_zero=True),
    "wasserstein": Metric("Wasserstein distance (reference sd)", "drift", has_zero=True),
    "mean_shift": Metric("Shift of the mean (reference sd)", "drift", has_zero=True),
    "row_count": Metric("Rows", "quality", COUNT, has_zero=True),
    "duplicate_share": Metric("Duplicate ids", "quality", SHARE, has_zero=True),
    "null_share": Metric("Nulls", "quality", SHARE, has_zero=True),
    "unseen_share": Metric("Unseen categories", "quality", SHARE, has_zero=True),
    "out_of_range_share": Metric("Out of the reference's range", "quality", SHARE, has_zero=True),
    "invalid_share": Metric("Invalid numbers", "quality", SHARE, has_zero=True),
    "target_coverage": Metric("Target coverage", "quality", SHARE, has_zero=True),
    "unmatched_targets": Metric("Targets without prediction", "quality", COUNT, has_zero=True),
}
HEADLINES = ("roc_auc", "accuracy", "mean_absolute_error", "root_mean_squared_error")
ORDER = {name: place for place, name in enumerate(METRICS)}

STATES = {
    "page": "Firing: page",
    "ticket": "Firing: ticket",
    "failing": "Run fails",
    "no_data": "No data",
    "ok": "OK",
}
HEALTH = {"no_data": "no value in the last window", "error": "the last run failed"}


def metric(name: str, *, of_column: bool = False) -> Metric:
    """How to show a metric; one that is not known here goes by its own name."""
    known = METRICS.get(name)
    if known is not None:
        return known
    family: Family = "drift" if of_column else "performance"
    return Metric(name.replace("_", " ").capitalize(), family, SHARE if name.endswith("_share") else NUMBER)


def in_order(names: set[str]) -> list[str]:
    """Metrics as they are shown: the known ones in their order, then the others by name."""
    return sorted(names, key=lambda name: (ORDER.get(name, len(ORDER)), name))


def number(value: float | None, form: str = NUMBER) -> str:
    """A value in the format of its metric.

    >>> number(0.8214), number(0.017, SHARE), number(80789.0, COUNT), number(float("nan"))
    ('0.821', '1.7%', '80,789', 'no value')
    """
    if value is None or math.isnan(value):
        return "no value"
    return format(value, form)


def length(seconds: int) -> str:
    """A length of time in words.

    >>> length(604_800), length(86_400), length(5_400), length(0)
    ('7 days', '1 day', '90 minutes', '0 seconds')
    """
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}{'' if seconds == size else 's'}"
    return f"{seconds} seconds"


def counted(count: int, thing: str) -> str:
    """So many of something.

    >>> counted(1, "alert"), counted(27, "alert")
    ('1 alert', '27 alerts')
    """
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def lasting(seconds: int) -> str:
    """How long something lasts, in its largest unit or two.

    >>> lasting(0), lasting(7_200), lasting(97_200), lasting(259_200)
    ('this window', '2 hours', '1 day 3 hours', '3 days')
    """
    if seconds < 60:
        return "this window"
    days, rest = divmod(seconds, 86_400)
    hours, minutes = divmod(rest // 60, 60)
    parts = ((days, "day"), (hours, "hour"), (0 if days else minutes, "minute"))
    return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count)


def moment(time: datetime | None) -> str:
    """A moment in UTC, without the hour where it is midnight.

    >>> moment(datetime(2013, 6, 1, tzinfo=UTC)), moment(datetime(2013, 6, 1, 7, 30, tzinfo=UTC)), moment(None)
    ('2013-06-01', '2013-06-01 07:30', 'never')
    """
    if time is None or pd.isna(time):
        return "never"
    return f"{time:%Y-%m-%d}" if (time.hour, time.minute) == (0, 0) else f"{time:%Y-%m-%d %H:%M}"


def moment_of(epoch_seconds: int) -> str:
    """The moment so many seconds after the epoch.

    >>> moment_of(1_370_044_800)
    '2013-06-01'
    """
    return moment(datetime.fromtimestamp(epoch_seconds, UTC))


def window(end: int, seconds: int) -> str:
    """A window by its two ends.

    >>> window(1_370_044_800, 86_400)
    '2013-05-31 to 2013-06-01 UTC'
    """
    return f"{moment_of(end - seconds)} to {moment_of(end)} UTC"


def iso(epoch: int) -> str:
    """A moment as it stands in a link.

    >>> iso(1_370_044_800)
    '2013-06-01T00:00:00Z'
    """
    return f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%dT%H:%M:%SZ}"


def epoch(text: str | None) -> int | None:
    """The moment that a link names, in whole seconds; None if it names none.

    >>> epoch("2013-06-01T00:00:00Z"), epoch("2013-06-01"), epoch("soon"), epoch(None)
    (1370044800, 1370044800, None, None)
    """
    try:
        time = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())


def plain(text: str) -> str:
    """Text from the data with nothing left that Markdown would read as a sign.

    >>> plain("a*b_[c](d)")
    'a\\\\*b\\\\_\\\\[c\\\\]\\\\(d\\\\)'
    """
    return "".join(f"\\{sign}" if sign in SIGNS else sign for sign in text).replace("\n", " ")


SIGNS = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
