"""Histograms, kernel density estimates and mixtures: errors of the model's form."""

from dataclasses import dataclass

import numpy as np
import pytest

from collapse_lib import (
    KDE,
    Accumulate,
    Empirical,
    GaussianMixture,
    GaussianMixtureEM,
    HistogramMLE,
    KernelDensity,
    Mixture,
    Normal,
    Refresh,
    Replace,
    Sampled,
    StudentT,
    Subsample,
    metrics,
    simulate,
    theory,
)
from collapse_lib.suffstats import Counts, Sample
from learners.laws import errors_from, final, same_law

EDGES = np.array([-4.0, -1.5, -0.5, 0.2, 1.0, 5.0])
BUMPS = Mixture((Normal(-2, 0.5), Normal(2, 0.5)), weights=(0.3, 0.7))
BINS = (lambda model: model.p[..., 1], lambda model: model.p[..., 4], lambda model: model.variance)


# --- histogram -------------------------------------------------------------------------------


@pytest.mark.parametrize("regime", [Replace(), Accumulate(), Refresh(0.4)])
@pytest.mark.parametrize(
    "truth", [Normal(0, 2), StudentT(2), BUMPS, Empirical([-1.5, 0.2, 0.2, 3.0])]
)
def test_histogram_law(truth, regime):
    learner = HistogramMLE(EDGES)
    drawn = final(truth, learner, BINS, regime, seed=1)
    assert same_law(drawn, final(truth, Sampled(learner), BINS, regime, seed=2))


@dataclass(frozen=True, eq=False)
class DropsOutliers(HistogramMLE):
    def observe(self, source, n, rng):
        shares = np.moveaxis(np.diff(source.tails(self.edges, self.edges)[0], axis=0), 0, -1)
        shares = shares / shares.sum(axis=-1, keepdims=True)
        return Counts(rng.generator.multinomial(n, shares, size=rng.batch))


def test_a_wrong_histogram_is_rejected():
    slow = final(Normal(0, 3), Sampled(HistogramMLE(EDGES)), BINS, seed=3)
    assert not same_law(final(Normal(0, 3), DropsOutliers(EDGES), BINS, seed=4), slow)


def test_few_bins_widen_once():
    """By width² / 6 in generation 1, with any amount of data, and never again."""
    variance = simulate(
        Normal(), HistogramMLE(np.arange(-8.0, 9)), n=10**9, generations=5, rng=5
    ).trace(metrics.variance)[:, 0]
    np.testing.assert_allclose(variance[1:], 1 + 1 / 6, rtol=1e-3)


def test_a_lost_bin_stays_lost():
    lineage = simulate(Normal(), HistogramMLE(EDGES), n=10, generations=30, replicates=50, rng=6)
    lost = lineage[10].p == 0
    assert lost.any() and np.all(lineage[30].p[lost] == 0)


# --- kernel density estimate -----------------------------------------------------------------


def kde_variance(learner, truth=None, n=40, generations=6, replicates=2000, regime=Replace()):  # noqa: B008
    return simulate(
        truth or Normal(1, 1),
        learner,
        regime,
        n=n,
        generations=generations,
        replicates=replicates,
        rng=7,
        record={"variance": metrics.variance},
    ).recorded["variance"]


def test_the_variance_grows_by_the_bandwidth():
    variance = kde_variance(KDE(0.4))
    for t in (1, 3, 6):
        assert errors_from(variance[t], theory.kde_variance_mean(t, 40, 0.4)) < 4.5
    assert errors_from(variance[6], theory.kde_variance_mean(6, 40, 0.3)) > 4.5


def test_silvermans_rule_follows_the_spread_that_it_causes():
    variance = kde_variance(KDE())
    for t in (1, 3, 6):
        assert errors_from(variance[t], theory.kde_rule_variance_mean(t, 40)) < 4.5


@pytest.mark.parametrize("bandwidth", ["silverman", 0.7, 0.0])
def test_preserving_the_variance_leaves_the_sampling_error_alone(bandwidth):
    variance = kde_variance(KDE(bandwidth, preserve_variance=True))
    for t in (1, 6):
        assert errors_from(variance[t], (1 - 1 / 40) ** t) < 4.5


def test_no_bandwidth_is_the_bootstrap():
    model = simulate(Normal(), KDE(0.0), n=20, generations=3, replicates=4, rng=8)
    for member in range(4):
        first = set(model[1].points[:, member])
        assert set(model[3].points[:, member]) <= first


def test_kde_regimes():
    assert simulate(Normal(), KDE(), Accumulate(), n=5, generations=3)[-1].points.shape == (15, 1)
    picked = simulate(Normal(), Sampled(KDE()), Subsample(), n=5, generations=3, replicates=2)[-1]
    assert picked.points.shape == (5, 2)
    with pytest.raises(ValueError, match="n must be one number where single points are drawn"):
        simulate(Normal(), KDE(), n=[5, 6], generations=1)


def test_weights_of_a_sample_weigh_its_bumps():
    x = np.array([0.0, 0.0, 3.0])
    doubled = KDE(0.5).fit(Sample.of(x))
    weighted = KDE(0.5).fit(Sample(np.array([0.0, 3.0]), np.array([2.0, 1.0])))
    at = np.linspace(-2, 5, 9)
    np.testing.assert_allclose(weighted.density(at), doubled.density(at))
    draws = weighted.sample(40_000, np.random.default_rng(0))
    assert errors_from(draws, 1.0) < 4.5
    with pytest.raises(ValueError, match="bandwidth must be a number of at least 0 or 'silverman'"):
        KDE("scott")
    with pytest.raises(ValueError, match=r"bandwidth must be a number of at least 0, not -1\.0"):
        KDE(-1)


