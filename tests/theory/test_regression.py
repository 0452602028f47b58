"""Least squares on its own labels, ridge, and misfit."""

import numpy as np
import pytest

from collapse_lib import theory

from .replicates import agree, from_mean

N, D, NOISE, REPLICATES = 10, 3, 0.5, 20_000
T = np.arange(1, 6)


def solve(x, y):
    """Coefficients of least squares in every replicate."""
    xt = np.swapaxes(x, -1, -2)
    return np.linalg.solve(xt @ x, (xt @ y[..., None]))[..., 0]


def errors(*, keep, fresh=True):
    """Squared errors of generations 1…, labels made by the last fit; the truth is 0."""
    rng = np.random.default_rng(1)
    x = new = rng.normal(size=(REPLICATES, N, D))
    y = np.sqrt(NOISE) * rng.normal(size=(REPLICATES, N))
    trace = []
    for _ in T:
        fit = solve(x, y)
        trace.append(np.sum(fit**2, axis=-1))
        new = rng.normal(size=new.shape) if fresh else new
        noise = np.sqrt(NOISE) * rng.normal(size=(REPLICATES, N))
        labels = (new @ fit[..., None])[..., 0] + noise
        x = np.concatenate([x, new], axis=1) if keep else new
        y = np.concatenate([y, labels], axis=1) if keep else labels
    return np.array(trace)


@pytest.mark.parametrize(
    ("curve", "how"),
    [
        (theory.replace_regression_error_mean, {"keep": False}),
        (theory.accumulate_regression_error_mean, {"keep": True, "fresh": False}),
        (theory.accumulate_fresh_regression_error_mean, {"keep": True}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_errors(curve, how):
    samples = errors(**how)
    assert agree(from_mean(samples, curve(T, N, D, NOISE)))
    assert not agree(from_mean(samples, curve(T, N + 1, D, NOISE)))
    for other in (
        theory.replace_regression_error_mean,
        theory.accumulate_regression_error_mean,
        theory.accumulate_fresh_regression_error_mean,
    ):
        assert other is curve or not agree(from_mean(samples, other(T, N, D, NOISE)))


def test_pi_squared_over_six():
    t = np.arange(1, 60)
    np.testing.assert_allclose(theory.accumulate_error_ratio(t), np.cumsum(1 / t**2))
    assert theory.accumulate_error_ratio(10**9) == pytest.approx(np.pi**2 / 6)
    direct = np.cumsum(NOISE * D / (t * (N * t - D - 1)))
    np.testing.assert_allclose(
        theory.accumulate_fresh_regression_error_mean(t, N, D, NOISE), direct
    )


@pytest.mark.parametrize("n_shifted", [0, 2, 6, N])
def test_a_share_of_wrong_labels(n_shifted):
    rng = np.random.default_rng(2)
    shift = np.array([1.0, 2.0, -1.0])
    x = rng.normal(size=(20_000, N, D))
    y = np.sqrt(NOISE) * rng.normal(size=(20_000, N))
    y[:, :n_shifted] += x[:, :n_shifted] @ shift
    error = np.sum(solve(x, y) ** 2, axis=-1)
    curve = theory.mixed_regression_error_mean
    assert agree(from_mean(error, curve(N, n_shifted, D, shift @ shift, NOISE)))
    assert not agree(from_mean(error, curve(N, n_shifted, D, shift @ shift, 2 * NOISE)))
    if 0 < n_shifted < N:
        published = theory.replace_regression_error_mean(1, N, D, NOISE)
        published += (n_shifted / N) ** 2 * (shift @ shift)
        assert not agree(from_mean(error, published)), "the leading term alone should not do"


def test_strong_collapse_for_large_samples():
    large = theory.mixed_regression_error_mean(4_000_000, 400_000, 20, 1.0)
    assert large == pytest.approx(0.1**2, rel=1e-3)


def test_ridge_on_its_own_predictions():
    spectrum, penalty = np.array([1.0, 0.1, 0.01]), 0.05
    coefficients = np.ones(3)
    for t in range(1, 6):
        moments = np.diag(spectrum)
        coefficients = np.linalg.solve(moments + penalty * np.eye(3), moments @ coefficients)
        np.testing.assert_allclose(theory.ridge_coefficient(t, spectrum, penalty), coefficients)


def test_early_stopping_on_its_own_predictions():
    spectrum, rate, steps = np.array([1.0, 0.1, 0.01]), 0.4, 30
    fit = np.ones(3)
    for t in range(1, 6):
        labels, fit = fit, np.zeros(3)
        for _ in range(steps):
            fit -= rate * spectrum * (fit - labels)
        kept = theory.early_stopped_coefficient(t, spectrum, rate, steps)
        np.testing.assert_allclose(kept, fit)
        assert not np.allclose(kept, theory.early_stopped_coefficient(t, spectrum, rate, steps + 1))


def test_misfit():
    assert theory.misfit_variance([0.5, 0.5], [-2.0, 2.0], [0.25, 0.25]) == 4.25
    rng = np.random.default_rng(3)
    weights, means, variances = np.array([0.2, 0.8]), np.array([3.0, 1.0]), np.array([0.5, 2.0])
    which = rng.choice(2, size=200_000, p=weights)
    points = rng.normal(means[which], np.sqrt(variances[which]))
    squares = (points - weights @ means) ** 2
    assert agree(from_mean(squares, theory.misfit_variance(weights, means, variances)))
    assert not agree(from_mean(squares, weights @ variances))
