"""Values that nobody means: a sentence that names the argument, or a right answer."""

import warnings

import numpy as np
import pytest

from collapse_lib import (
    Categorical,
    GaussianMLE,
    MultivariateNormal,
    Normal,
    Poisson,
    Replace,
    Temperature,
    Tempered,
    Zipf,
    gallery,
    learners,
    metrics,
    regimes,
    simulate,
    theory,
)
from collapse_lib.budget import Prices, best_plan

ENDLESS = int("1" * 400)


@pytest.fixture(autouse=True)
def no_warning_escapes():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_temperatures_of_many_generations():
    """A temperature below 1 ends at the commonest, one above at equal shares of the living."""
    for t in (2, 10, 600, 99_999):
        p = theory.temperature_probabilities(t, [0.5, 0.3, 0.2], 0.3)
        np.testing.assert_allclose(p.sum(), 1)
    np.testing.assert_array_equal(p, [1, 0, 0])
    ties = theory.temperature_probabilities(600, [0.4, 0.4, 0.2, 0], 0.3)
    np.testing.assert_array_equal(ties, [0.5, 0.5, 0, 0])
    flat = theory.temperature_probabilities(99_999, [0.5, 0.3, 0.2, 0], 3)
    np.testing.assert_allclose(flat, [1 / 3, 1 / 3, 1 / 3, 0])
    assert theory.temperature_entropy(600, [0.5, 0.3, 0.2], 0.3) == 0


@pytest.mark.parametrize("ddof", [0, 1])
def test_half_lives_of_large_samples(ddof):
    n = np.array([10, 1_000, 20_001, 20_002, 20_003, 2**30, 2**52, 2**60])
    found = theory.half_life(n, ddof)
    limit = np.log(2) * (n / 2 if ddof == 0 else n - 1)
    assert np.all(np.diff(found) > 0)
    np.testing.assert_allclose(found[1:], limit[1:], rtol=2e-3)
    np.testing.assert_allclose(found[5:], limit[5:], rtol=1e-7)


def test_shapes_that_do_not_go_together():
    with pytest.raises(
        ValueError, match=r"t and n must have shapes that broadcast .* not \(2,\) and"
    ):
        theory.replace_variance_mean([1, 2], [10, 20, 30])
    with pytest.raises(ValueError, match=r"must have shapes that"):
        theory.replace_survivors_mean([[1, 2]], [10, 20, 30], [0.5, 0.5])


def test_a_curve_is_not_followed_for_ever():
    with pytest.raises(ValueError, match="t must be at most 100,000 where a curve is followed"):
        theory.accumulate_mean_square(10**6, 10)


@pytest.mark.parametrize("n", [ENDLESS, 2**63, 1e19])
def test_a_number_that_is_too_large_is_refused_by_name(n):
    with pytest.raises(ValueError, match=r"n must be a whole number below 2\*\*63, not 1|not 9"):
        simulate(Normal(), GaussianMLE(), n=n, generations=2)
    with pytest.raises(ValueError, match="n must hold whole numbers of at least 2, not"):
        theory.half_life(n)


def test_a_permalink_with_an_endless_number():
    panel = gallery.variance_collapse.widget(f"variance_collapse?n={ENDLESS}&real=1e999")
    said = panel.figure.patch["scene"]["notice"]
    assert "n must be a whole number between" in said and len(said) < 500
    assert panel.values["n"] == 100
    panel.close()


def test_steps_that_fit_no_batch_are_refused():
    options = {"n": 50, "generations": 2, "rng": 0}
    for truth, learner in ((Normal(), GaussianMLE()), (Zipf(4), learners.CategoricalMLE())):
        with pytest.raises(ValueError, match=r"step must be .* not an array of shape \(3,\)"):
            simulate(truth, learner, Tempered(Replace(), regimes.Shift([0.1, 0.2, 0.3])), **options)
    truth = MultivariateNormal([0.0, 0.0], np.eye(2))
    regime = Tempered(Replace(), regimes.Shift([0.1, 0.2]))
    lineage = simulate(truth, learners.MultivariateGaussianMLE(), regime, **options)
    assert lineage[2].batch == (1,)
    assert simulate(Normal(), GaussianMLE(), Tempered(Replace(), Temperature([0.5, 1])), **options)[
        2
    ].batch == (2, 1)


@pytest.mark.parametrize("edges", [np.linspace(-5, 5, 9)])
def test_a_histogram_of_what_a_filter_lets_by(edges):
    """Typical points of a web that holds histograms can only be drawn, not integrated."""
    regime = Tempered(regimes.Blend(0.1), regimes.Typical(1.5))
    options = {"n": 400, "generations": 5, "replicates": 20, "rng": 0}
    exact = simulate(Normal(), learners.HistogramMLE(edges), regime, **options)
    drawn = simulate(Normal(), learners.Sampled(learners.HistogramMLE(edges)), regime, **options)
    for lineage in (exact, drawn):
        assert lineage.trace(metrics.variance)[-1].max() < 1
    spread = [lineage.trace(metrics.variance)[-1] for lineage in (exact, drawn)]
    error = np.hypot(*(x.std(ddof=1) / np.sqrt(x.size) for x in spread))
    assert abs(spread[0].mean() - spread[1].mean()) < 5 * error


def test_a_categorical_of_nothing_but_zeros():
    with pytest.raises(
        ValueError, match="p must hold, for each row, probabilities that do not all"
    ):
        Categorical([0.0, 0.0])


def test_what_no_memory_holds_is_refused_by_name():
    with pytest.raises(
        ValueError, match="categories must be at most 100,000,000, not 10,000,000,000"
    ):
        Zipf(10**10)
    with pytest.raises(ValueError, match=r"budget must pay at most 1e\+15 made-up points, not 1e"):
        best_plan(1e19, Prices(), 0.05)


def test_distances_of_counts_as_many_as_nobody_counts():
    """Two Poisson laws of large means are two normals, shifted."""
    for rate in (1e6, 1e9, 1e12, 1e18):
        apart = metrics.wasserstein2(Poisson(rate), Poisson(rate + 100 * np.sqrt(rate)))
        spread = np.sqrt(rate + 100 * np.sqrt(rate)) - np.sqrt(rate)
        expected = np.hypot(100 * np.sqrt(rate), spread)
        np.testing.assert_allclose(apart, expected, rtol=1e-4)
    assert metrics.wasserstein2(Poisson(1e12), Poisson(1e12)) == 0
    near = metrics.wasserstein2(Poisson(1e12), Normal(1e12, 1e6))
    assert near < 2e3  # of a spread of a million