def test_density_in_blocks_equals_the_plain_sum():
    points = np.random.default_rng(9).standard_normal((700, 2, 3))
    model = KernelDensity(points, 0.3)
    at = np.linspace(-3, 3, 101)
    z = (at[:, None, None, None] - points) / 0.3
    plain = (np.exp(-z * z / 2) / (0.3 * np.sqrt(2 * np.pi))).mean(axis=1)
    np.testing.assert_allclose(model.density(at), plain, rtol=1e-10)


# --- mixture by EM ---------------------------------------------------------------------------


def log_likelihood(model, points):
    return np.log(np.stack([model.density(row)[0] for row in points[:, None]])).mean(axis=0)


@pytest.mark.parametrize("truth", [BUMPS, Normal(), StudentT(3)])
def test_em_reaches_scikit_learns_likelihood(truth):
    from sklearn.mixture import GaussianMixture as Theirs

    columns = truth.expand((8,)).sample(400, np.random.default_rng(10))
    model = GaussianMixtureEM(2, tol=1e-6, max_iter=2000).fit(Sample.of(columns))
    for member, column in enumerate(columns.T):
        theirs = Theirs(2, tol=1e-6, max_iter=2000, random_state=0).fit(column[:, None])
        ours = GaussianMixture(
            model.weights[member], model.means[member], model.sds[member]
        ).density(column)
        assert np.log(ours).mean() > theirs.score(column[:, None]) - 1e-3


def test_em_never_loses_likelihood():
    columns = BUMPS.expand((6,)).sample(200, np.random.default_rng(11))
    scores = []
    for steps in range(1, 30):
        model = GaussianMixtureEM(3, tol=0, max_iter=steps).fit(Sample.of(columns))
        scores.append(
            [
                np.log(GaussianMixture(w, m, s).density(column)).mean()
                for w, m, s, column in zip(
                    model.weights, model.means, model.sds, columns.T, strict=True
                )
            ]
        )
    assert np.all(np.diff(scores, axis=0) > -1e-5)  # the floor of 1e-6 under each variance
    assert np.all(np.asarray(scores[-1]) > np.asarray(scores[0]))


def test_em_finds_the_components():
    model = simulate(BUMPS, GaussianMixtureEM(2), n=2000, generations=1, replicates=200, rng=12)[-1]
    order = np.argsort(model.means, axis=-1)
    for component, (weight, mean) in enumerate(((0.3, -2), (0.7, 2))):
        means = np.take_along_axis(model.means, order, axis=-1)[:, component]
        weights = np.take_along_axis(model.weights, order, axis=-1)[:, component]
        assert errors_from(means, mean) < 4.5
        assert errors_from(weights, weight) < 4.5


def test_replicates_are_fitted_as_if_alone():
    columns = BUMPS.expand((2, 3)).sample(100, np.random.default_rng(13))
    together = GaussianMixtureEM(2).fit(Sample.of(columns))
    assert together.batch == (2, 3)
    for member in np.ndindex(2, 3):
        alone = GaussianMixtureEM(2).fit(Sample.of(columns[:, *member]))
        np.testing.assert_allclose(together.means[member], alone.means, rtol=1e-9)


def test_weights_count_points_in_em():
    x = np.random.default_rng(14).standard_normal(60)
    weights = np.repeat([1.0, 2.0], 30)
    weighted = GaussianMixtureEM(2, tol=0).fit(Sample(x, weights))
    repeated = GaussianMixtureEM(2, tol=0).fit(Sample.of(np.concatenate([x, x[30:]])))
    at = np.linspace(-3, 3, 7)
    # k-means starts from quantiles that know no weights, so the two may differ a little
    np.testing.assert_allclose(weighted.density(at), repeated.density(at), atol=0.05)
    assert weighted.mean == pytest.approx(repeated.mean)
    assert weighted.variance == pytest.approx(repeated.variance, rel=1e-4)


def test_one_component_is_the_normal_model():
    x = np.random.default_rng(15).normal(3, 2, size=(50, 4))
    model = GaussianMixtureEM(1).fit(Sample.of(x))
    np.testing.assert_allclose(model.mean, x.mean(axis=0))
    np.testing.assert_allclose(model.variance, x.var(axis=0), rtol=2e-6)


def test_points_that_are_all_one_value_fit_a_point():
    model = GaussianMixtureEM(2).fit(Sample.of(np.full((10, 2), 5.0)))
    assert np.all(model.sds == 0)
    np.testing.assert_array_equal(model.sample(3, np.random.default_rng(0)), 5.0)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: HistogramMLE([1, 0]), "edges must be a row of at least 2 rising numbers, not"),
        (lambda: GaussianMixtureEM(0), "components must be a whole number of at least 1, not 0"),
        (lambda: GaussianMixtureEM(tol=-1), "tol must be a number of at least 0, not -1"),
        (lambda: GaussianMixtureEM(max_iter=0), "max_iter must be a whole number of at least 1"),
        (
            lambda: simulate(Normal(), GaussianMixtureEM(5), n=4, generations=1),
            "n must be a whole number of at least 5, not 4",
        ),
    ],
)
def test_refusals(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
