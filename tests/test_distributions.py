"""Distributions: shapes, moments, tails, and what they refuse."""

import numpy as np
import pytest
from scipy import stats

from collapse_lib import (
    Bernoulli,
    Categorical,
    Design,
    Empirical,
    GaussianMixture,
    Histogram,
    KernelDensity,
    LinearModel,
    Mixture,
    MultivariateNormal,
    Normal,
    Poisson,
    StudentT,
    Zipf,
)

COLUMN = [1.0, 2.0, 2.0, 5.0]
NUMERIC = {
    "Normal": Normal(1, 2),
    "StudentT": StudentT(5, 1, 2),
    "Mixture": Mixture((Normal(-1, 1), StudentT(6, 3, 1)), weights=(1, 3)),
    "Empirical": Empirical(COLUMN),
    "Poisson": Poisson(1.7),
    "GaussianMixture": GaussianMixture([1, 3], [-1, 3], [1, 0.5]),
    "Histogram": Histogram([-3, -1, 0, 4], [1, 0, 3]),
    "KernelDensity": KernelDensity([0.0, 1.0, 5.0], 0.5, weights=[1, 2, 1]),
}
VECTORS = {
    "MultivariateNormal": MultivariateNormal([1, 2], [[2, 1], [1, 3]]),
    "LinearModel": LinearModel([1, -2], 0.5),
    "LinearModel, design": LinearModel([1, -2], 0.5, Design(np.eye(2))),
}
ALL = NUMERIC | VECTORS
ALL |= {"Categorical": Categorical([0.2, 0.8]), "Zipf": Zipf(9, 1.5), "Bernoulli": Bernoulli(0.3)}


@pytest.mark.parametrize("batch", [(), (3,), (2, 3)])
@pytest.mark.parametrize("name", ALL)
def test_draws_stack_in_front_of_the_batch(name, batch):
    distribution = ALL[name].expand(batch)
    assert distribution.batch == batch
    draws = distribution.sample(6, np.random.default_rng(0))
    assert draws.shape == (6, *batch, *distribution.event)
    assert ALL[name].batch == ()


@pytest.mark.parametrize("name", NUMERIC)
def test_moments_are_those_of_the_draws(name):
    distribution = NUMERIC[name]
    x = distribution.sample(400_000, np.random.default_rng(1))
    error = x.std(ddof=1) / np.sqrt(x.size)
    assert abs(x.mean() - distribution.mean) < 4.5 * error
    squares = (x - distribution.mean) ** 2
    assert abs(squares.mean() - distribution.variance) < 4.5 * squares.std() / np.sqrt(x.size)


@pytest.mark.parametrize("name", NUMERIC)
def test_tails_are_those_of_the_draws(name):
    distribution = NUMERIC[name]
    x = distribution.sample(400_000, np.random.default_rng(2))
    for mass, share in zip(
        distribution.tails(-1.0, 2.5), (np.mean(x < -1.0), np.mean(x > 2.5)), strict=True
    ):
        assert abs(share - mass) <= 4.5 * np.sqrt(mass * (1 - mass) / x.size)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(Normal(1, 2), stats.norm(1, 2)), (StudentT(5, 1, 2), stats.t(5, 1, 2))],
    ids=["Normal", "StudentT"],
)
def test_densities_and_tails_equal_scipys(ours, theirs):
    x = np.linspace(-30, 30, 13)
    np.testing.assert_allclose(ours.density(x), theirs.pdf(x), rtol=1e-12)
    below, above = ours.tails(x, x)
    np.testing.assert_allclose(below, theirs.cdf(x), rtol=1e-10)
    np.testing.assert_allclose(above, theirs.sf(x), rtol=1e-10)
    assert ours.variance == pytest.approx(theirs.var())


def test_density_of_a_batch_stacks_behind_x():
    normals = Normal([0, 1, 2], 1)
    assert normals.density(np.zeros((4, 2))).shape == (4, 2, 3)
    assert Mixture((Normal(), Normal(1))).density(np.zeros(4)).shape == (4,)


def test_a_mixture_averages_its_components():
    mixture = NUMERIC["Mixture"]
    x = np.linspace(-3, 6, 7)
    expected = 0.25 * stats.norm(-1, 1).pdf(x) + 0.75 * stats.t(6, 3, 1).pdf(x)
    np.testing.assert_allclose(mixture.density(x), expected, rtol=1e-12)


