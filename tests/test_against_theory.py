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
    Poisson,
    PoissonMLE,
    Refresh,
    Replace,
    Sampled,
    Subsample,
    Zipf,
    metrics,
    simulate,
    theory,
)
from collapse_lib.distributions import LinearModel, MultivariateNormal
from collapse_lib.learners import GradientDescent
from collapse_lib.mistakes import Biased, Preferring
from collapse_lib.regimes import Blend, Shift, Tempered, Web

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
    if isinstance(regime, Blend):
        return theory.blend_variance_mean(T, n, regime.real, ddof)
    if isinstance(regime, Web):
        return theory.web_variance_mean(T, n, regime.human, regime.machine, ddof)
    return theory.replace_variance_mean(T, n, ddof)


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize(
    "regime",
    [
        Replace(),
        Accumulate(),
        Refresh(0.05),
        Refresh(0.5),
        Refresh(1.0),
        Anchor(0.1),
        Anchor(0.5),
        Blend(0.5),
        Web(0.5, 3.0),
    ],
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


@pytest.mark.parametrize(
    ("regime", "curve"),
    [
        (Accumulate(), lambda n, h: theory.accumulate_heterozygosity_mean(T, n, h)),
        (Refresh(0.1), lambda n, h: theory.refresh_heterozygosity_mean(T, n, n // 10, h)),
        (Blend(0.1), lambda n, h: theory.blend_heterozygosity_mean(T, n, 0.1, h)),
    ],
    ids=["accumulate", "refresh", "blend"],
)
def test_diversity_of_categories_with_other_data(regime, curve):
    truth, n = Zipf(50, 1.0), 50
    lineage = simulate(
        truth, CategoricalMLE(), regime, n=n, generations=GENERATIONS, replicates=4000, rng=5
    )
    same = np.stack([np.square(model.p).sum(axis=-1) for model in lineage.models[1:]])
    start = 1 - np.square(truth.p).sum()
    assert np.all(errors(1 - same, curve(n, start)[1:]) < 4.5)
    assert errors(1 - same[-1], theory.replace_heterozygosity_mean(GENERATIONS, n, start)) > 4.5
    if isinstance(regime, Accumulate):
        alive = lineage.trace(metrics.survivors)[-1]
        assert errors(alive, theory.one_generation_survivors(n, truth.p)) < 4.5


def test_survival_of_poisson_rates():
    lineage = simulate(
        Poisson(0.1), PoissonMLE(), n=30, generations=GENERATIONS, replicates=REPLICATES, rng=6
    )
    alive = np.stack([lineage[t].rate > 0 for t in SEVERAL])
    assert np.all(errors(alive, theory.replace_poisson_survival(SEVERAL, 30, 0.1)) < 4.5)
    assert np.any(errors(alive, theory.replace_poisson_survival(SEVERAL, 20, 0.1)) > 4.5)


def test_a_shift_of_the_data_and_one_of_the_models():
    step, real = 0.2, 0.25
    curve = theory.refresh_bias_mean(SEVERAL, real, step)
    options = {"n": 20, "generations": GENERATIONS, "replicates": 4000, "rng": 7}
    data = simulate(Normal(), GaussianMLE(), Tempered(Refresh(real), Shift(step)), **options)
    models = simulate(Normal(), Biased(GaussianMLE(), step), Refresh(real), **options)
    for lineage, right, wrong in ((data, 0, step), (models, step, 0)):
        means = lineage.trace(metrics.mean)[SEVERAL]
        assert np.all(errors(means, curve + right) < 4.5)
        assert errors(means[-1], theory.refresh_bias_limit(real, step) + right) < 4.5
        assert np.all(errors(means, curve + wrong) > 4.5)


def test_descent_stopped_early():
    truth = LinearModel([1.0, 1.0], 0.0, MultivariateNormal([0, 0], np.diag([1.0, 0.1])))
    learner = GradientDescent(steps=10, rate=0.3, noise=0.0, features=truth.features)
    lineage = simulate(truth, learner, n=10**9, generations=5, replicates=3, rng=8)
    kept = theory.early_stopped_coefficient(5, np.array([1.0, 0.1]), 0.3, 10)
    np.testing.assert_allclose(lineage[-1].coefficients, np.tile(kept, (3, 1)), atol=1e-4)
    longer = theory.early_stopped_coefficient(5, np.array([1.0, 0.1]), 0.3, 11)
    assert np.all(np.abs(longer - kept) > 5e-4)


def test_a_prior_shows_along_its_own_chain():
    lineage = simulate(
        Normal(1),
        Preferring(GaussianMLE(), [3.0], 2.0),
        n=20,
        generations=30,
        replicates=4000,
        rng=9,
    )
    means = lineage.trace(metrics.mean)[SEVERAL]
    assert np.all(errors(means, theory.iterated_learning_mean(SEVERAL, 20, 2, 1, 3)) < 4.5)
    assert np.any(errors(means, theory.iterated_learning_mean(SEVERAL, 20, 1, 1, 3)) > 4.5)
