"""Distributions: shapes, moments, tails, and what they refuse."""

import numpy as np
import pytest
from scipy import stats

from collapse_lib import Categorical, Empirical, Mixture, Normal, StudentT, Zipf

COLUMN = [1.0, 2.0, 2.0, 5.0]
NUMERIC = {
    "Normal": Normal(1, 2),
    "StudentT": StudentT(5, 1, 2),
    "Mixture": Mixture((Normal(-1, 1), StudentT(6, 3, 1)), weights=(1, 3)),
    "Empirical": Empirical(COLUMN),
}
ALL = NUMERIC | {"Categorical": Categorical([0.2, 0.8]), "Zipf": Zipf(9, 1.5)}


@pytest.mark.parametrize("batch", [(), (3,), (2, 3)])
@pytest.mark.parametrize("name", ALL)
def test_draws_stack_in_front_of_the_batch(name, batch):
    distribution = ALL[name].expand(batch)
    assert distribution.batch == batch
    assert distribution.sample(5, np.random.default_rng(0)).shape == (5, *batch)


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


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Normal(0, -1), "sd must be a number of at least 0, not -1.0"),
        (lambda: Normal(float("nan"), 1), "mean must be a finite number, not nan"),
        (lambda: Normal("high", 1), "mean must be a finite number, not 'high'"),
        (lambda: StudentT(0), "df must be a number above 0, not 0.0"),
        (lambda: StudentT(3, scale=0), "scale must be a number above 0, not 0.0"),
        (lambda: Mixture(()), "components must be distributions over numbers, not \\(\\)"),
        (lambda: Mixture((Zipf(3),)), "components must be distributions over numbers, not"),
        (lambda: Mixture((Normal(),), weights=(1, 2)), "one probability for each of 1 components"),
        (lambda: Empirical([]), "data must hold at least 2 measurements, not 0"),
        (lambda: Empirical([[1, 2]]), "data must be one column of numbers, not of shape"),
        (lambda: Empirical([1, float("nan")]), "data must be a finite number, not nan"),
        (lambda: Empirical(["a", "b"]), "data must be a finite number, not"),
        (lambda: Empirical([2, 2, 2]), "data must vary, but all 3 values equal 2"),
        (lambda: Categorical([0.0, 0.0]), "p must hold, for each row, probabilities"),
        (lambda: Categorical([0.5, -0.5]), "p must be a number of at least 0, not -0.5"),
        (lambda: Zipf(0), "categories must be a whole number of at least 1, not 0"),
        (lambda: Zipf(3, -1), "exponent must be a number of at least 0, not -1.0"),
    ],
)
def test_bad_parameters_get_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
