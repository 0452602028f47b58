"""Correlated errors, verifiers, detectors, rollback."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from collapse_lib import theory

from .replicates import agree, from_mean

REPLICATES = 20_000


def test_correlated_errors():
    rng = np.random.default_rng(1)
    models, correlation, error = 4, 0.3, 0.5
    common = np.sqrt(correlation) * rng.normal(size=REPLICATES)
    own = np.sqrt(1 - correlation) * rng.normal(size=(8, models, REPLICATES))
    steps = error * (common + own.mean(axis=1))
    t = np.arange(1, 9)
    squares = np.cumsum(steps, axis=0) ** 2
    curve = theory.correlated_error_mean_square
    assert agree(from_mean(squares, curve(t, models, correlation, error)))
    assert not agree(from_mean(squares, curve(t, models, 0, error)))
    effective = theory.effective_models(models, correlation)
    assert agree(from_mean(squares[0], error**2 / effective))
    assert not agree(from_mean(squares[0], error**2 / models))
    np.testing.assert_allclose(
        theory.effective_models(10, [0.1, 0.3, 0.5, 0.9]), [5.3, 2.7, 1.8, 1.1], atol=0.05
    )


@pytest.mark.parametrize("temperature", [1.0, 0.8, 1.25])
@pytest.mark.parametrize(("models", "architectures"), [(5, 1), (5, 2), (5, 5), (6, 3)])
def test_correlated_errors_of_several_architectures(models, architectures, temperature):
    rng = np.random.default_rng(6)
    correlation, error, generations = 0.3, 0.5, 6
    shared = rng.normal(size=(architectures, REPLICATES))[np.arange(models) % architectures]
    pool, squares = np.zeros(REPLICATES), []
    for _ in range(generations):
        own = rng.normal(size=(models, REPLICATES))
        errors = error * (np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own)
        pool = (pool / temperature + errors).mean(axis=0)
        squares.append(pool**2)
    curve, t = theory.correlated_error_mean_square, np.arange(1, generations + 1)
    right = models, correlation, error, architectures, temperature
    assert agree(from_mean(squares, curve(t, *right)))
    assert not agree(from_mean(squares, curve(t, *right[:-1], 1.1 * temperature)))
    for other in {1, models} - {architectures}:
        assert not agree(from_mean(squares, curve(t, models, correlation, error, other)))
    effective = theory.effective_models(models, correlation, architectures)
    assert agree(from_mean(squares[0], error**2 / effective))


def test_correlated_errors_in_special_cases():
    curve = theory.correlated_error_mean_square
    t = np.arange(9)
    np.testing.assert_allclose(curve(t, 4, 0.3), 0.3 * t**2 + 0.7 * t / 4)
    np.testing.assert_allclose(curve(t, 4, 0.3, 1.0, 1, 1 + 1e-12), curve(t, 4, 0.3), rtol=1e-9)
    own = np.cumsum(0.8 ** (-2.0 * np.arange(8))) / 4
    np.testing.assert_allclose(curve(t[1:], 4, 0.0, temperature=0.8), own)
    # 5 models of 2 architectures: 3 and 2 of each
    assert curve(1, 5, 1.0, architectures=2) == pytest.approx((9 + 4) / 25)


@pytest.mark.parametrize("architectures", [1, 5])
def test_crossover_is_where_both_terms_are_equal(architectures):
    t = theory.correlated_crossover(10, 0.02, architectures)
    assert 0.02 * t**2 / architectures == pytest.approx(0.98 * t / 10)


@pytest.mark.parametrize("keep_bad", [0.3, 0.6, 0.85])
def test_verifier(keep_bad):
    rng = np.random.default_rng(2)
    keep_good, error, start, items = 0.9, 0.1, 0.8, 20_000
    t = np.arange(1, 8)
    good, shares = rng.random((100, items)) < start, []
    for _ in t:
        good &= rng.random(good.shape) > error
        kept = rng.random(good.shape) < np.where(good, keep_good, keep_bad)
        shares.append((good & kept).sum(axis=1) / kept.sum(axis=1))
        good = rng.random(good.shape) < shares[-1][:, None]
    curve = theory.verifier_good_share
    assert agree(from_mean(shares, curve(t, start, keep_good, keep_bad, error)))
    assert not agree(from_mean(shares, curve(t, start, keep_good, keep_bad, error + 0.01)))
    late = curve(5_000, start, keep_good, keep_bad, error)
    limit = theory.verifier_good_share_limit(keep_good, keep_bad, error)
    assert late == pytest.approx(limit, abs=1e-9)


def test_verifier_limits():
    limits = theory.verifier_good_share_limit(0.9, np.array([0.3, 0.6, 0.85, 1.0]), 0.1)
    np.testing.assert_allclose(limits, [0.9444, 0.7778, 0, 0], atol=5e-5)


def test_verifier_breakdown():
    share = theory.verifier_breakdown(0.9, 0.3)
    assert share == pytest.approx(0.75)
    assert (1 - share) * 0.9 == pytest.approx(share * 0.3)
    assert theory.verifier_breakdown(0.4, 0.4) == 0.5


def test_detector():
    rng = np.random.default_rng(3)
    real = rng.random(400_000) < 0.3
    called = rng.random(real.size) < np.where(real, 0.05, 0.9)
    assert agree(from_mean(real[~called], theory.detector_real_share(0.3, 0.9, 0.05)))
    assert not agree(from_mean(real[~called], theory.detector_real_share(0.3, 0.9, 0)))
    rates = np.array([0, 0.5, 0.9, 0.99]), np.array([0, 0.05, 0.05, 0.05])
    variances = theory.refresh_tempered_variance_limit(theory.detector_real_share(0.3, *rates), 0.9)
    np.testing.assert_allclose(variances, [0.811, 0.891, 0.976, 0.9975], atol=6e-4)


def test_rollback():
    rng = np.random.default_rng(4)
    n, to, n_real = 100, 5, 30
    mean = np.sum(rng.normal(size=(to + 1, REPLICATES)), axis=0) / np.sqrt(n)
    real = rng.normal(size=REPLICATES) / np.sqrt(n_real)
    weight = n_real / (n_real + n / (to + 1))
    squares = (weight * real + (1 - weight) * mean) ** 2
    assert agree(from_mean(squares, theory.rollback_mean_square(n, to, n_real)))
    assert not agree(
        from_mean(squares, theory.rollback_mean_square(n, to - 1, n_real))
    )  # the old count


def test_recovery():
    found = np.any(np.random.default_rng(5).random((30, REPLICATES)) < 0.02, axis=0)
    assert agree(from_mean(found, theory.recovery_probability(30, 0.02)))
    assert not agree(from_mean(found, theory.recovery_probability(33, 0.02)))


@pytest.mark.parametrize(("n_real", "n"), [(50, 50), (20, 200)])
@pytest.mark.parametrize("centre", [0.0, 0.3])
def test_a_verifier_who_believes_something(centre, n_real, n):
    rng = np.random.default_rng(8)
    reach, t = 1.5, np.arange(1, 13)
    mean = rng.normal(size=REPLICATES) / np.sqrt(n_real)
    squares = []
    for _ in t:
        squares.append(mean**2)
        low, high = ndtr(centre - reach - mean), ndtr(centre + reach - mean)
        points = ndtri(low + rng.random((n, REPLICATES)) * (high - low))
        mean = mean + points.mean(axis=0)
    squares = np.array(squares)
    curve = theory.verifier_mean_square
    assert agree(from_mean(squares, curve(t, n_real, n, centre, reach)))
    wrong = (n_real, n, centre + 0.1, reach), (n_real, n, centre, 1.2 * reach)
    for twin in wrong:
        assert not agree(from_mean(squares, curve(t, *twin)))
    limit = theory.verifier_mean_square_limit(n, centre, reach)
    assert agree(from_mean(squares[-1], limit))
    assert curve(200, n_real, n, centre, reach) == pytest.approx(limit)


def test_a_verifier_nearly_right_helps_first():
    """It dips below the real points' own error, and ends at what the verifier believes."""
    t = np.arange(40)
    square = theory.verifier_mean_square(t, 50, 50, 0.05, 1.5)
    assert square[0] == 0
    assert square[1] == pytest.approx(0.02)
    best = int(np.argmin(square[1:])) + 1
    assert best == 3 and square[best] == pytest.approx(0.0174, abs=5e-5)
    assert square[-1] == pytest.approx(0.0184, abs=5e-5) and square[-1] < square[1]
    biased = theory.verifier_mean_square(t, 50, 50, 0.3, 1.5)
    assert np.all(np.diff(biased[1:]) > 0)
    assert biased[-1] == pytest.approx(0.1058, abs=1e-4)


def test_a_verifier_far_off_bends_the_rule():
    """First order in the centre: at a third of the reach the limit is 1 % off."""
    rng = np.random.default_rng(9)
    reach, n, mean = 1.5, 400, np.zeros(REPLICATES)
    for _ in range(25):
        low, high = ndtr(0.5 - reach - mean), ndtr(0.5 + reach - mean)
        mean = mean + ndtri(low + rng.random((n, REPLICATES)) * (high - low)).mean(axis=0)
    limit = theory.verifier_mean_square_limit(n, 0.5, reach)
    assert (mean**2).mean() == pytest.approx(limit, rel=0.01)
