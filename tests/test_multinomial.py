"""Multinomial counts by rare categories first: exact in law, whatever the rows are like."""

import numpy as np
import pytest
from numpy.random import default_rng
from scipy.stats import poisson
from theory.replicates import LIMIT, from_mean

from collapse_lib import multinomial
from collapse_lib.distributions import Zipf

P = Zipf(12).p
N = 600


def covariances(counts, n, p):
    """Distance of every variance and covariance from its exact value, in standard errors."""
    off = counts - n * p
    products = np.einsum("ri,rj->ijr", off, off)
    return np.abs(from_mean(products, n * (np.diag(p) - np.outer(p, p))))


def table(n=N, p=P, rows=20_000, seed=0):
    return multinomial.draw(np.asarray(n), np.broadcast_to(p, (rows, P.size)), default_rng(seed))


def test_counts_have_the_means_and_covariances_of_the_law():
    counts = table()
    assert np.all(counts.sum(axis=1) == N)
    assert counts.min() >= 0
    assert np.all(np.abs(from_mean(counts.T, N * P)) < LIMIT)
    assert np.all(covariances(counts, N, P) < LIMIT)


def test_each_count_is_binomial():
    counts, other = table(), default_rng(1).multinomial(N, P, size=20_000)
    for ours, numpys in zip(counts.T, other.T, strict=True):
        edges = np.unique(np.quantile(numpys, np.linspace(0, 1, 21)[1:-1]))
        size = edges.size + 1
        a, b = (np.bincount(edges.searchsorted(x), minlength=size) for x in (ours, numpys))
        assert np.all(np.abs(a - b) <= LIMIT * np.sqrt(a + b))


def test_keeping_every_row_would_be_seen(monkeypatch):
    """The twin: without the choice of rows the rare would vary as if n were random."""
    monkeypatch.setattr(multinomial, "_log_poisson", lambda count, mean: np.zeros_like(mean))
    assert covariances(table(), N, P).max() > 2 * LIMIT


def test_rows_may_differ_in_size_and_in_what_is_frequent():
    rng = default_rng(3)
    p = np.stack([rng.permutation(P) for _ in range(4)])
    n = np.array([240, 600, 5_000, 10**6])
    counts = multinomial.draw(np.tile(n, 5_000), np.tile(p, (5_000, 1)), rng)
    for i in range(4):
        rows = counts[i::4]
        assert np.all(rows.sum(axis=1) == n[i])
        assert np.all(np.abs(from_mean(rows.T, n[i] * p[i])) < LIMIT)
        assert np.all(covariances(rows, n[i], p[i]) < LIMIT)


def test_a_row_without_the_common_head_is_drawn_all_the_same():
    p = np.zeros((2_000, 4))
    p[:, 0] = 1
    p[7] = (0, 0, 0.25, 0.75)  # none of its points are where those of the others are
    counts = multinomial.draw(np.array([500]), p, default_rng(0))
    assert np.all(counts[:7, 0] == 500)
    assert counts[7, :2].sum() == 0
    assert counts[7].sum() == 500


@pytest.mark.parametrize("n", [0, 1, 20])
def test_few_points_are_left_to_numpy(n):
    p = np.broadcast_to(P, (400, P.size))
    np.testing.assert_array_equal(
        multinomial.draw(np.array([n]), p, default_rng(0)), default_rng(0).multinomial(n, p)
    )


def test_the_series_is_that_of_the_poisson_law():
    mean = np.array([50.0, 300.0, 1e6])
    for count in (np.floor(mean), mean + 4 * np.sqrt(mean), mean - 4 * np.sqrt(mean)):
        count = np.floor(count)
        exact = poisson.logpmf(count, mean) + 0.5 * np.log(2 * np.pi * mean)
        np.testing.assert_allclose(multinomial._log_poisson(count, mean), exact, atol=1e-8)
