"""Rounding in a normal model that learns from itself."""

import numpy as np
import pytest

from collapse_lib import theory

from .replicates import agree, from_mean


def cut(sd, bits):
    """The standard deviation with that many stored bits of mantissa, the rest dropped."""
    mantissa, exponent = np.frexp(sd)
    return np.ldexp(np.floor(np.ldexp(mantissa, bits + 1)), exponent - bits - 1)


def nearest(sd, bits):
    """The standard deviation rounded to that many stored bits of mantissa."""
    mantissa, exponent = np.frexp(sd)
    return np.ldexp(np.rint(np.ldexp(mantissa, bits + 1)), exponent - bits - 1)


@pytest.mark.parametrize("bits", [4, 7])
def test_truncation(bits):
    """Time per factor of 2, after a factor of 2: one octave, whole for every replicate."""
    rng = np.random.default_rng(1)
    n, replicates = 1_000 * 2 ** (2 * bits), 2_000
    sd, halved = np.ones(replicates), np.zeros((2, replicates))
    for t in range(1, 8 * 2**bits):
        sd = cut(sd * np.sqrt(rng.chisquare(n - 1, replicates) / (n - 1)), bits)
        for octave, level in enumerate((0.5, 0.25)):
            halved[octave, (halved[octave] == 0) & (sd <= level)] = t
    assert np.all(halved[1] > 0)
    time = halved[1] - halved[0]
    assert agree(from_mean(time, -np.log(2) / theory.truncation_log_sd_drift(bits)))
    spread_evenly = -(2.0**-bits) / (4 * np.log(2))  # a mantissa log-uniform in time: 4 % more
    assert not agree(from_mean(time, -np.log(2) / spread_evenly))


def test_rounding_freezes_large_samples_only():
    rng = np.random.default_rng(2)
    bits = 7
    spread = []
    for factor in (1 / 64, 64):
        n = int(theory.rounding_freeze_size(bits) * factor)
        sd = np.full(200, 1.25)  # at a power of 2 the spacing changes
        for _ in range(100):
            sd = nearest(sd * np.sqrt(rng.chisquare(n - 1, 200) / (n - 1)), bits)
        spread.append(sd.std())
    assert spread[1] == 0
    assert spread[0] > 0.1
    assert theory.rounding_freeze_size(bits) == 32_768


@pytest.mark.parametrize("ddof", [0, 1])
def test_rounding_of_points(ddof):
    rng = np.random.default_rng(3)
    n, step, replicates = 20, 0.8, 10_000
    t = np.arange(1, 13)
    mean, variance = np.zeros(replicates), np.ones(replicates)
    rounded, floored = [], []
    for _ in t:
        points = mean + np.sqrt(variance) * rng.normal(size=(n, replicates))
        points = step * np.rint(points / step)
        mean, variance = points.mean(axis=0), points.var(axis=0, ddof=ddof)
        rounded.append(variance)
    assert agree(from_mean(rounded, theory.rounded_variance_mean(t, n, step, ddof)))
    assert not agree(from_mean(rounded, theory.replace_variance_mean(t, n, ddof)))
    mean, variance = np.zeros(replicates), np.ones(replicates)
    for _ in t:
        points = mean + np.sqrt(variance) * rng.normal(size=(n, replicates))
        points = step * np.floor(points / step)
        mean, variance = points.mean(axis=0), points.var(axis=0, ddof=ddof)
        floored.append(mean)
    assert agree(from_mean(floored, theory.floor_mean_drift(t, step)))
    assert not agree(from_mean(floored, theory.floor_mean_drift(t - 1, step)))


def test_plateau_on_a_grid():
    assert theory.rounded_variance_mean(100_000, 100, 0.5) == pytest.approx(99 * 0.25 / 12)
