"""The library's lineages against the closed forms, within 4.5 standard errors of the replicates."""

import numpy as np
import pytest
from support import errors

from collapse_lib import (
    Accumulate,
    Anchor,
    CategoricalMLE,
    Empirical,
    GaussianMLE,
    Mixture,
    Normal,
    Refresh,
    Replace,
    Sampled,
    Subsample,
    Zipf,
    metrics,
    simulate,
    theory,
)

REPLICATES = 20_000
GENERATIONS = 30
T = np.arange(GENERATIONS + 1)
SEVERAL = np.array([1, 2, 5, 10, 20, 30])


def variances(learner, regime, n=20, truth=Normal(3, 2), seed=1):  # noqa: B008 (frozen)
    lineage = simulate(
        truth, learner, regime, n=n, generations=GENERATIONS, replicates=REPLICATES, rng=seed
    )
    return lineage.trace(metrics.variance) / truth.variance


def mean_theory(regime, n, ddof):
    real = round(n * getattr(regime, "real", 0))
    if isinstance(regime, Refresh):
        return theory.refresh_variance_mean(T, n, real, ddof)
    if isinstance(regime, Anchor):
        return theory.anchor_variance_mean(T, n, real, ddof)
    if isinstance(regime, Accumulate):
        return theory.accumulate_variance_mean(T, n, ddof)
    return theory.replace_variance_mean(T, n, ddof)


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize(
    "regime",
    [Replace(), Accumulate(), Refresh(0.05), Refresh(0.5), Refresh(1.0), Anchor(0.1), Anchor(0.5)],
    ids=repr,
)
def test_mean_of_the_variance(regime, ddof):
    simulated, expected = variances(GaussianMLE(ddof), regime), mean_theory(regime, 20, ddof)
    assert np.all(errors(simulated[SEVERAL], expected[SEVERAL]) < 4.5)
    # the twin: the other estimator's curve is told apart
    other = mean_theory(regime, 20, 1 - ddof)
    assert np.any(errors(simulated[SEVERAL], other[SEVERAL]) > 4.5)


@pytest.mark.parametrize(
    "truth",
    [Mixture((Normal(-2, 0.5), Normal(1, 1)), weights=(0.3, 0.7)), Empirical([1.0, 1.0, 2.0, 7.0])],
    ids=["mixture", "real data"],
)
@pytest.mark.parametrize("regime", [Refresh(0.25), Anchor(0.25)], ids=repr)
def test_the_mean_needs_no_normal_truth(truth, regime):
    simulated = variances(GaussianMLE(), regime, truth=truth)
    assert np.all(errors(simulated[SEVERAL], mean_theory(regime, 20, 0)[SEVERAL]) < 4.5)


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize("n", [3, 20, 10_000])
def test_quantiles_of_the_variance(n, ddof):
    """A share q of the lineages lies below the q-quantile, with a binomial standard error."""
    simulated = variances(GaussianMLE(ddof), Replace(), n=n)[1:]
    for q in (0.1, 0.5, 0.9):
        expected = theory.replace_variance_quantile(q, T[1:], n, ddof)
        below = np.mean(simulated < expected[:, None], axis=1)
        assert np.all(np.abs(below - q) < 4.5 * np.sqrt(q * (1 - q) / REPLICATES))


@pytest.mark.parametrize("ddof", [0, 1])
def test_the_other_estimators_median_is_told_apart(ddof):
    simulated = variances(GaussianMLE(ddof), Replace())[1:]
    wrong = theory.replace_variance_median(T[1:], 20, 1 - ddof)
    below = np.mean(simulated < wrong[:, None], axis=1)
    assert np.any(np.abs(below - 0.5) > 4.5 * 0.5 / np.sqrt(REPLICATES))


def test_distance_to_the_truth():
    lineage = simulate(
        Normal(), GaussianMLE(ddof=1), n=20, generations=GENERATIONS, replicates=REPLICATES, rng=2
    )
    square = lineage.trace(metrics.wasserstein2)[SEVERAL] ** 2
    assert np.all(errors(square, theory.replace_wasserstein2_mean(SEVERAL, 20, ddof=1)) < 4.5)
    wrong = theory.replace_wasserstein2_mean(SEVERAL, 20, ddof=0)
    assert np.any(errors(square, wrong) > 4.5)


def test_accumulating_at_constant_cost():
    lineage = simulate(
        Normal(), Sampled(GaussianMLE()), Subsample(), n=20, generations=10, replicates=4000, rng=3
    )
    t = np.array([1, 5, 10])
    expected = theory.subsample_variance_mean(t, 20)
    assert np.all(errors(lineage.trace(metrics.variance)[t], expected) < 4.5)
    assert np.any(
        errors(lineage.trace(metrics.variance)[t], theory.replace_variance_mean(t, 20)) > 4.5
    )


def test_diversity_of_categories():
    truth = Zipf(50, 1.0)
    lineage = simulate(
        truth, CategoricalMLE(), n=100, generations=GENERATIONS, replicates=4000, rng=4
    )
    same = np.stack([np.square(model.p).sum(axis=-1) for model in lineage.models[1:]])
    start = 1 - np.square(truth.p).sum()
    expected = theory.replace_heterozygosity_mean(T[1:], 100, start)
    assert np.all(errors(1 - same, expected) < 4.5)
    alive = lineage.trace(metrics.survivors)[1]
    assert errors(alive, theory.one_generation_survivors(100, truth.p)) < 4.5
    assert errors(alive, theory.one_generation_survivors(90, truth.p)) > 4.5