def test_a_collapsed_normal_is_a_point():
    point = Normal(1, 0)
    np.testing.assert_array_equal(point.tails(0.5, 0.5), (0, 1))
    np.testing.assert_array_equal(point.tails(1.5, 1.5), (1, 0))
    assert np.all(point.sample(3, np.random.default_rng(0)) == 1)


def test_heavy_tails_have_no_moments():
    assert np.isnan(StudentT(1).mean)
    assert np.isinf(StudentT(2).variance)


def test_real_data_are_kept_as_they_are():
    column = Empirical(COLUMN)
    np.testing.assert_array_equal(column.values, [1, 2, 5])
    np.testing.assert_array_equal(column.counts, [1, 2, 1])
    assert (column.mean, column.variance) == (2.5, 2.25)
    assert set(column.sample(100, np.random.default_rng(0))) <= {1.0, 2.0, 5.0}
    np.testing.assert_allclose(column.tails(2, 2), (0.25, 0.25))
    with pytest.raises(TypeError, match="Empirical has no density: draw a histogram"):
        column.density(0)
    assert repr(column) == "Empirical(4 measurements)"


def test_zipf_frequencies():
    np.testing.assert_allclose(Zipf(3, 1).p, np.array([6, 3, 2]) / 11)
    assert repr(Zipf(3)) == "Zipf(categories=3)"


def test_a_dead_category_is_never_drawn():
    labels = Categorical([0.0, 0.5, 0.0, 0.5, 0.0]).sample(10_000, np.random.default_rng(0))
    assert set(labels) == {1, 3}


@pytest.mark.parametrize("name", ["Mixture", "GaussianMixture", "Histogram", "KernelDensity"])
def test_densities_integrate_to_the_tails(name):
    x, step = np.linspace(-12, 12, 240_001, retstep=True)
    density = NUMERIC[name].density(x)
    assert density.sum() * step == pytest.approx(1, abs=1e-4)
    below, above = NUMERIC[name].tails(0.3, 0.3)
    assert density[x < 0.3].sum() * step == pytest.approx(below, abs=1e-4)
    assert below + above == pytest.approx(1)


@pytest.mark.parametrize("name", ["Poisson", "GaussianMixture", "Histogram", "KernelDensity"])
def test_a_batch_holds_what_its_members_hold(name):
    single, batch = NUMERIC[name], NUMERIC[name].expand((2, 3))
    x = np.linspace(-2, 6, 12).reshape(4, 3)
    assert batch.density(x).shape == (4, 3, 2, 3)
    np.testing.assert_allclose(batch.density(x)[..., 1, 2], single.density(x))
    for many, one in zip(batch.tails(x, x), single.tails(x, x), strict=True):
        assert many.shape == (4, 3, 2, 3)
        np.testing.assert_allclose(many[..., 0, 1], one)
    np.testing.assert_allclose(batch.mean, np.full((2, 3), single.mean))
    np.testing.assert_allclose(batch.variance, np.full((2, 3), single.variance))


def test_poisson_equals_scipys():
    ours, theirs = Poisson(1.7), stats.poisson(1.7)
    x = np.arange(-2, 12)
    np.testing.assert_allclose(ours.density(x), theirs.pmf(x), rtol=1e-10)
    below, above = ours.tails(x, x)
    np.testing.assert_allclose(below, theirs.cdf(x - 1), rtol=1e-10)
    np.testing.assert_allclose(above, theirs.sf(x), rtol=1e-10)
    np.testing.assert_allclose(ours.tails(2.5, 2.5), (theirs.cdf(2), theirs.sf(2)))
    assert ours.density(1.5) == 0
    assert np.all(Poisson(0).sample(9, np.random.default_rng(0)) == 0)


def test_an_empty_bin_is_never_drawn():
    draws = NUMERIC["Histogram"].sample(10_000, np.random.default_rng(0))
    assert not np.any((draws > -1) & (draws < 0))
    assert draws.min() >= -3 and draws.max() <= 4


def test_a_coin_is_two_categories():
    coin = Bernoulli([0.0, 0.25])
    np.testing.assert_allclose(coin.p, [[1, 0], [0.75, 0.25]])
    x = coin.sample(40_000, np.random.default_rng(1))
    assert x[:, 0].sum() == 0
    assert abs(x[:, 1].mean() - 0.25) < 4.5 * np.sqrt(0.25 * 0.75 / 40_000)


