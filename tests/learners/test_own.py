"""Learners of one's own, and points of one's own: what the docstrings promise, and refusals."""

import doctest

import numpy as np
import pytest

from collapse_lib import (
    KDE,
    CategoricalMLE,
    GaussianMixtureEM,
    GaussianMLE,
    HistogramMLE,
    LeastSquares,
    LinearModel,
    MultivariateGaussianMLE,
    MultivariateNormal,
    Normal,
    Poisson,
    PoissonMLE,
    Sampled,
    Subsample,
    Weighted,
    Zipf,
    simulate,
)
from collapse_lib.images import ClassGaussianMLE, read_digits
from collapse_lib.learners import Learner
from collapse_lib.mistakes import Noisy
from collapse_lib.suffstats import Sample
from learners.laws import errors_from

# --- the example of the docstring ------------------------------------------------------------


@pytest.fixture(scope="module")
def own():
    """Run the example of `Learner`, and return the names that it defines."""
    (example,) = doctest.DocTestFinder(recurse=False).find(Learner, "Learner", globs={})
    assert example.examples
    result = doctest.DocTestRunner().run(example, clear_globs=False)
    assert result.failed == 0
    return example.globs


def fitted(model):
    return np.stack([model.centre, model.scale])


def test_the_example_uses_the_weights(own):
    x, weights = np.random.default_rng(0).normal(size=(9, 4)), np.arange(9.0)
    learner = own["LaplaceMLE"]()
    once = fitted(learner.fit(Sample.of(np.repeat(x, weights.astype(int), axis=0))))
    np.testing.assert_allclose(fitted(learner.fit(Sample(x, weights))), once)
    assert not np.allclose(fitted(learner.fit(Sample.of(x))), once)  # as a fit without them would


def test_the_example_fits_each_lineage_by_itself(own):
    x = np.random.default_rng(1).normal(size=(9, 2, 3))
    learner = own["LaplaceMLE"]()
    together = fitted(learner.fit(learner.reduce(x)))
    np.testing.assert_allclose(together[:, 1, 2], fitted(learner.fit(Sample.of(x[:, 1, 2]))))


@pytest.mark.parametrize("regime", [Subsample(), Weighted(0.3, 2.0)], ids=["Subsample", "Weighted"])
def test_the_example_works_with_every_regime(own, regime):
    learner = own["LaplaceMLE"]()
    learner = Sampled(learner) if regime.picks_points else learner
    options = {"n": 20, "generations": 3, "replicates": 2_000, "rng": 2}
    centre = simulate(own["Laplace"](1.0, 1.0), learner, regime, **options)[-1].centre
    assert centre.shape == (*regime.batch, 2_000)
    assert errors_from(centre, 1) < 4.5
    assert errors_from(centre, 0) > 4.5


# --- points of one's own ---------------------------------------------------------------------

COUNTS = {"PoissonMLE": PoissonMLE(), "CategoricalMLE": CategoricalMLE()}


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("way", [lambda learner, x: learner.reduce(x), lambda _, x: Sample.of(x)])
@pytest.mark.parametrize("x", [[-1, 0.5], [0.5, 1.7], [0, -1], [1, np.nan], ["a", "b"]], ids=str)
def test_what_cannot_be_counted_gets_a_sentence(name, way, x):
    learner = COUNTS[name]
    with pytest.raises(ValueError, match="must hold whole numbers of at least 0, not"):
        learner.fit(way(learner, np.array(x)))


@pytest.mark.parametrize("name", COUNTS)
def test_whole_numbers_are_counted_whatever_their_type(name):
    learner = COUNTS[name]
    ints = np.array([[0, 3], [2, 2], [1, 0]])

    def fit(data):
        model = learner.fit(data)
        return next(iter(vars(model).values()))

    expected = fit(learner.reduce(ints))
    for dtype in (np.int32, np.uint8, float):
        np.testing.assert_array_equal(fit(learner.reduce(ints.astype(dtype))), expected)
    np.testing.assert_array_equal(fit(Sample.of(ints)), expected)
    heavy = Sample(ints, np.array([2.0, 1, 0]))
    np.testing.assert_array_equal(fit(heavy), fit(learner.reduce(ints[[0, 0, 1]])))


PAIRS = {
    "GaussianMLE": (Normal(), GaussianMLE()),
    "Sampled": (Normal(), Sampled(GaussianMLE())),
    "Noisy": (Normal(), Noisy(GaussianMLE(), 0.1)),
    "KDE": (Normal(), KDE()),
    "GaussianMixtureEM": (Normal(), GaussianMixtureEM()),
    "HistogramMLE": (Normal(), HistogramMLE([-1, 0, 1])),
    "PoissonMLE": (Poisson(2), PoissonMLE()),
    "CategoricalMLE": (Zipf(5), CategoricalMLE()),
    "MultivariateGaussianMLE": (MultivariateNormal([0, 0]), MultivariateGaussianMLE()),
    "LeastSquares": (LinearModel([1, 2]), LeastSquares()),
    "ClassGaussianMLE": (read_digits(2), ClassGaussianMLE()),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_number_of_points_that_is_none_gets_a_sentence(name):
    truth, learner = PAIRS[name]
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="n must be a whole number of at least 0, not -3"):
        learner.observe(truth, -3, rng)
    with pytest.raises(ValueError, match="n must hold whole numbers of at least 0, not -3"):
        learner.observe(truth, np.array([5, -3]), rng)
    learner.observe(truth, 6, rng)  # and six points are no error


@pytest.mark.parametrize("learner", [KDE(), GaussianMixtureEM()], ids=lambda it: type(it).__name__)
def test_more_points_than_memory_holds_get_a_sentence(learner):
    name = type(learner).__name__
    sentence = f"n must be at most 500,000,000 where {name} keeps .* not 1,000,000,000"
    with pytest.raises(ValueError, match=sentence):
        learner.observe(Normal(), 10**9, np.random.default_rng(0))
    with pytest.raises(ValueError, match=sentence):  # a schedule that outgrows the memory
        simulate(Normal(), learner, n=lambda t: 20 if t == 1 else 10**9, generations=2)
    with pytest.raises(ValueError, match=r"at most 250,000,000 .* shape \(2,\)"):
        learner.observe(Normal([0, 1]), 10**9, np.random.default_rng(0))
