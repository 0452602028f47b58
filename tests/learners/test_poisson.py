"""The Poisson model."""

from dataclasses import dataclass

import numpy as np
import pytest

from collapse_lib import (
    Accumulate,
    Anchor,
    Poisson,
    PoissonMLE,
    Refresh,
    Replace,
    Sampled,
    Subsample,
    metrics,
    simulate,
)
from collapse_lib.suffstats import Total
from learners.laws import errors_from, final, same_law

RATE = (lambda model: model.rate,)
REGIMES = (Replace(), Accumulate(), Refresh(0.4), Anchor(0.4))


@pytest.mark.parametrize("regime", REGIMES, ids=lambda regime: type(regime).__name__)
def test_law(regime):
    drawn = final(Poisson(0.7), PoissonMLE(), RATE, regime, seed=1)
    assert same_law(drawn, final(Poisson(0.7), Sampled(PoissonMLE()), RATE, regime, seed=2))


@dataclass(frozen=True)
class TakesCountsForCoins(PoissonMLE):
    """As if each point were 0 or 2."""

    def observe(self, source, n, rng):
        total = 2 * rng.generator.binomial(n, np.minimum(source.rate / 2, 1), rng.batch)
        return Total(float(n), total)


def test_a_wrong_law_is_rejected():
    slow = final(Poisson(0.7), Sampled(PoissonMLE()), RATE, seed=3)
    assert not same_law(final(Poisson(0.7), TakesCountsForCoins(), RATE, seed=4), slow)


def test_the_mean_stays_while_lineages_die():
    trace = simulate(Poisson(1), PoissonMLE(), n=5, generations=20, replicates=20_000, rng=5).trace(
        metrics.mean
    )
    assert errors_from(trace[20], 1) < 4.5
    assert np.mean(trace[20] == 0) > 0.5
    dead = trace[10] == 0
    assert dead.any() and np.all(trace[11:, dead] == 0)


def test_sizes_may_differ_and_points_may_be_picked():
    model = simulate(Poisson(2), PoissonMLE(), n=[3, 9], generations=3, replicates=10_000)[-1]
    assert model.rate.shape == (2, 10_000)
    picked = simulate(
        Poisson(2), Sampled(PoissonMLE()), Subsample(), n=9, generations=3, replicates=5, rng=6
    )[-1]
    assert picked.rate.shape == (5,)


@pytest.mark.parametrize("n", [10**11, 10**14, 10**16, 9 * 10**18])
def test_sums_of_any_size_scatter_as_the_law_says(n):
    rate = np.array(
        simulate(Poisson(3), PoissonMLE(), n=n, generations=1, replicates=9999, rng=7)[1].rate
    )
    z = (rate - 3) / np.sqrt(3 / n)
    assert errors_from(z, 0) < 4.5
    assert abs(z.var() - 1) < 4.5 * np.sqrt(2 / z.size)


def test_single_counts_of_any_size_scatter_as_the_law_says():
    for rate in (9e11, 1e14, 1e16):
        x = Poisson(rate).expand((3,)).sample(4000, np.random.default_rng(8))
        assert x.dtype.kind == "i"
        z = (x - rate) / np.sqrt(rate)
        assert abs(z.var() - 1) < 4.5 * np.sqrt(2 / z.size)
    plain = np.random.default_rng(8).poisson(1e16, 12_000)  # numpy's own does not
    assert np.var((plain - 1e16) / 1e8) > 1.2
    with pytest.raises(ValueError, match="rate must be at most 1e\\+18 where counts are drawn"):
        Poisson(1e19).sample(1, np.random.default_rng(0))