@pytest.mark.parametrize("batch", [(), (3,)])
def test_a_cloud_has_the_covariance_it_was_given(batch):
    cloud = VECTORS["MultivariateNormal"].expand(batch)
    np.testing.assert_allclose(cloud.cov, np.broadcast_to([[2, 1], [1, 3]], (*batch, 2, 2)))
    x = cloud.sample(100_000, np.random.default_rng(2)).reshape(100_000, -1, 2)[:, 0]
    for product, expected in (
        ((x[:, 0] - 1) ** 2, 2),
        ((x[:, 0] - 1) * (x[:, 1] - 2), 1),
        (x[:, 1] - 2, 0),
    ):
        assert abs(product.mean() - expected) < 4.5 * product.std() / np.sqrt(len(x))


def test_a_flat_cloud():
    flat = MultivariateNormal([0, 0], [[1, 1], [1, 1]])
    np.testing.assert_allclose(flat.cov, 1)
    x = flat.sample(10, np.random.default_rng(3))
    np.testing.assert_allclose(x[:, 0], x[:, 1])
    line = MultivariateNormal([0, 0], factor=[[1], [1]])
    np.testing.assert_allclose(line.cov, 1)
    wide = MultivariateNormal([0, 0], factor=[[1, 0, 1], [0, 1, 1]])
    assert wide.factor.shape == (2, 2)
    np.testing.assert_allclose(wide.cov, [[2, 1], [1, 2]])


def test_labels_follow_the_line():
    model = LinearModel([1, -2], 0.5, MultivariateNormal([0, 0], [[1, 0.3], [0.3, 2]]))
    draws = model.expand((2,)).sample(100_000, np.random.default_rng(4))[:, 1]
    left = draws[:, 2] - draws[:, :2] @ [1, -2]
    squares = left**2
    assert abs(squares.mean() - 0.25) < 4.5 * squares.std() / np.sqrt(len(left))
    product = draws[:, 0] * draws[:, 1]
    assert abs(product.mean() - 0.3) < 4.5 * product.std() / np.sqrt(len(left))


def test_a_design_is_taken_whole():
    rows = np.arange(6.0).reshape(3, 2)
    draws = LinearModel([1, 1], 0, Design(rows)).sample(6, np.random.default_rng(5))
    np.testing.assert_array_equal(draws[:, :2], np.tile(rows, (2, 1)))
    np.testing.assert_array_equal(draws[:, 2], np.tile(rows.sum(axis=1), 2))
    with pytest.raises(ValueError, match="n must be a multiple of the design's 3 rows, not 7"):
        LinearModel([1, 1], 0, Design(rows)).sample(7, np.random.default_rng(5))


