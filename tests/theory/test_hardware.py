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


def chain(start, n, bits, generations, replicates, rng):
    """Lineages of standard deviations, each generation's rounded; and whether they ever moved."""
    sd, moved = np.full(replicates, start), np.zeros(replicates, dtype=bool)
    for _ in range(generations):
        sd = nearest(sd * np.sqrt(rng.chisquare(n - 1, replicates) / (n - 1)), bits)
        moved |= sd != start
    return sd, moved


@pytest.mark.parametrize("n", [1_000, 32_768, 131_072, 10**6])
def test_at_a_power_of_two_rounding_to_nearest_points_down(n):
    rng = np.random.default_rng(2)
    step = np.sqrt(rng.chisquare(n - 1, 1_000_000) / (n - 1))
    kept = nearest(step, 7)
    drift, rest = theory.rounding_log_sd_drift(n, 7), theory.rounding_rest_probability(n, 7)
    assert agree(from_mean(kept - step, drift))
    assert agree(from_mean(kept == 1, rest))
    assert not agree(from_mean(kept - step, 0))
    within = 1.25 * step  # the same numbers in the middle of an octave
    assert agree(from_mean(nearest(within, 7) - within, 0))


def test_a_grid_much_finer_than_the_step_is_summed_as_an_integral():
    steps = np.sqrt(2 * np.array([1_270, 1_280, 1_290])) / 128  # about the place of the change
    n = 128**2 * steps**2 / 2
    drift = theory.rounding_log_sd_drift(np.rint(n), 7)
    assert np.ptp(drift / np.sqrt(n)) < 1e-3 * np.abs(drift / np.sqrt(n)).max()
    assert np.all(theory.rounding_log_sd_drift([10**2, 10**5], 23) < 0)


def test_a_chain_from_one_sinks_and_one_from_one_and_a_quarter_does_not():
    rng = np.random.default_rng(5)
    n, generations, replicates = 131_072, 1_500, 500
    sampled = -generations / (2 * n)  # what float64 does
    from_one, from_within = (
        np.log(chain(start, n, 7, generations, replicates, rng)[0] / start) for start in (1.0, 1.25)
    )
    assert from_one.mean() < 4 * sampled
    assert not agree(from_mean(from_one, sampled))
    assert agree(from_mean(from_within, sampled))


def test_rounding_freezes_for_as_long_as_the_size_says():
    rng = np.random.default_rng(6)
    for t in (1, 100):
        n = int(theory.rounding_freeze_size(7, t))
        _, moved = chain(1.0, n, 7, t, 2_000, rng)
        assert agree(from_mean(moved, 0.5))
    _, moved = chain(1.0, 32_768, 7, 1, 2_000, rng)  # where the step is half a unit
    assert moved.mean() > 0.4
    _, moved = chain(1.0, 4 * 10**6, 7, 1_000, 500, rng)
    assert not moved.any()


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
