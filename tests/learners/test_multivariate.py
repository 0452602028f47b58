"""The normal model in d dimensions."""

from dataclasses import dataclass

import numpy as np
import pytest

from collapse_lib import (
    Accumulate,
    Anchor,
    GaussianMLE,
    MultivariateGaussianMLE,
    MultivariateNormal,
    Normal,
    Refresh,
    Replace,
    Sampled,
    Subsample,
    simulate,
    theory,
)
from collapse_lib.suffstats import Scatter
from learners.laws import errors_from, final, same_law

COV = np.array([[1.0, 0.6, 0.0], [0.6, 2.0, 0.3], [0.0, 0.3, 0.5]])
TRUTH = MultivariateNormal([1.0, 2.0, 3.0], COV)
FUNCTIONALS = (
    lambda model: model.mean[..., 1],
    lambda model: model.cov[..., 0, 0],
    lambda model: model.cov[..., 0, 1],
    lambda model: np.trace(model.cov, axis1=-2, axis2=-1),
    lambda model: np.linalg.eigvalsh(model.cov)[..., 1],
)
REGIMES = (Replace(), Accumulate(), Refresh(0.4), Anchor(0.4))


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize("regime", REGIMES, ids=lambda regime: type(regime).__name__)
def test_law(regime, ddof):
    learner = MultivariateGaussianMLE(ddof)
    drawn = final(TRUTH, learner, FUNCTIONALS, regime, seed=1)
    assert same_law(drawn, final(TRUTH, Sampled(learner), FUNCTIONALS, regime, seed=2))


@pytest.mark.parametrize("n", [2, 3, 4])
def test_law_where_there_are_fewer_points_than_dimensions(n):
    """The middle eigenvalue is 0 at n = 2, so it is left out."""
    learner = MultivariateGaussianMLE()
    for regime in (Replace(), Accumulate()):
        drawn = final(TRUTH, learner, FUNCTIONALS[:4], regime, n=n, seed=3)
        sampled = final(TRUTH, Sampled(learner), FUNCTIONALS[:4], regime, n=n, seed=4)
        assert same_law(drawn, sampled)


def test_two_points_in_three_dimensions_leave_a_line():
    model = simulate(TRUTH, MultivariateGaussianMLE(), n=2, generations=1, replicates=50, rng=0)[-1]
    assert model.factor.shape == (50, 3, 1)
    values = np.linalg.eigvalsh(model.cov)
    assert np.all(values[:, :2] < 1e-12 * values[:, 2:])


def test_sizes_may_differ_over_the_batch():
    model = simulate(
        TRUTH, MultivariateGaussianMLE(), n=[2, 12], generations=3, replicates=10_000, rng=5
    )[-1]
    assert model.cov.shape == (2, 10_000, 3, 3)
    for row, n in enumerate((2, 12)):
        alone = final(TRUTH, MultivariateGaussianMLE(), FUNCTIONALS[:4], n=n, seed=6)
        assert same_law([f(model)[row] for f in FUNCTIONALS[:4]], alone)


@dataclass(frozen=True)
class SquareWhereItShouldBeATrapezoid(MultivariateGaussianMLE):
    """Keeps a χ² of one degree where there are none left."""

    def observe(self, source, n, rng):
        return super().observe(source, max(n, 4), rng)


@dataclass(frozen=True)
class SameDegreesForAll(MultivariateGaussianMLE):
    """As if each direction were a chain of its own, with χ²(n - 1) on the whole diagonal."""

    def observe(self, source, n, rng):
        right = super().observe(source, n, rng)
        d = source.dimensions
        spread = np.sqrt(np.moveaxis(rng.wide(d).chisquare(np.array([[n - 1]])), 0, -1))
        return Scatter(right.w, right.w2, right.mean, source.factor * spread[..., None, :])


@pytest.mark.parametrize(
    ("wrong", "n"),
    [
        (SquareWhereItShouldBeATrapezoid(), 2),
        (SameDegreesForAll(), 12),
        (MultivariateGaussianMLE(ddof=1), 12),
    ],
)
def test_a_wrong_law_is_rejected(wrong, n):
    slow = final(TRUTH, Sampled(MultivariateGaussianMLE()), FUNCTIONALS[:4], n=n, seed=7)
    assert not same_law(final(TRUTH, wrong, FUNCTIONALS[:4], n=n, seed=8), slow)


def test_directions_die_at_the_rates_of_the_lyapunov_spectrum():
    n, generations, d = 20, 300, 4
    learner = MultivariateGaussianMLE(ddof=1)
    truth = MultivariateNormal(np.zeros(d))
    model = simulate(truth, learner, n=n, generations=generations, replicates=400, rng=9)[-1]
    sign, volume = np.linalg.slogdet(model.factor)
    expected = theory.replace_log_volume_drift(n, d, 1) * generations
    assert errors_from(2 * volume, expected) < 4.5
    # A triangular factor keeps its digits, though the spread of one direction is 1e-30 of another.
    assert np.median(np.linalg.cond(model.factor)) > 1e4
    assert np.all(np.isfinite(volume)) and np.all(sign != 0)


def test_the_mean_covariance_stays_with_ddof_1():
    learner = MultivariateGaussianMLE(ddof=1)
    covariance = simulate(TRUTH, learner, n=10, generations=3, replicates=20_000, rng=10)[-1].cov
    for i, j in ((0, 0), (0, 1), (2, 2), (0, 2)):
        assert errors_from(covariance[:, i, j], COV[i, j]) < 4.5


def test_turning_the_truth_turns_its_models_in_law():
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))[0]
    turned = MultivariateNormal(turn @ TRUTH.mean, turn @ COV @ turn.T)
    plain = final(TRUTH, MultivariateGaussianMLE(), FUNCTIONALS[3:], seed=11)
    assert same_law(plain, final(turned, MultivariateGaussianMLE(), FUNCTIONALS[3:], seed=12))


def test_one_dimension_is_the_one_dimensional_chain():
    flat = final(
        MultivariateNormal([3.0], [[4.0]]),
        MultivariateGaussianMLE(),
        (lambda model: model.mean[..., 0], lambda model: model.cov[..., 0, 0]),
        seed=13,
    )
    line = final(
        Normal(3, 2), GaussianMLE(), (lambda model: model.mean, lambda model: model.variance)
    )
    assert same_law(flat, line)


def test_whole_points_are_picked_from_a_pool():
    """Coordinates picked apart would lose their correlation."""
    model = simulate(
        MultivariateNormal([0, 0], [[1, 0.99], [0.99, 1]]),
        Sampled(MultivariateGaussianMLE()),
        Subsample(),
        n=50,
        generations=3,
        replicates=20,
        rng=14,
    )[-1]
    correlation = model.cov[:, 0, 1] / np.sqrt(model.cov[:, 0, 0] * model.cov[:, 1, 1])
    assert np.all(correlation > 0.95)


def test_refusals():
    with pytest.raises(ValueError, match="ddof must be 0 or 1, not 2"):
        MultivariateGaussianMLE(2)
    with pytest.raises(ValueError, match="n must be a whole number of at least 2, not 1"):
        simulate(TRUTH, MultivariateGaussianMLE(), n=1, generations=1)