def test_altering_touches_every_parameter():
    doubled = GaussianMixture([1, 3], [-1, 3], [1, 0.5]).altered(lambda value: 2 * value)
    np.testing.assert_allclose(doubled.weights, [0.25, 0.75])
    np.testing.assert_allclose((doubled.means, doubled.sds), ([-2, 6], [2, 1]))
    assert (Normal(1, 2).altered(np.square).mean, Normal(1, 2).altered(np.square).sd) == (1, 4)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Normal(0, -1), "sd must be a number of at least 0, not -1.0"),
        (lambda: Normal(float("nan"), 1), "mean must be a finite number, not nan"),
        (lambda: Normal("high", 1), "mean must be a finite number, not 'high'"),
        (lambda: StudentT(0), "df must be a number above 0, not 0.0"),
        (lambda: StudentT(3, scale=0), "scale must be a number above 0, not 0.0"),
        (lambda: Mixture(()), "components must be distributions over numbers, not \\(\\)"),
        (lambda: Mixture(3, [1]), "components must be distributions over numbers, not 3"),
        (lambda: Mixture((Zipf(3),)), "components must be distributions over numbers, not"),
        (lambda: Mixture((Normal(),), weights=(1, 2)), "one probability for each of 1 components"),
        (lambda: Empirical([]), r"data must hold at least one number, not \[\]"),
        (lambda: Empirical([1]), "data must hold at least 2 measurements, not 1"),
        (
            lambda: Empirical([[1, 2], [3]]),
            r"data must be a finite number, not \[\[1, 2\], \[3\]\]",
        ),
        (lambda: Empirical([[1, 2]]), "data must be one column of numbers, not of shape"),
        (lambda: Empirical([1, float("nan")]), "data must be a finite number, not nan"),
        (lambda: Empirical(["a", "b"]), "data must be a finite number, not"),
        (lambda: Empirical([2, 2, 2]), "data must vary, but all 3 values equal 2"),
        (lambda: Categorical([0.0, 0.0]), "p must hold, for each row, probabilities"),
        (lambda: Categorical(0.5), "p must hold one probability for each category, not 0.5"),
        (lambda: Categorical([]), r"p must hold at least one number, not \[\]"),
        (lambda: Categorical([0.5, -0.5]), "p must be a number of at least 0, not -0.5"),
        (lambda: Poisson(-1), "rate must be a number of at least 0, not -1.0"),
        (lambda: Bernoulli(1.5), "p must be a number between 0 and 1, not 1.5"),
        (lambda: Histogram([0], [1]), "edges must be a row of at least 2 rising numbers"),
        (lambda: Histogram([0, 1, 2], [1]), "p must hold, .* probabilities of 2 bins that do not"),
        (lambda: GaussianMixture([0, 0], 1, 1), "weights must hold, for each row, some that do"),
        (lambda: GaussianMixture(1, 0, -1), "sds must be a number of at least 0, not -1.0"),
        (lambda: KernelDensity(1.0, 1), "points must be a sample of at least one point, not 1.0"),
        (lambda: KernelDensity([1], -1), "bandwidth must be a number of at least 0, not -1.0"),
        (lambda: KernelDensity([1], 1, [1, 2]), "weights must hold one probability for each of 1"),
        (lambda: MultivariateNormal(1), "mean must hold one number per dimension, not 1"),
        (lambda: MultivariateNormal([0, 0], [[1]]), "cov must have 2 rows, as mean has 2 dim"),
        (lambda: MultivariateNormal([0], [1]), "cov must be square, not of shape"),
        (lambda: MultivariateNormal([0, 0], [[1, 2], [0, 1]]), "cov must be symmetric, but diff"),
        (lambda: MultivariateNormal([0, 0], [[1, 2], [2, 1]]), "no negative eigenvalue, not -1"),
        (
            lambda: MultivariateNormal([0], [[1]], factor=[[1]]),
            "cov must be left out where factor is given",
        ),
        (lambda: LinearModel(1), "coefficients must hold one number per feature, not 1"),
        (lambda: LinearModel([1], -1), "noise must be a number of at least 0, not -1.0"),
        (lambda: LinearModel([1], 1, Design(np.eye(2))), "features must be a single Multivariate"),
        (lambda: Design([1, 2]), r"rows must be a matrix of points by features, not \(2,\)"),
        (
            lambda: Normal([0, 1], [1, 1, 1]),
            r"mean and sd must have shapes that broadcast .*, not \(2,\) and \(3,\)",
        ),
        (
            lambda: StudentT([3, 4], scale=[1, 1, 1]),
            r"df and loc and scale must have .*, not \(2,\) and \(\) and \(3,\)",
        ),
        (
            lambda: GaussianMixture([0.5, 0.5], [0, 1, 2], [1, 1]),
            r"weights and means and sds must .*, not \(2,\) and \(3,\) and \(2,\)",
        ),
        (lambda: KernelDensity(np.zeros((5, 2)), [1, 1, 1]), "points and bandwidth must have shap"),
        (
            lambda: LinearModel(np.ones((2, 4)), [1, 1, 1]),
            "coefficients and noise must have shapes",
        ),
        (
            lambda: MultivariateNormal(np.zeros((2, 1)), np.ones((3, 1, 1))),
            "mean and cov must have shapes that broadcast",
        ),
        (
            lambda: MultivariateNormal(np.zeros((2, 1)), factor=np.ones((3, 1, 1))),
            "mean and factor must have shapes that broadcast",
        ),
        (lambda: Zipf(0), "categories must be a whole number of at least 1, not 0"),
        (lambda: Zipf(3, -1), "exponent must be a number of at least 0, not -1.0"),
    ],
)
def test_bad_parameters_get_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_bandwidths_side_by_side_share_their_points():
    """Each member of the batch has all points, whether or not there are as many of both."""
    for widths in ([0.1, 0.2], [0.1, 0.2, 0.3]):
        both = KernelDensity([1.0, 2.0, 4.0], widths)
        assert both.batch == (len(widths),) and both.points.shape == (3, len(widths))
        for place, width in enumerate(widths):
            alone = KernelDensity([1.0, 2.0, 4.0], width)
            np.testing.assert_allclose(both.density(1.5)[place], alone.density(1.5))
            np.testing.assert_allclose(both.mean[place], alone.mean)
