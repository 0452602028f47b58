"""Metrics: closed forms against draws and numerical integrals, and the degenerate cases."""

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.optimize import brentq

from collapse_lib import Categorical, Empirical, Mixture, Normal, StudentT, Zipf, metrics

TRUTH = Normal(1, 2)
DICE = Categorical([0.5, 0.3, 0.2])
EVERY = [
    metrics.mean,
    metrics.variance,
    metrics.sd,
    metrics.tail_mass(k=2),
    metrics.entropy,
    metrics.kl,
    metrics.reverse_kl,
    metrics.wasserstein2,
]


@pytest.mark.parametrize("batch", [(), (3,), (2, 3)])
@pytest.mark.parametrize("metric", EVERY, ids=lambda metric: metric.__name__)
def test_one_number_per_member_of_the_batch(metric, batch):
    assert np.shape(metric(Normal(0, 1).expand(batch), TRUTH)) == batch


@pytest.mark.parametrize("batch", [(), (3,), (2, 3)])
@pytest.mark.parametrize(
    "metric", [metrics.entropy, metrics.survivors, metrics.kl, metrics.reverse_kl]
)
def test_one_number_per_member_of_a_batch_of_categories(metric, batch):
    assert np.shape(metric(DICE.expand(batch), DICE)) == batch


def test_every_public_metric_is_tested_for_its_shape():
    tested = {metric.__name__ for metric in EVERY} | {"survivors"}
    assert tested == set(metrics.__all__)


@pytest.mark.parametrize("metric", [metrics.kl, metrics.reverse_kl, metrics.wasserstein2])
def test_distances_vanish_at_the_truth(metric):
    assert metric(TRUTH, TRUTH) == 0


def test_moments():
    model = Normal([0, 1], [1, 3])
    np.testing.assert_array_equal(metrics.mean(model, TRUTH), [0, 1])
    np.testing.assert_array_equal(metrics.variance(model, TRUTH), [1, 9])
    np.testing.assert_array_equal(metrics.sd(model, TRUTH), [1, 3])


def test_tails_begin_where_the_truth_says():
    """A model half as wide has far less than half of the truth's tail."""
    assert metrics.tail_mass(k=3)(TRUTH, TRUTH) == pytest.approx(2 * stats.norm.sf(3))
    assert metrics.tail_mass(k=3)(Normal(1, 1), TRUTH) == pytest.approx(2 * stats.norm.sf(6))
    assert metrics.tail_mass(k=1)(Normal(9, 0), TRUTH) == 1
    assert metrics.tail_mass(k=1)(Normal(1, 0), TRUTH) == 0
    assert metrics.tail_mass(k=1)(Normal(0, 2.25), Empirical([1.0, 2.0, 2.0, 5.0])) > 0
    with pytest.raises(ValueError, match="k must be a number above 0, not 0"):
        metrics.tail_mass(k=0)
    with pytest.raises(ValueError, match="truth must have a finite variance to have tails"):
        metrics.tail_mass(k=3)(TRUTH, StudentT(2))


def test_entropy():
    assert metrics.entropy(TRUTH, TRUTH) == pytest.approx(stats.norm(1, 2).entropy())
    assert metrics.entropy(Normal(0, 0), TRUTH) == -np.inf
    assert metrics.entropy(DICE, DICE) == pytest.approx(stats.entropy(DICE.p))
    assert metrics.entropy(Categorical([1.0, 0.0]), DICE) == 0
    assert metrics.entropy(Zipf(8, 0), DICE) == pytest.approx(np.log(8))


def test_survivors_counts_the_living():
    model = Categorical([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.2, 0.3, 0.5]])
    np.testing.assert_array_equal(metrics.survivors(model, DICE), [2, 1, 3])


def kl_by_integral(p, q):
    return integrate.quad(lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), -20, 20)[0]


def test_kl_of_normals():
    truth, model = stats.norm(1, 2), stats.norm(0, 1.5)
    assert metrics.kl(Normal(0, 1.5), TRUTH) == pytest.approx(kl_by_integral(truth, model))
    assert metrics.reverse_kl(Normal(0, 1.5), TRUTH) == pytest.approx(kl_by_integral(model, truth))
    assert metrics.kl(Normal(0, 1.5), TRUTH) != pytest.approx(kl_by_integral(model, truth))


def test_kl_of_categories():
    model = Categorical([0.6, 0.3, 0.1])
    assert metrics.kl(model, DICE) == pytest.approx(stats.entropy(DICE.p, model.p))
    assert metrics.reverse_kl(model, DICE) == pytest.approx(stats.entropy(model.p, DICE.p))


def test_what_died_costs_infinitely_much():
    forgot = Categorical([0.7, 0.3])  # a model that never saw the third category
    assert metrics.kl(forgot, DICE) == np.inf
    assert np.isfinite(metrics.reverse_kl(forgot, DICE))
    assert metrics.kl(Normal(1, 0), TRUTH) == np.inf
    assert metrics.reverse_kl(Normal(1, 0), TRUTH) == np.inf


def test_wasserstein_of_normals():
    assert metrics.wasserstein2(Normal(4, 6), TRUTH) == pytest.approx(5)  # a 3-4-5 triangle
    assert metrics.wasserstein2(Normal(1, 0), TRUTH) == pytest.approx(2)


BUMPS = Mixture((Normal(-2, 0.5), Normal(2, 1)), weights=(0.4, 0.6))


@pytest.mark.parametrize(
    ("truth", "quantile"),
    [
        (StudentT(5, 1, 2), stats.t(5, 1, 2).ppf),
        (BUMPS, lambda u: brentq(lambda x: BUMPS.tails(x, x)[0] - u, -20, 20)),
    ],
    ids=["heavy tail", "two bumps"],
)
def test_wasserstein_to_other_truths_is_that_of_the_quantiles(truth, quantile):
    model = stats.norm(0.5, 1.5)
    square = integrate.quad(
        lambda u: (model.ppf(u) - quantile(u)) ** 2, 1e-10, 1 - 1e-10, limit=500, epsabs=1e-8
    )[0]
    assert metrics.wasserstein2(Normal(0.5, 1.5), truth) ** 2 == pytest.approx(square, rel=1e-4)


def test_wasserstein_to_real_data():
    data = np.random.default_rng(0).gamma(2, size=300)
    u = (np.arange(3_000_000) + 0.5) / 3_000_000
    gap = stats.norm(2, 1).ppf(u) - np.sort(data)[(u * 300).astype(int)]
    expected = np.sqrt(np.mean(gap**2))
    assert metrics.wasserstein2(Normal(2, 1), Empirical(data)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("metric", "model", "truth", "sentence"),
    [
        (metrics.variance, DICE, DICE, "variance needs a distribution over numbers; Categorical"),
        (metrics.tail_mass(), DICE, TRUTH, "tail mass needs a distribution over numbers"),
        (metrics.survivors, TRUTH, TRUTH, "survivors counts categories, and Normal has none"),
        (metrics.entropy, StudentT(3), TRUTH, "entropy has no closed form for StudentT"),
        (metrics.kl, TRUTH, DICE, "kl compares two categorical or two Normal distributions"),
        (metrics.wasserstein2, DICE, TRUTH, "wasserstein2 compares a Normal model"),
    ],
)
def test_the_wrong_kind_gets_a_sentence(metric, model, truth, sentence):
    with pytest.raises(TypeError, match=sentence):
        metric(model, truth)


def test_no_distance_to_a_truth_without_variance():
    with pytest.raises(ValueError, match="truth must have a finite variance for a Wasserstein"):
        metrics.wasserstein2(TRUTH, StudentT(2))
