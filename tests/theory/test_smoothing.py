"""Kernel density estimates of their own draws."""

import numpy as np
import pytest

from collapse_lib import theory

from .replicates import agree, from_mean

N, REPLICATES = 10, 20_000
T = np.arange(1, 9)


def variances(bandwidth):
    """Variances of the estimates: each point drawn is a point of the last sample, blurred."""
    rng = np.random.default_rng(1)
    points, trace = rng.exponential(size=(N, REPLICATES)) - 1, []
    for _ in T:
        h = bandwidth(points.std(axis=0))
        trace.append(points.var(axis=0) + h**2)
        picked = rng.integers(N, size=points.shape)
        points = np.take_along_axis(points, picked, axis=0) + h * rng.normal(size=points.shape)
    return np.array(trace)


def test_fixed_bandwidth():
    samples = variances(lambda sd: 0.4)
    assert agree(from_mean(samples, theory.kde_variance_mean(T, N, 0.4)))
    assert not agree(from_mean(samples, theory.kde_variance_mean(T - 1, N, 0.4)))
    assert not agree(from_mean(samples, theory.replace_variance_mean(T, N)))


@pytest.mark.parametrize("factor", [1.06, 0.5])
def test_bandwidth_by_rule(factor):
    samples = variances(lambda sd: factor * sd * N**-0.2)
    assert agree(from_mean(samples, theory.kde_rule_variance_mean(T, N, factor)))
    assert not agree(from_mean(samples, theory.kde_rule_variance_mean(T, N, factor * 1.1)))


def test_ends_and_doubling():
    assert theory.kde_variance_mean(10_000, N, 0.4) == pytest.approx(
        theory.kde_variance_limit(N, 0.4)
    )
    np.testing.assert_allclose(
        theory.kde_variance_mean(T, N, 0), theory.replace_variance_mean(T, N), rtol=1e-12
    )
    growth = theory.kde_rule_variance_mean(1, np.array([50, 100, 1000]))
    np.testing.assert_allclose(np.log(2) / np.log(growth), [3.6, 4.5, 10.3], atol=0.05)
