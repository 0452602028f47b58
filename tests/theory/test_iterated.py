"""A prior that hardly shows in one fit, and what its chain ends at."""

import numpy as np
import pytest

from collapse_lib import theory

from .replicates import agree, from_mean

N, STRENGTH, START, PREFERRED, REPLICATES = 20, 3.0, 0.9, 0.3, 20_000


def frequencies(generations):
    """Posterior means of a category's frequency, shape (generations, replicates)."""
    rng = np.random.default_rng(1)
    p, trace = np.full(REPLICATES, START), []
    for _ in range(generations):
        p = (rng.binomial(N, p) + STRENGTH * PREFERRED) / (N + STRENGTH)
        trace.append(p)
    return np.array(trace)


CHAIN = frequencies(60)


def test_the_mean_goes_to_the_prior():
    t = np.arange(1, 11)
    curve = theory.iterated_learning_mean
    assert agree(from_mean(CHAIN[:10], curve(t, N, STRENGTH, START, PREFERRED)))
    assert not agree(from_mean(CHAIN[:10], curve(t, N, STRENGTH / 2, START, PREFERRED)))
    assert agree(from_mean(CHAIN[-1], PREFERRED))
    assert curve(10_000, N, STRENGTH, START, PREFERRED) == pytest.approx(PREFERRED)
    assert curve(0, N, STRENGTH, START, PREFERRED) == pytest.approx(START)


def test_half_of_the_way():
    half = theory.iterated_learning_half_life(N, STRENGTH)
    assert (N / (N + STRENGTH)) ** half == pytest.approx(0.5)
    many = theory.iterated_learning_half_life(10**6, STRENGTH)
    assert many == pytest.approx(np.log(2) * 10**6 / STRENGTH, rel=1e-5)


def test_the_scatter_in_the_end_is_not_that_of_the_prior():
    squares = (CHAIN[-1] - PREFERRED) ** 2
    limit = theory.iterated_learning_variance_limit(N, STRENGTH, PREFERRED)
    assert agree(from_mean(squares, limit))
    prior = PREFERRED * (1 - PREFERRED) / (1 + STRENGTH)
    assert not agree(from_mean(squares, prior))
    many = theory.iterated_learning_variance_limit(10**9, STRENGTH, PREFERRED)
    assert many == pytest.approx(PREFERRED * (1 - PREFERRED) / (1 + 2 * STRENGTH))
