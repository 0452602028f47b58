"""Linear regression on its own labels."""

from dataclasses import dataclass

import numpy as np
import pytest

from collapse_lib import (
    Accumulate,
    Design,
    GradientDescent,
    LeastSquares,
    LinearModel,
    MultivariateNormal,
    Refresh,
    Replace,
    Sampled,
    simulate,
    theory,
)
from collapse_lib.suffstats import Gram
from learners.laws import errors_from, final, same_law

COEFFICIENTS = np.array([1.0, -2.0, 0.5])
COV = np.array([[1.0, 0.5, 0.0], [0.5, 2.0, 0.0], [0.0, 0.0, 0.2]])
ROWS = np.random.default_rng(0).standard_normal((12, 3))
FEATURES = {
    "standard": None,
    "correlated": MultivariateNormal(np.zeros(3), COV),
    "off centre": MultivariateNormal([1.0, 0, 0], COV),
    "flat": MultivariateNormal(np.zeros(3), factor=COV[:, :2]),
    "design": Design(ROWS),
}
FUNCTIONALS = (
    lambda model: model.coefficients[..., 0],
    lambda model: model.coefficients[..., 2],
    lambda model: ((model.coefficients - COEFFICIENTS) ** 2).sum(axis=-1),
)
NOISY = (*FUNCTIONALS, lambda model: model.noise)


def truth_with(features):
    return LinearModel(COEFFICIENTS, 1.5, features)


def excess(model):
    return ((model.coefficients - COEFFICIENTS) ** 2).sum(axis=-1)


@pytest.mark.parametrize("regime", [Replace(), Accumulate()], ids=["replace", "accumulate"])
@pytest.mark.parametrize("features", FEATURES)
def test_law(features, regime):
    given = FEATURES[features]
    ridge = 0.1 if features == "flat" else 0.0  # flat features leave a direction open
    learner = LeastSquares(ridge=ridge, features=given)
    drawn = final(truth_with(given), learner, NOISY, regime, seed=1)
    assert same_law(drawn, final(truth_with(given), Sampled(learner), NOISY, regime, seed=2))


@pytest.mark.parametrize(
    "learner",
    [
        LeastSquares(ridge=0.2, noise=1.5),
        GradientDescent(steps=5, rate=0.1, noise=1.5),
        GradientDescent(steps=5, rate=0.1),
    ],
    ids=["ridge", "early", "early, noise fitted"],
)
def test_law_of_biased_procedures(learner):
    for regime in (Refresh(0.5), Accumulate()):
        functionals = NOISY if learner.noise is None else FUNCTIONALS
        drawn = final(truth_with(None), learner, functionals, regime, seed=3)
        sampled = final(truth_with(None), Sampled(learner), functionals, regime, seed=4)
        assert same_law(drawn, sampled)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_law_where_there_are_fewer_points_than_features(n):
    learner = LeastSquares(noise=1.5)
    drawn = final(truth_with(None), learner, FUNCTIONALS, n=n, seed=5)
    assert same_law(drawn, final(truth_with(None), Sampled(learner), FUNCTIONALS, n=n, seed=6))


def test_sizes_may_differ_over_the_batch():
    learner = LeastSquares(noise=1.5)
    model = simulate(truth_with(None), learner, n=[2, 12], generations=3, replicates=10_000, rng=7)[
        -1
    ]
    for row, n in enumerate((2, 12)):
        alone = final(truth_with(None), learner, FUNCTIONALS, n=n, seed=8)
        assert same_law([f(model)[row] for f in FUNCTIONALS], alone)


@dataclass(frozen=True, kw_only=True)
class KnowsItsFeatures(LeastSquares):
    """Takes the Gram matrix for its expectation, n I."""

    def observe(self, source, n, rng):
        right = super().observe(source, n, rng)
        noise = np.moveaxis(rng.wide(3).normal(), 0, -1) * np.asarray(source.noise)[..., None]
        root = np.zeros((*rng.batch, 4, 4))
        root[..., :3, :3] = np.sqrt(n) * np.eye(3)
        root[..., 3, :3] = np.sqrt(n) * source.coefficients + noise
        return Gram(right.w, root)


@dataclass(frozen=True, kw_only=True)
class ForgetsDegreesOfFreedom(LeastSquares):
    def fit(self, data):
        right = super().fit(data)
        return LinearModel.trusted(
            coefficients=right.coefficients,
            noise=right.noise * np.sqrt((data.w - 3) / data.w),
            features=right.features,
        )


def test_wrong_laws_are_rejected():
    slow = final(truth_with(None), Sampled(LeastSquares(noise=1.5)), FUNCTIONALS, seed=9)
    wrong = KnowsItsFeatures(noise=1.5)
    assert not same_law(final(truth_with(None), wrong, FUNCTIONALS, seed=10), slow)
    slow = final(truth_with(None), Sampled(LeastSquares()), NOISY, seed=9)
    wrong = ForgetsDegreesOfFreedom()
    assert not same_law(final(truth_with(None), wrong, NOISY, seed=10), slow)


def test_the_error_grows_in_proportion_to_the_generations():
    lineage = simulate(
        LinearModel(COEFFICIENTS),
        LeastSquares(noise=1.0),
        n=15,
        generations=8,
        replicates=20_000,
        rng=11,
    )
    for t in (1, 4, 8):
        expected = theory.replace_regression_error_mean(t, 15, 3)
        assert errors_from(excess(lineage[t]), expected) < 4.5


