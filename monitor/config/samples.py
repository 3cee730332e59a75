"""Series and their values as promtool writes them: `roc_auc{model="late_arrival", window="7d"}`, `0.8x3 _ stale`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from alerts.trial import Sample
from monitor.config.faults import did_you_mean, wrong
from monitor.config.times import read_length

_SERIES = re.compile(r"\s*([A-Za-z_]\w*)\s*\{(.*)\}\s*", re.DOTALL)
_LABEL = re.compile(r"""\s*([A-Za-z_]\w*)\s*=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*(,|$)""")
_NUMBER = r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+|NaN|Inf)"
_ITEM = re.compile(rf"(?P<first>{_NUMBER})(?:(?P<step>[-+](?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+))?x(?P<times>\d+))?")
_MISSING = re.compile(r"_(?:x(\d+))?")
_STALE = re.compile(r"stale(?:x(\d+))?")
_COMPOUND = re.compile(r"(?:\d+(?:[smhdw]))+")
LABELS = ("model", "window", "version", "column", "segment")
MOST_SAMPLES = 100_000


@dataclass(frozen=True, slots=True)
class Name:
    """A metric with its labels."""

    metric: str
    labels: Mapping[str, str]


def read_series(text: str) -> Name:
    """A series out of its notation.

    >>> read_series('roc_auc{model="late_arrival", window="7d"}').labels
    {'model': 'late_arrival', 'window': '7d'}
    """
    match = _SERIES.fullmatch(text)
    if match is None:
        raise wrong('not a series, such as roc_auc{model="late_arrival", window="7d"}')
    labels: dict[str, str] = {}
    rest, place = match[2], 0
    while rest[place:].strip():
        label = _LABEL.match(rest, place)
        if label is None:
            raise wrong(f'the labels are not understood at `{rest[place:].strip()}`; write name="value", ...')
        if label[1] not in LABELS:
            raise wrong(f"no series has a label `{label[1]}`{did_you_mean(label[1], LABELS)}")
        labels[label[1]] = re.sub(r"\\(.)", r"\1", label[2][1:-1])
        place = label.end()
    return Name(match[1], labels)


def read_samples(text: str) -> tuple[Sample, ...]:
    """Values out of promtool's notation, in which `x3` means three more of what stands before it.

    >>> read_samples("0.8x2 1-0.25x2 _x2 stale NaN")
    (0.8, 0.8, 0.8, 1.0, 0.75, 0.5, None, None, 'stale', nan)
    """
    samples: list[Sample] = []
    for item in text.split():
        samples += _samples(item, MOST_SAMPLES - len(samples))
    return tuple(samples)


def _samples(item: str, most: int) -> Iterator[Sample]:
    one: Sample = None
    step = 0.0
    if match := _MISSING.fullmatch(item):
        count = int(match[1] or 1)
    elif match := _STALE.fullmatch(item):
        one, count = "stale", int(match[1] or 0) + 1
    elif match := _ITEM.fullmatch(item):
        one, step, count = float(match["first"]), float(match["step"] or 0), int(match["times"] or 0) + 1
    else:
        raise wrong(f"`{item}` is no value; write a number, 0.8x3, 0.8-0.1x3, _, stale or NaN")
    if count > most:
        raise wrong(f"more than {MOST_SAMPLES:,} values")
    for number in range(count):
        yield one + number * step if isinstance(one, float) and step else one


def read_time(value: object) -> timedelta:
    """A length of time, also as Prometheus puts several together.

    >>> read_time("1d12h"), read_time("4 days")
    (datetime.timedelta(days=1, seconds=43200), datetime.timedelta(days=4))
    """
    if isinstance(value, str) and _COMPOUND.fullmatch(value):
        return sum(map(read_length, re.findall(r"\d+[smhdw]", value)), timedelta(0))
    return timedelta(0) if value == 0 and not isinstance(value, bool) else read_length(value)
