"""The bounded sample of a stream."""

import numpy as np
import pytest

from monitor.profile.sample import Sample


def filled(values: np.ndarray, parts: int, *, size: int) -> Sample:
    sample = Sample(size=size)
    for part in np.array_split(values, parts):
        sample.add(part)
    return sample


def test_a_short_stream_is_kept_whole() -> None:
    values = np.arange(100.0)
    assert filled(values, 3, size=100).values().tolist() == values.tolist()


@pytest.mark.parametrize("parts", [2, 7, 100])
def test_the_sample_does_not_depend_on_how_the_stream_is_cut(parts: int) -> None:
    values = np.arange(20_000.0)
    once, often = filled(values, 1, size=500), filled(values, parts, size=500)
    assert once.values().tolist() == often.values().tolist()


def test_a_long_stream_is_sampled_evenly() -> None:
    sample = filled(np.arange(100_000.0), 10, size=5_000).values()
    assert 2_000 < sample.size <= 5_000
    tenths = np.histogram(sample, bins=10, range=(0, 100_000))[0]
    expected = sample.size / 10
    assert np.abs(tenths - expected).max() < 5 * np.sqrt(expected)


def test_a_pattern_in_the_stream_does_not_show_in_the_sample() -> None:
    sample = filled(np.tile([0.0, 1.0], 50_000), 10, size=5_000).values()
    assert sample.mean() == pytest.approx(0.5, abs=0.05)