def test_accumulated_errors_stay_below_pi_squared_over_six():
    design = Design(ROWS)
    lineage = simulate(
        LinearModel(COEFFICIENTS, features=design),
        LeastSquares(noise=1.0, features=design),
        Accumulate(),
        n=12,
        generations=20,
        replicates=20_000,
        rng=12,
    )
    single = np.trace(np.linalg.inv(ROWS.T @ ROWS))
    for t in (1, 5, 20):
        ratio = excess(lineage[t]) / single
        assert errors_from(ratio, theory.accumulate_error_ratio(t)) < 4.5
        if t > 1:
            assert errors_from(ratio, 1) > 4.5
    fresh = simulate(
        LinearModel(COEFFICIENTS),
        LeastSquares(noise=1.0),
        Accumulate(),
        n=12,
        generations=5,
        replicates=20_000,
        rng=13,
    )
    expected = theory.accumulate_fresh_regression_error_mean(5, 12, 3)
    assert errors_from(excess(fresh[5]), expected) < 4.5


def test_a_ridge_forgets_directions_of_low_variance_without_any_noise():
    spread = np.array([1.0, 0.1, 0.01])
    features = Design(np.diag(np.sqrt(3 * spread)))  # its XᵀX / n is diag(spread) exactly
    model = simulate(
        LinearModel(np.ones(3), 0.0, features),
        LeastSquares(ridge=0.05, noise=0.0, features=features),
        n=3,
        generations=10,
        rng=14,
    )[-1]
    expected = theory.ridge_coefficient(10, spread, 0.05)
    np.testing.assert_allclose(model.coefficients[0], expected, rtol=1e-10)


def statistic(n=40, noise=1.5):
    truth = LinearModel(COEFFICIENTS, noise, MultivariateNormal(np.zeros(3), COV))
    return truth.expand((5,)).sample(n, np.random.default_rng(15))


def test_ridge_equals_its_formula():
    points = statistic()
    x, y = points[:, 0, :3], points[:, 0, 3]
    expected = np.linalg.solve(x.T @ x + 40 * 0.3 * np.eye(3), x.T @ y)
    fitted = LeastSquares(ridge=0.3, noise=1.0).coefficients(Gram.of(points))
    np.testing.assert_allclose(fitted[0], expected, rtol=1e-10)


def test_no_ridge_and_endless_descent_are_ordinary_least_squares():
    points = statistic()
    data = Gram.of(points)
    ordinary = LeastSquares().coefficients(data)
    for member in range(5):
        x, y = points[:, member, :3], points[:, member, 3]
        expected = np.linalg.lstsq(x, y, rcond=None)[0]
        np.testing.assert_allclose(ordinary[member], expected, rtol=1e-10)
        rss = ((y - x @ expected) ** 2).sum()
        np.testing.assert_allclose(LeastSquares().fit(data).noise[member] ** 2, rss / 37)
    for same in (
        GradientDescent(steps=10**6, rate=0.1),
        GradientDescent(steps=float("inf"), rate=0.1),
        LeastSquares(ridge=1e-14),
    ):
        np.testing.assert_allclose(same.coefficients(data), ordinary, rtol=1e-9)


@pytest.mark.parametrize("steps", [1, 2, 17])
def test_the_stopped_descent_is_what_a_loop_of_steps_gives(steps):
    points = statistic()
    fitted = GradientDescent(steps=steps, rate=0.2).coefficients(Gram.of(points))
    for member in range(5):
        x, y = points[:, member, :3], points[:, member, 3]
        weights = np.zeros(3)
        for _ in range(steps):
            weights -= 0.2 * x.T @ (x @ weights - y) / len(x)
        np.testing.assert_allclose(fitted[member], weights, rtol=1e-10)


def test_a_descent_leaves_unseen_directions_at_zero():
    points = statistic(n=2)
    fitted = GradientDescent(steps=50, rate=0.1, noise=1.0).coefficients(Gram.of(points))
    for member in range(5):
        x = points[:, member, :3]
        unseen = np.linalg.svd(x)[2][-1]
        assert abs(unseen @ fitted[member]) < 1e-12


def test_fitted_noise_dies_without_a_floor():
    """Its squares would drown at 1e-16 of the labels' if they were kept as a difference."""
    model = simulate(LinearModel(COEFFICIENTS), LeastSquares(), n=5, generations=400, rng=16)[-1]
    assert model.noise[0] < 1e-40
    assert np.linalg.norm(model.coefficients[0]) > 0.1


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: LeastSquares(ridge=-1), "ridge must be a number of at least 0, not -1.0"),
        (lambda: LeastSquares(noise=-1), "noise must be a number of at least 0, not -1.0"),
        (lambda: GradientDescent(steps=0, rate=1), "steps must be a whole number of at least 1"),
        (lambda: GradientDescent(steps=1, rate=0), "rate must be a number above 0, not 0.0"),
        (
            lambda: GradientDescent(steps=1, rate=9).coefficients(Gram.of(statistic())),
            "rate must be below 2 / .*, the greatest eigenvalue of the features, not 9",
        ),
        (
            lambda: LeastSquares().fit(Gram.of(statistic(n=3))),
            "n must exceed the 3 features where the noise is estimated, not be 3",
        ),
        (
            lambda: final(truth_with(Design(ROWS)), LeastSquares(noise=1.0), FUNCTIONALS, n=13),
            "n must be a multiple of the design's 12 rows, not 13",
        ),
        (
            lambda: final(truth_with(Design(ROWS)), LeastSquares(noise=1.0), FUNCTIONALS, n=[12]),
            "n must be one number where the features are a design, not an array",
        ),
        (
            lambda: final(
                truth_with(None),
                LeastSquares(noise=1.0, features=Design(np.eye(2))),
                FUNCTIONALS,
            ),
            "features must be a single MultivariateNormal or a Design of 3 dimensions",
        ),
    ],
)
def test_refusals(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
