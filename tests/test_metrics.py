"""Metrics: closed forms against draws and numerical integrals, and the degenerate cases."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, linalg, stats
from scipy.optimize import brentq

from collapse_lib import (
    KDE,
    Categorical,
    CategoricalMLE,
    Empirical,
    GaussianMLE,
    LinearModel,
    Mixture,
    Normal,
    Poisson,
    StudentT,
    Zipf,
    images,
    metrics,
    simulate,
    theory,
)
from collapse_lib.distributions import (
    GaussianMixture,
    Histogram,
    KernelDensity,
    MultivariateNormal,
)
from collapse_lib.metrics import cells
from collapse_lib.suffstats import Counts, Sample

TRUTH = Normal(1, 2)
DICE = Categorical([0.5, 0.3, 0.2])
TEN = Zipf(10)
BUMPS = Mixture((Normal(-2, 0.5), Normal(2, 1)), weights=(0.4, 0.6))
ANY_PAIR = [
    metrics.total_variation,
    metrics.wasserstein1,
    metrics.modes,
    metrics.hallucination(level=0.01),
]
NUMBERS = [
    *ANY_PAIR,
    metrics.mean,
    metrics.variance,
    metrics.sd,
    metrics.tail_mass(k=2),
    metrics.entropy,
    metrics.kl,
    metrics.reverse_kl,
    metrics.wasserstein2,
    metrics.log_likelihood([0.0, 1.0, 3.0]),
]
CATEGORIES = [
    metrics.entropy,
    metrics.survivors,
    metrics.decile_survivors(1),
    metrics.heterozygosity,
    metrics.coverage,
    metrics.missing_mass,
    metrics.kl,
    metrics.reverse_kl,
    metrics.total_variation,
    metrics.hallucination(),
    metrics.log_likelihood([0, 1, 3]),
]
DIMENSIONS = [
    metrics.condition_number,
    metrics.effective_dimension,
    metrics.total_variance,
    metrics.kl,
    metrics.reverse_kl,
    metrics.wasserstein2,
    metrics.log_likelihood(np.eye(3)),
]


CLOUD = MultivariateNormal([0, 0, 0], np.diag([4.0, 1.0, 1.0]))
BALL = MultivariateNormal([1, 0, 0])
COLUMN = Empirical([1.0, 2.0, 2.0, 5.0])


@pytest.mark.parametrize("batch", [(), (3,), (2, 3)])
@pytest.mark.parametrize("metric", NUMBERS, ids=lambda metric: metric.__name__)
def test_one_number_per_member_of_the_batch(metric, batch):
    for truth in (TRUTH, BUMPS) if metric in ANY_PAIR else (TRUTH,):
        assert np.shape(metric(Normal(0, 1).expand(batch), truth)) == batch


@pytest.mark.parametrize("batch", [(), (3,), (2, 3)])
@pytest.mark.parametrize("metric", CATEGORIES, ids=lambda metric: metric.__name__)
def test_one_number_per_member_of_a_batch_of_categories(metric, batch):
    assert np.shape(metric(TEN.expand(batch), TEN)) == batch


@pytest.mark.parametrize("batch", [(), (3,), (2, 3)])
@pytest.mark.parametrize("metric", DIMENSIONS, ids=lambda metric: metric.__name__)
def test_one_number_per_member_of_a_batch_of_clouds(metric, batch):
    assert np.shape(metric(CLOUD.expand(batch), CLOUD)) == batch


def test_every_public_metric_is_tested_for_its_shape():
    tested = {metric.__name__ for metric in NUMBERS + CATEGORIES + DIMENSIONS}
    others = {"Ensemble", "good_turing", "nearest_neighbour_ratio", "time_to"}
    of_tables = {metric for metric in metrics.__all__ if metric.startswith("column_")}
    of_tables |= {"mean_association", "rank_correlation"}  # tests/learners/test_wrapped.py
    assert tested | others | of_tables == set(metrics.__all__)


@pytest.mark.parametrize("metric", ANY_PAIR, ids=lambda metric: metric.__name__)
def test_blocks_of_cells_add_up(metric, monkeypatch):
    """Cut for memory or whole, the line is the same."""
    model = Normal(np.linspace(-3, 3, 7), 0.7)
    whole = metric(model, BUMPS)
    monkeypatch.setattr(cells, "BLOCK", 700)
    np.testing.assert_allclose(metric(model, BUMPS), whole, rtol=1e-12)


DISTANCES = [metrics.total_variation, metrics.wasserstein1, metrics.wasserstein2]


@pytest.mark.parametrize("metric", [metrics.kl, metrics.reverse_kl, *DISTANCES])
def test_distances_vanish_at_the_truth(metric):
    assert metric(TRUTH, TRUTH) == 0
    assert metric(Normal(1, 2), TRUTH) == 0


@pytest.mark.parametrize("metric", DISTANCES)
@pytest.mark.parametrize("truth", [BUMPS, StudentT(3), Empirical([1.0, 2.0, 7.0])])
def test_any_truth_is_at_no_distance_from_itself(metric, truth):
    """So that a trace can begin with the truth, whatever family the models are in."""
    assert metric(truth, truth) == 0


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
        (metrics.entropy, StudentT(3), TRUTH, "entropy needs a Normal or categories, not StudentT"),
        (metrics.kl, TRUTH, DICE, "kl compares two distributions over categories, numbers or"),
        (metrics.kl, CLOUD, TRUTH, "numbers or vectors, not Normal and MultivariateNormal"),
        (metrics.kl, LinearModel([1.0]), LinearModel([2.0]), "vectors, not LinearModel and Lin"),
        (metrics.kl, TRUTH, COLUMN, "kl needs densities; Empirical has single values"),
        (metrics.reverse_kl, Poisson(3), TRUTH, "kl needs densities; Poisson has single values"),
        (metrics.wasserstein2, DICE, TRUTH, "wasserstein2 needs a distribution over numbers; C"),
        (metrics.wasserstein2, CLOUD, TRUTH, "over numbers; MultivariateNormal draws vectors"),
        (metrics.wasserstein1, CLOUD, CLOUD, "draws vectors: use wasserstein2"),
        (metrics.total_variation, DICE, TRUTH, "total_variation needs a distribution over numb"),
        (metrics.total_variation, TRUTH, COLUMN, "total_variation from single measurements is 1"),
        (metrics.total_variation, BALL, CLOUD, "draws vectors: use wasserstein2 or kl"),
        (metrics.total_variance, TRUTH, TRUTH, "total_variance needs a MultivariateNormal model"),
        (metrics.wasserstein1, DICE, DICE, "wasserstein1 needs a distribution over numbers; Cat"),
        (metrics.heterozygosity, TRUTH, DICE, "heterozygosity counts categories, and Normal has"),
        (metrics.coverage, DICE, TRUTH, "missing_mass counts categories, and Normal has none"),
        (metrics.decile_survivors(1), TRUTH, DICE, "decile_survivors counts categories, and No"),
        (metrics.modes, DICE, TRUTH, "modes needs a distribution over numbers; Categorical has"),
        (metrics.modes, COLUMN, COLUMN, "modes needs densities; Empirical has single values"),
        (metrics.hallucination(), TRUTH, DICE, "hallucination needs a distribution over numbers"),
        (metrics.hallucination(), TRUTH, COLUMN, "hallucination needs a truth with a density"),
        (metrics.condition_number, TRUTH, TRUTH, "condition_number needs a MultivariateNormal"),
        (metrics.effective_dimension, TRUTH, TRUTH, "effective_dimension needs a Multiva"),
        (metrics.variance, CLOUD, CLOUD, "MultivariateNormal draws vectors: use total_variance"),
        (
            metrics.variance,
            images.read_digits().normals,
            images.read_digits(),
            r"classes: use images\.variance_kept",
        ),
    ],
)
def test_the_wrong_kind_gets_a_sentence(metric, model, truth, sentence):
    with pytest.raises(TypeError, match=sentence):
        metric(model, truth)


@pytest.mark.parametrize(
    ("factory", "call"),
    [
        (metrics.tail_mass, r"tail_mass\(k\)"),
        (metrics.hallucination, r"hallucination\(level\)"),
        (metrics.decile_survivors, r"decile_survivors\(decile\)"),
        (metrics.log_likelihood, r"log_likelihood\(data\)"),
    ],
)
def test_a_factory_that_was_not_called_says_so(factory, call):
    lineage = simulate(TRUTH, GaussianMLE(), n=5, generations=1, rng=0)
    with pytest.raises(TypeError, match=rf"makes a metric: call it, {call}, and pass what it"):
        lineage.trace(factory)


def test_no_distance_to_a_truth_without_variance():
    with pytest.raises(ValueError, match="truth must have a finite variance for a Wasserstein"):
        metrics.wasserstein2(TRUTH, StudentT(2))
    for metric in ANY_PAIR:
        with pytest.raises(ValueError, match="truth must have a finite variance, which is the sca"):
            metric(TRUTH, StudentT(2))
        with pytest.raises(ValueError, match=r"truth must be a single distribution, not a batch"):
            metric(Mixture((TRUTH,)), Mixture((Normal([0, 1], 1),)))


# --- total variation and Wasserstein-1 -------------------------------------------------------

PAIRS = [(0.5, 1.5), (1, 2.001), (1.0, 3.0), (4.0, 2.0), (-3.0, 0.02), (1.0, 0.02)]


def half_the_area_between(model, truth):
    def gap(x):
        return abs(model.pdf(x) - truth.pdf(x))

    knots = [truth.mean() + k * truth.std() for k in range(-9, 10)]
    knots = sorted({*knots, *(model.mean() + k * model.std() for k in range(-9, 10))})
    return sum(integrate.quad(gap, *pair, limit=200)[0] for pair in pairwise(knots)) / 2


@pytest.mark.parametrize(("mean", "sd"), PAIRS)
def test_total_variation_of_normals(mean, sd):
    expected = half_the_area_between(stats.norm(mean, sd), stats.norm(1, 2))
    assert metrics.total_variation(Normal(mean, sd), TRUTH) == pytest.approx(expected, rel=1e-6)


def test_total_variation_at_the_edges():
    shift = metrics.total_variation(Normal(2, 2), TRUTH)
    assert shift == pytest.approx(2 * stats.norm.cdf(0.25) - 1)  # equal widths
    collapsed = Normal([1, 1, 5, 1], [0, 1e-12, 1e-200, 1e-300])
    np.testing.assert_allclose(metrics.total_variation(collapsed, TRUTH), 1, atol=1e-9)
    assert metrics.total_variation(TRUTH, Normal(1, 0)) == 1
    assert metrics.total_variation(Normal(1, 0), Normal(1, 0)) == 0
    assert metrics.total_variation(Categorical([0.7, 0.3]), DICE) == pytest.approx(0.2)
    counts = metrics.total_variation(Poisson([3.0, 4.0]), Poisson(4.0))
    k = np.arange(60)
    expected = np.abs(stats.poisson(3).pmf(k) - stats.poisson(4).pmf(k)).sum() / 2
    np.testing.assert_allclose(counts, [expected, 0], atol=1e-12)
    # two mixtures that share a component, which normals in closed form cannot see
    other = Mixture((Normal(-2, 0.5), Normal(9, 1)), weights=(0.4, 0.6))
    assert metrics.total_variation(other, BUMPS) == pytest.approx(0.6, abs=1e-3)
    spikes = Normal([-2.0, 0.0, 2.0], 1e-6)
    np.testing.assert_allclose(metrics.total_variation(spikes, BUMPS), 1, atol=0.02)


@pytest.mark.parametrize("metric", [metrics.total_variation, metrics.wasserstein1])
def test_the_grid_agrees_with_the_closed_form(metric):
    """A mixture of one normal takes the long way."""
    for mean, sd in PAIRS:
        short = metric(Normal(mean, sd), TRUTH)
        long = metric(Mixture((Normal(mean, sd),)), Mixture((TRUTH,)))
        assert long == pytest.approx(short, rel=2e-3, abs=1e-5)


@pytest.mark.parametrize(("mean", "sd"), [*PAIRS, (1.0, 0.0), (3.0, 2.0)])
def test_wasserstein1_of_normals_is_the_mean_difference_of_quantiles(mean, sd):
    z = stats.norm.ppf((np.arange(1_000_000) + 0.5) / 1_000_000)
    expected = np.abs((mean - 1) + (sd - 2) * z).mean()
    ours = metrics.wasserstein1(Normal(mean, sd), TRUTH)
    assert ours == pytest.approx(expected, rel=1e-4)
    assert ours <= metrics.wasserstein2(Normal(mean, sd), TRUTH) * (1 + 1e-12)


def test_wasserstein1_to_real_data():
    data = np.random.default_rng(0).gamma(2, size=300)
    u = (np.arange(300_000) + 0.5) / 300_000
    expected = np.abs(stats.norm(2, 1).ppf(u) - np.sort(data)[(u * 300).astype(int)]).mean()
    assert metrics.wasserstein1(Normal(2, 1), Empirical(data)) == pytest.approx(expected, rel=1e-3)


def test_wasserstein1_of_counts_is_the_sum_over_whole_numbers():
    k = np.arange(80)
    for rate in (3.0, 0.0, 2.0, 1.9, 30.0):
        gap = np.abs(stats.poisson(rate).cdf(k) - stats.poisson(2).cdf(k)).sum()
        assert metrics.wasserstein1(Poisson(rate), Poisson(2.0)) == pytest.approx(gap, abs=1e-12)


# --- Wasserstein-2 of any pair ---------------------------------------------------------------

LEVELS = (np.arange(1_000_000) + 0.5) / 1_000_000
KERNELS = KernelDensity(
    np.random.default_rng(7).normal(1, 2, size=(40, 3)), bandwidth=[0.3, 0.7, 0.05]
)
PAIR = GaussianMixture([[0.4, 0.6], [0.5, 0.5]], [[-2, 3], [0, 1]], [[0.5, 1], [0.1, 3]])
BINS = Histogram(np.linspace(-3, 3, 7), [0, 0.2, 0.3, 0.3, 0.2, 0])


def quantiles(distribution):
    """The quantile function of a single density at `LEVELS`, by a fine table."""
    x = np.linspace(-60, 60, 200_001)
    return np.interp(LEVELS, distribution.tails(x, x)[0], x)


def members(model):
    """The members of a batch as distributions of their own."""
    if not model.batch:
        return [model]
    if isinstance(model, KernelDensity):
        return [KernelDensity(model.points[:, i], model.bandwidth[i]) for i in range(3)]
    return [GaussianMixture(*of) for of in zip(model.weights, model.means, model.sds, strict=True)]


@pytest.mark.parametrize("truth", [TRUTH, BUMPS], ids=["normal", "two bumps"])
@pytest.mark.parametrize("model", [KERNELS, PAIR, BINS], ids=lambda model: type(model).__name__)
def test_wasserstein2_of_densities_is_that_of_the_quantiles(model, truth):
    expected = [
        np.sqrt(np.mean((quantiles(member) - quantiles(truth)) ** 2)) for member in members(model)
    ]
    ours = metrics.wasserstein2(model, truth)
    np.testing.assert_allclose(np.atleast_1d(ours), expected, atol=0.01 * np.sqrt(truth.variance))
    wrong = metrics.wasserstein1(model, truth)  # the twin: absolute instead of squared gaps
    assert np.all(np.abs(wrong - expected) > 0.01 * np.sqrt(truth.variance))


def test_wasserstein2_by_quantiles_agrees_with_the_closed_form():
    for mean, sd in [*PAIRS, (3.0, 0.0), (-4.0, 30.0)]:
        long = metrics.wasserstein2(Mixture((Normal(mean, sd),)), TRUTH)
        assert long == pytest.approx(metrics.wasserstein2(Normal(mean, sd), TRUTH), abs=0.02)


def test_wasserstein2_of_single_values_is_exact():
    other = Empirical([1.0, 2.0, 3.0, 9.0])
    assert metrics.wasserstein2(other, COLUMN) == pytest.approx(np.sqrt((1 + 16) / 4))
    rates = [3.0, 0.0, 2.0, 100.0]

    def counts(rate):
        return np.searchsorted(stats.poisson(rate).cdf(np.arange(200)), LEVELS)

    expected = [np.sqrt(np.mean((counts(rate) - counts(2)) ** 2)) for rate in rates]
    ours = metrics.wasserstein2(Poisson(rates), Poisson(2.0))
    np.testing.assert_allclose(ours, expected, rtol=1e-5)
    assert ours[1] == pytest.approx(np.sqrt(6))  # from a point at 0: the root of E k²
    gap = stats.norm(2, 1).ppf(LEVELS) - counts(2)
    mixed = metrics.wasserstein2(Normal(2, 1), Poisson(2.0))
    assert mixed == pytest.approx(np.sqrt(np.mean(gap**2)), abs=0.01)


# --- vectors ---------------------------------------------------------------------------------

RNG = np.random.default_rng(8)
ROOTS = RNG.standard_normal((4, 5, 5))
CLOUDS = MultivariateNormal(RNG.standard_normal((4, 5)), factor=ROOTS[:4])
TILTED = MultivariateNormal(RNG.standard_normal(5), factor=RNG.standard_normal((5, 5)))


def gelbrich(m, cov, mu, target):
    root = linalg.sqrtm(target)
    cross = np.real(linalg.sqrtm(root @ cov @ root))
    return np.sqrt(((m - mu) ** 2).sum() + np.trace(cov + target - 2 * cross))


def test_wasserstein2_of_vectors():
    ours = metrics.wasserstein2(CLOUDS, TILTED)
    expected = [
        gelbrich(m, cov, TILTED.mean, TILTED.cov)
        for m, cov in zip(CLOUDS.mean, CLOUDS.cov, strict=True)
    ]
    np.testing.assert_allclose(ours, expected, rtol=1e-7)
    # the twin compares the roots without turning them towards each other
    shift = ((CLOUDS.mean - TILTED.mean) ** 2).sum(axis=-1)
    unturned = np.sqrt(shift + ((CLOUDS.factor - TILTED.factor) ** 2).sum(axis=(-2, -1)))
    assert np.all(unturned > 1.1 * ours)
    assert metrics.wasserstein2(BALL, CLOUD) == pytest.approx(np.sqrt(2))  # 1 aside, 1 thinner
    axes = MultivariateNormal(np.zeros(3), np.diag([4.0, 1.0, 1.0]) * (1 + 1e-12) ** 2)
    assert metrics.wasserstein2(axes, CLOUD) == pytest.approx(np.sqrt(6) * 1e-12, rel=1e-2)


def test_wasserstein2_of_flat_vectors():
    point = MultivariateNormal(TILTED.mean, np.zeros((5, 5)))
    assert metrics.wasserstein2(point, TILTED) == pytest.approx(np.sqrt(np.trace(TILTED.cov)))
    thin = MultivariateNormal(np.zeros(3), factor=np.eye(3)[:, :1])
    assert metrics.wasserstein2(thin, CLOUD) == pytest.approx(np.sqrt(1 + 1 + 1))
    assert metrics.wasserstein2(thin, thin) == 0
    with pytest.raises(ValueError, match="the same number of dimensions, not 3 and 5"):
        metrics.wasserstein2(thin, TILTED)


def test_kl_of_vectors():
    def expected(p, q):
        gap = p[0] - q[0]
        trace = np.trace(np.linalg.solve(q[1], p[1])) + gap @ np.linalg.solve(q[1], gap)
        return (trace - 5 + np.linalg.slogdet(q[1])[1] - np.linalg.slogdet(p[1])[1]) / 2

    truth = TILTED.mean, TILTED.cov
    each = list(zip(CLOUDS.mean, CLOUDS.cov, strict=True))
    forward, backward = metrics.kl(CLOUDS, TILTED), metrics.reverse_kl(CLOUDS, TILTED)
    np.testing.assert_allclose(forward, [expected(truth, model) for model in each], rtol=1e-9)
    np.testing.assert_allclose(backward, [expected(model, truth) for model in each], rtol=1e-9)
    assert np.all(np.abs(forward - backward) > 0.1)  # the twin: one for the other
    assert metrics.kl(TILTED, TILTED.expand(())) == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="the same number of dimensions, not 3 and 5"):
        metrics.kl(TILTED, CLOUD)


def test_kl_of_flat_vectors_is_infinite_but_within_their_own_plane():
    flat = MultivariateNormal(np.zeros(5), factor=ROOTS[0][:, :2])
    both = MultivariateNormal.trusted(
        mean=np.stack([np.zeros(5), np.zeros(5)]), factor=np.stack([ROOTS[0], 0 * ROOTS[0]])
    )
    for metric in (metrics.kl, metrics.reverse_kl):
        assert metric(flat, TILTED) == np.inf
        np.testing.assert_array_equal(np.isinf(metric(both, TILTED)), [False, True])
        assert metric(flat, flat) == pytest.approx(0, abs=1e-12)
    wide = MultivariateNormal(np.zeros(5), factor=2 * ROOTS[0][:, :2])
    assert metrics.kl(flat, wide) == pytest.approx(4 - 1 - np.log(4))  # two axes, half of it each
    along = MultivariateNormal(ROOTS[0][:, 0], factor=ROOTS[0][:, :2])
    assert metrics.kl(along, flat) == pytest.approx(0.5)  # a shift by one of its sd
    beside = MultivariateNormal(ROOTS[0][:, 3], factor=ROOTS[0][:, :2])
    turned = MultivariateNormal(np.zeros(5), factor=ROOTS[0][:, 1:3])
    assert metrics.kl(beside, flat) == metrics.kl(turned, flat) == np.inf


def test_total_variance_is_the_trace():
    np.testing.assert_allclose(
        metrics.total_variance(CLOUDS, TILTED), np.trace(CLOUDS.cov, axis1=-2, axis2=-1)
    )
    assert metrics.total_variance(CLOUD, CLOUD) == 6
    assert metrics.total_variance(CLOUD, CLOUD) != pytest.approx(np.linalg.det(CLOUD.cov))
    flat = MultivariateNormal(np.zeros(3), factor=np.eye(3)[:, :2])
    assert metrics.total_variance(flat, CLOUD) == 2


# --- divergence of any densities -------------------------------------------------------------


def density(single):
    """The logarithm of a density, written out with scipy."""
    if isinstance(single, Normal):
        return stats.norm(single.mean, single.sd).logpdf
    if isinstance(single, StudentT):
        return stats.t(single.df, single.loc, single.scale).logpdf
    if isinstance(single, KernelDensity):
        parts, weights = stats.norm(single.points[:, None], single.bandwidth), single.weights
    elif isinstance(single, GaussianMixture):
        parts, weights = stats.norm(single.means[:, None], single.sds[:, None]), single.weights
    else:
        centres, sds = ([[getattr(c, f)] for c in single.components] for f in ("mean", "sd"))
        parts, weights = stats.norm(np.array(centres), np.array(sds)), single.weights
    return lambda x: np.logaddexp.reduce(np.log(weights)[:, None] + parts.logpdf(x))


def integrated(of, against):
    """KL(of ‖ against) by the midpoint rule on an interval that holds all but 1e-9 of it."""
    edges = np.linspace(-25, 27, 200_001)
    x = (edges[1:] + edges[:-1]) / 2
    p, q = density(of)(x), density(against)(x)
    return (np.exp(p) * (p - q)).sum() * (x[1] - x[0])


@pytest.mark.parametrize("truth", [TRUTH, BUMPS, StudentT(9, 1, 1)], ids=lambda t: type(t).__name__)
@pytest.mark.parametrize("model", [KERNELS, PAIR, BUMPS, TRUTH], ids=lambda m: type(m).__name__)
def test_kl_of_densities_is_the_integral(model, truth):
    forward = [integrated(truth, member) for member in members(model)]
    backward = [integrated(member, truth) for member in members(model)]
    ours, reverse = metrics.kl(model, truth), metrics.reverse_kl(model, truth)
    np.testing.assert_allclose(np.atleast_1d(ours), forward, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(np.atleast_1d(reverse), backward, rtol=1e-3, atol=1e-3)
    if model is not truth:
        assert np.all(np.abs(ours - backward) > 2e-3)  # the twin: one for the other


def test_kl_of_histograms():
    masses = np.diff(TRUTH.tails(BINS.edges, BINS.edges)[0])
    within = stats.norm(1, 2)
    expected = 0.0
    for p, low, high in zip(BINS.p, BINS.edges, BINS.edges[1:], strict=False):
        if p:
            expected += p * (np.log(p) - integrate.quad(within.logpdf, low, high)[0])
    assert metrics.reverse_kl(BINS, TRUTH) == pytest.approx(expected)
    assert metrics.reverse_kl(BINS, Mixture((TRUTH,))) == pytest.approx(expected)
    assert (BINS.p * np.log(np.maximum(BINS.p, 1) / masses)).sum() != pytest.approx(expected)
    assert metrics.kl(BINS, TRUTH) == np.inf  # the truth goes beyond the last bin
    finer = Histogram(np.linspace(-2, 2, 9), np.full((2, 8), 1 / 8))
    by_hand = np.log(1 / 4) - (np.log([0.2, 0.3, 0.3, 0.2])).mean()
    np.testing.assert_allclose(metrics.kl(BINS, finer.altered(lambda p: p[0])), by_hand)
    np.testing.assert_allclose(metrics.reverse_kl(finer, BINS), by_hand)
    assert metrics.reverse_kl(BINS, finer.altered(lambda p: p[0])) == pytest.approx(-by_hand, abs=1)


def test_kl_of_counts():
    k = np.arange(150)
    p, q = stats.poisson(4), stats.poisson(7)
    expected = (p.pmf(k) * (p.logpmf(k) - q.logpmf(k))).sum()
    assert metrics.kl(Poisson([7.0]), Poisson(4.0)) == pytest.approx(expected)
    assert metrics.reverse_kl(Poisson([7.0]), Poisson(4.0)) != pytest.approx(expected, rel=0.05)
    np.testing.assert_array_equal(metrics.kl(Poisson([0.0, 4.0]), Poisson(4.0)), [np.inf, 0])
    assert metrics.reverse_kl(Poisson(0.0), Poisson(4.0)) == 4  # what e^-4 of the truth costs


def test_kl_far_away_and_at_a_point():
    """Where densities underflow the divergence is large, and it is infinite only at a point."""
    narrow = GaussianMixture(
        np.ones((3, 2)), np.ones((3, 2)), [[1e-3] * 2, [1e-200] * 2, [0.0] * 2]
    )
    exact = metrics.kl(Normal(1, 1e-3), TRUTH), metrics.reverse_kl(Normal(1, 1e-3), TRUTH)
    assert metrics.kl(narrow, TRUTH)[0] == pytest.approx(exact[0])
    assert metrics.reverse_kl(narrow, TRUTH)[0] == pytest.approx(exact[1])
    assert metrics.kl(narrow, TRUTH)[2] == metrics.reverse_kl(narrow, TRUTH)[2] == np.inf
    wide = KernelDensity(KERNELS.points * 100, KERNELS.bandwidth * 100)
    assert np.all(np.isfinite(metrics.reverse_kl(wide, BUMPS)))
    with pytest.raises(ValueError, match="kl needs a finite variance to integrate over, not Stude"):
        metrics.kl(TRUTH, StudentT(2))
    assert np.isfinite(metrics.reverse_kl(TRUTH, StudentT(2)))


# --- information -----------------------------------------------------------------------------


def test_log_likelihood_of_held_out_data():
    data = np.random.default_rng(1).normal(3, 2, size=50)
    metric = metrics.log_likelihood(data)
    model = Normal([0, 3, 3], [1, 2, 0])
    expected = [stats.norm(0, 1).logpdf(data).mean(), stats.norm(3, 2).logpdf(data).mean(), -np.inf]
    np.testing.assert_allclose(metric(model, TRUTH), expected)
    mixed = np.log(BUMPS.density(data)).mean()
    assert metric(BUMPS, TRUTH) == pytest.approx(mixed)
    assert np.isfinite(metric(Normal(0, 1e-3), TRUTH))  # where each density would underflow
    lineage = simulate(COLUMN, GaussianMLE(), n=20, generations=2, replicates=3, rng=0)
    trace = lineage.trace(metric)
    np.testing.assert_array_equal(np.isnan(trace), [[True] * 3, [False] * 3, [False] * 3])
    with pytest.raises(ValueError, match=r"data must be one column of numbers, not \(2, 2\)"):
        metrics.log_likelihood([[1.0, 2.0], [3.0, 4.0]])(TRUTH, TRUTH)


def test_log_likelihood_of_held_out_labels():
    metric = metrics.log_likelihood([0, 0, 2, 1])
    expected = np.log([0.5, 0.5, 0.2, 0.3]).mean()
    assert metric(DICE, DICE) == pytest.approx(expected)
    assert metric(Categorical([0.7, 0.3]), DICE) == -np.inf
    assert metrics.log_likelihood([0, 0])(Categorical([0.7, 0.3]), DICE) == np.log(0.7)
    with pytest.raises(ValueError, match=r"data must hold whole numbers of at least 0, not 0\.5"):
        metrics.log_likelihood([0.5])(DICE, DICE)
    with pytest.raises(ValueError, match="data must hold at least one number"):
        metrics.log_likelihood([])
    with pytest.raises(TypeError, match="log_likelihood needs a model with probabilities; Class"):
        metric(images.read_digits().normals, DICE)


# --- categories ------------------------------------------------------------------------------


def test_what_is_left_of_the_categories():
    model = Categorical([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.2, 0.3, 0.5]])
    np.testing.assert_allclose(metrics.missing_mass(model, DICE), [0.2, 0.5, 0])
    np.testing.assert_allclose(metrics.coverage(model, DICE), [0.8, 0.5, 1])
    np.testing.assert_allclose(metrics.heterozygosity(model, DICE), [0.5, 0, 0.62])
    assert metrics.missing_mass(Categorical([1.0]), DICE) == pytest.approx(0.5)
    fixed = Categorical([1 - 1e-12, 1e-12])
    assert metrics.heterozygosity(fixed, fixed) == pytest.approx(2e-12, rel=1e-4)


def test_survivors_by_the_frequency_they_had():
    truth = Categorical(np.arange(20.0))  # the first is never drawn, the last is the commonest
    assert [metrics.decile_survivors(k)(truth, truth) for k in (1, 5, 10)] == [1, 1, 1]
    alive = np.where(np.isin(np.arange(20), [1, 19, 18]), 0.0, 1.0)
    model = Categorical(np.stack([alive, truth.p]))
    np.testing.assert_array_equal(metrics.decile_survivors(1)(model, truth), [0.5, 1])
    np.testing.assert_array_equal(metrics.decile_survivors(10)(model, truth), [0, 1])
    np.testing.assert_array_equal(metrics.decile_survivors(5)(model, truth), [1, 1])
    shuffled = np.random.default_rng(0).permutation(20)
    np.testing.assert_array_equal(
        metrics.decile_survivors(1)(
            Categorical(model.p[:, shuffled]), Categorical(truth.p[shuffled])
        ),
        [0.5, 1],
    )
    every = np.mean([metrics.decile_survivors(k)(model, truth) for k in range(1, 10)], axis=0)
    assert every[0] < 1
    with pytest.raises(ValueError, match="decile must be a whole number from 1 to 10, not 11"):
        metrics.decile_survivors(11)
    with pytest.raises(ValueError, match="decile must be a whole number of at least 1, not 0"):
        metrics.decile_survivors(0)
    with pytest.raises(ValueError, match=r"at least 10 categories to have deciles, not 3"):
        metrics.decile_survivors(1)(DICE, DICE)


def within(samples, expected):
    error = samples.std(ddof=1) / np.sqrt(samples.size)
    return abs(samples.mean() - expected) < 4.5 * error


def test_the_first_generation_misses_what_theory_says_and_good_turing_estimates():
    truth, n = Zipf(300), 200
    counts = np.random.default_rng(2).multinomial(n, truth.p, size=4000)
    model = CategoricalMLE().fit(Counts(counts))
    estimate = metrics.good_turing(counts)
    assert within(metrics.missing_mass(model, truth), theory.missing_mass_mean(n, truth.p))
    assert within(estimate, theory.good_turing_mean(n, truth.p))
    assert within(estimate, theory.missing_mass_mean(n - 1, truth.p))
    twice = (counts == 2).sum(axis=-1) / n  # the twin: draws seen twice
    assert not within(twice, theory.missing_mass_mean(n - 1, truth.p))
    np.testing.assert_array_equal(metrics.good_turing([[1, 1, 2], [4, 0, 0]]), [0.5, 0])
    with pytest.raises(ValueError, match="counts must hold, for each row, at least one draw"):
        metrics.good_turing([[0, 0], [1, 1]])
    with pytest.raises(ValueError, match="counts must hold whole numbers of at least 0, not -1"):
        metrics.good_turing([-1, 1])
    with pytest.raises(ValueError, match=r"counts must hold whole numbers of at least 0, not 0\.5"):
        metrics.good_turing([0.5, 1.5])


def test_diversity_decays_as_theory_says():
    truth = Zipf(20)
    lineage = simulate(truth, CategoricalMLE(), n=30, generations=20, replicates=4000, rng=3)
    trace = lineage.trace(metrics.heterozygosity)
    for t in (1, 5, 20):
        assert within(trace[t], theory.replace_heterozygosity_mean(t, 30, trace[0, 0]))
    missing = lineage.trace(metrics.missing_mass)
    assert np.all(np.diff(missing, axis=0) >= 0)  # what died stays dead


# --- neighbours ------------------------------------------------------------------------------


def test_the_nearest_neighbour_ratio():
    ratio = metrics.nearest_neighbour_ratio
    assert ratio([0.0, 1.1], [0.5, 3.0], [0.0, 1.0, 2.0]) == pytest.approx(0.05 / 0.75)
    assert ratio([7.0], [9.0], [5.0]) == pytest.approx(0.5)
    both = ratio([[0.0, 1.0]], [[0.5, 0.5]], [[0.0, 0.0], [1.0, 2.0]])
    np.testing.assert_allclose(both, [0, 2])
    assert ratio([0.1], [0.0], [0.0]) == np.inf
    with pytest.raises(ValueError, match=r"real must have the batch of training, \(2,\), not \(\)"):
        ratio([[0.0, 1.0]], [0.5], [[0.0, 0.0]])
    with pytest.raises(ValueError, match="drawn must be a finite number, not nan"):
        ratio([np.nan], [0.5], [0.0])


@pytest.mark.parametrize("bandwidth", [0.0, "silverman", 10.0])
def test_what_a_fit_has_learnt_by_heart(bandwidth):
    rng = np.random.default_rng(5)
    x, real = rng.normal(size=(2, 100, 300))
    model = KDE(bandwidth).fit(Sample.of(x))
    value = metrics.nearest_neighbour_ratio(model.sample(100, rng), real, x)
    if bandwidth == 0:
        np.testing.assert_array_equal(value, 0)  # the bootstrap
    elif bandwidth == 10:
        assert np.all(value > 10)  # blur
    else:
        assert 0.9 < np.median(value) < 1.1
        fresh = metrics.nearest_neighbour_ratio(rng.normal(size=(100, 300)), real, x)
        assert within(np.log(fresh), 0)
        assert not within(np.log(value), 0.2)


# --- places ----------------------------------------------------------------------------------


def test_modes():
    models = [TRUTH, BUMPS, Mixture((Normal(0, 1), Normal(1, 1))), StudentT(3)]
    assert [int(metrics.modes(model, BUMPS)) for model in models] == [1, 2, 1, 1]
    three = Mixture((Normal(-3, 0.3), Normal(0, 0.3), Normal(3, 0.3)))
    assert metrics.modes(three, BUMPS) == 3
    collapsed = Normal([-2.0, 2.0, 500.0, BUMPS.mean], [0, 1e-9, 0.1, 0])
    np.testing.assert_array_equal(metrics.modes(collapsed, BUMPS), 1)
    pairs = Mixture((Normal([0.0, 0.0], 0.5), Normal([4.0, 0.1], 0.5)))
    np.testing.assert_array_equal(metrics.modes(pairs, BUMPS), [2, 1])


def test_hallucination_of_normals_is_tail_mass():
    beyond = metrics.hallucination(level=0.05)
    z = stats.norm.isf(0.025)
    assert beyond(TRUTH, TRUTH) == pytest.approx(0.05, abs=0.002)
    wide, spike = beyond(Normal(1, 4), TRUTH), beyond(Normal([1.0, 9.0], 0), TRUTH)
    assert wide == pytest.approx(2 * stats.norm.sf(z / 2), rel=0.02)
    np.testing.assert_array_equal(spike, [0, 1])
    far = TRUTH.sd * np.array([-1e6, 1e6])  # beyond the first and the last cell
    np.testing.assert_allclose(beyond(Normal(far, 1), TRUTH), 1)


def test_hallucination_sees_the_valley_between_two_peaks():
    """One normal fitted to two bumps puts its mass where nothing is; tails would not tell."""
    bumps = Mixture((Normal(-4, 0.5), Normal(4, 0.5)))
    one = GaussianMLE().fit(GaussianMLE().observe(bumps, 100_000, np.random.default_rng(0)))
    valley = stats.norm(one.mean, one.sd)
    density = integrate.quad(valley.pdf, -2.5, 2.5)[0]
    assert metrics.hallucination(0.01)(one, bumps) > density
    assert metrics.tail_mass(2)(one, bumps) < 0.1 * density


def test_hallucination_of_categories():
    model = Categorical([0.4, 0.3, 0.2, 0.1])  # the truth knows no fourth category
    assert metrics.hallucination(0)(model, DICE) == pytest.approx(0.1)
    assert metrics.hallucination(0.25)(model, DICE) == pytest.approx(0.3)
    assert metrics.hallucination(0)(Categorical([0.0, 1.0]), DICE) == 0
    many = stats.poisson(9).sf(9)  # of 4 on average, ten and more are 0.8 % of the truth
    assert metrics.hallucination(0.01)(Poisson(9.0), Poisson(4.0)) == pytest.approx(many)
    with pytest.raises(ValueError, match="level must be a number between 0 and 1, not 2"):
        metrics.hallucination(2)


# --- dimensions and traces -------------------------------------------------------------------


def test_needles_and_spheres():
    turn = stats.ortho_group.rvs(3, random_state=0)
    spreads = np.array([[2, 1, 1], [1, 1, 1], [1, 1e-3, 1e-12], [1, 1, 0], [0, 0, 0]])
    model = MultivariateNormal(np.zeros(3), factor=turn * spreads[:, None, :])
    np.testing.assert_allclose(
        metrics.condition_number(model, CLOUD), [4, 1, 1e24, np.inf, np.inf], rtol=1e-3
    )
    np.testing.assert_allclose(
        metrics.effective_dimension(model, CLOUD), [2, 3, 1.000002, 2, 0], rtol=1e-9
    )
    flat = MultivariateNormal(np.zeros(3), factor=turn[:, :2])  # two columns in three dimensions
    assert metrics.condition_number(flat, CLOUD) == np.inf
    assert metrics.effective_dimension(flat, CLOUD) == pytest.approx(2)
    tiny = MultivariateNormal(np.zeros(3), factor=CLOUD.factor * 1e-150)
    assert metrics.condition_number(tiny, CLOUD) == pytest.approx(4)
    assert metrics.effective_dimension(tiny, CLOUD) == pytest.approx(2)


def test_log_likelihood_in_dimensions():
    rng = np.random.default_rng(5)
    cov = np.array([[2.0, 0.9, 0], [0.9, 1, 0.2], [0, 0.2, 0.5]])
    data = rng.multivariate_normal([1, 0, 2], cov, size=40)
    model = MultivariateNormal(
        [[1, 0, 2], [0, 0, 0], [0, 0, 0]], [cov, np.eye(3), np.zeros((3, 3))]
    )
    expected = [
        stats.multivariate_normal([1, 0, 2], cov).logpdf(data).mean(),
        stats.multivariate_normal(np.zeros(3)).logpdf(data).mean(),
        -np.inf,
    ]
    np.testing.assert_allclose(metrics.log_likelihood(data)(model, CLOUD), expected)
    flat = MultivariateNormal(np.zeros(3), factor=np.eye(3)[:, :2])
    assert metrics.log_likelihood(data)(flat, CLOUD) == -np.inf
    with pytest.raises(ValueError, match=r"data must have 3 columns, one for each dimension .*"):
        metrics.log_likelihood([1.0, 2.0])(CLOUD, CLOUD)


def test_time_to_a_fraction():
    trace = np.array([[2.0, 2, 2, 0], [1.1, 0.9, 3, 0], [0.9, 2, 3, 0], [0.1, 0.1, 1.01, 0]])
    np.testing.assert_array_equal(metrics.time_to(trace, 0.5), [2, 1, np.inf, 0])
    assert metrics.time_to([1, 0.5], 0.5) == 1
    with pytest.raises(ValueError, match="fraction must be a number above 0, not 0"):
        metrics.time_to(trace, 0)
    with pytest.raises(ValueError, match=r"fraction must be a number between 0 and 1, not 50"):
        metrics.time_to(trace, 50)
    with pytest.raises(ValueError, match=r"generations as its first axis, not shape \(\)"):
        metrics.time_to(3.0, 0.5)
    for wrong in ("a", [[1, 2], [3]]):
        with pytest.raises(ValueError, match="trace must hold numbers, as many in each generation"):
            metrics.time_to(wrong, 0.5)


def test_the_median_time_to_half_is_where_theory_puts_the_median():
    """The typical variance is at one half after the half-life; first it was there sooner."""
    lineage = simulate(Normal(), GaussianMLE(), n=40, generations=60, replicates=4000, rng=4)
    times = metrics.time_to(lineage.trace(metrics.variance), 0.5)
    for t in (5, 10, 20, 40):
        crossed = (lineage.trace(metrics.variance)[t] <= 0.5).mean()
        assert (times <= t).mean() >= crossed
    assert np.median(times) < theory.half_life(40) < np.quantile(times, 0.9)


@pytest.mark.parametrize(("sd", "brute_force"), [(0.01, 2.84921), (0.1, 1.72334)])
def test_a_narrow_bump_beside_a_family_without_normals_is_not_overlooked(sd, brute_force):
    truth = Mixture((Normal(3.0, sd), StudentT(5.0)), (0.5, 0.5))
    assert metrics.kl(Normal(0.2, 1.2), truth) == pytest.approx(brute_force, abs=0.001)
