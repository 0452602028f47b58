"""Bounded errors: a bias under three policies, and luck under growing samples, against theory."""

import numpy as np
import pytest

from collapse_lib import (
    Accumulate,
    GaussianMLE,
    Growing,
    Normal,
    Refresh,
    Replace,
    metrics,
    simulate,
    theory,
)
from collapse_lib.gallery import bounded_errors
from collapse_lib.gallery.bounded_errors import HORIZON, POINTS, REPLICATES
from collapse_lib.mistakes import Biased

LIMIT = 4.5
T = np.arange(HORIZON + 1)


def means(regime, bias, seed=0):
    """Fitted means of all lineages, simulated here."""
    learner = Biased(GaussianMLE(1), bias)
    options = {"n": POINTS, "generations": HORIZON, "replicates": REPLICATES, "rng": seed}
    return simulate(Normal(), learner, regime, **options).trace(metrics.mean)


@pytest.mark.parametrize(
    ("name", "regime", "twin"),
    [
        ("newest", Replace(), "everything"),
        ("everything", Accumulate(), "pulled"),
        ("pulled", Refresh(0.2), "newest"),
    ],
)
def test_the_bias_adds_up_as_in_theory(name, regime, twin):
    result = bounded_errors(bias=0.02, real=0.2)
    simulated = means(regime, 0.02)
    np.testing.assert_allclose(getattr(result, name), simulated.mean(axis=1), atol=1e-12)
    curve, other = (getattr(result, f"{which}_theory") for which in (name, twin))
    for t in (1, 20, HORIZON):
        error = simulated[t].std(ddof=1) / np.sqrt(REPLICATES)
        assert abs(simulated[t].mean() - curve[t]) < LIMIT * error
    assert abs(simulated[HORIZON].mean() - other[HORIZON]) > LIMIT * error


def test_only_the_pull_bounds_it():
    result = bounded_errors(bias=0.02, real=0.2)
    assert result.limit == pytest.approx(0.1)
    np.testing.assert_allclose(result.newest_theory, 0.02 * T)
    assert np.all(result.pulled_theory <= result.limit)
    doubled = result.everything_theory[200] - result.everything_theory[100]
    assert doubled == pytest.approx(0.02 * np.log(2), rel=0.01)  # and so with each doubling
    assert bounded_errors(bias=0.0).newest_theory[HORIZON] == 0


@pytest.mark.parametrize("growth", [0.0, 1.0, 1.5])
def test_luck_under_growing_samples(growth):
    result = bounded_errors(first=10, growth=growth)
    schedule = Growing(10, growth)
    run = simulate(
        Normal(),
        GaussianMLE(1),
        n=schedule,
        generations=HORIZON,
        replicates=REPLICATES,
        rng=0,
    )
    variance = run.trace(metrics.variance)
    np.testing.assert_allclose(result.left, np.median(variance, axis=1))
    other = bounded_errors(first=10, growth=growth + 0.5).left_theory
    for t in (1, 5, 50, HORIZON):  # the number of lineages below a median is Binomial(200, 1/2)
        below = np.sum(variance[t] < result.left_theory[t])
        assert abs(below - REPLICATES / 2) < LIMIT * np.sqrt(REPLICATES / 4)
    below = np.sum(variance[HORIZON] < other[HORIZON])
    if growth < 1:
        assert abs(below - REPLICATES / 2) > LIMIT * np.sqrt(REPLICATES / 4)
    assert result.size[1] == 10 and result.size[HORIZON] == schedule(HORIZON)


def test_the_sum_is_bounded_above_a_growth_of_one_only():
    for growth, limit in ((0.0, np.inf), (1.0, np.inf), (1.5, 0.261), (2.0, 0.164)):
        result = bounded_errors(first=10, growth=growth)
        assert result.total_limit[0] == pytest.approx(limit, rel=0.01)
        assert result.total[HORIZON] < result.total_limit[HORIZON]
        np.testing.assert_allclose(np.diff(result.total), 1 / result.size[1:])
    sinking, resting = (bounded_errors(first=5, growth=g).left_theory for g in (1.0, 2.0))
    assert sinking[200] / sinking[100] == pytest.approx(2 ** (-1 / 5), rel=0.01)
    assert resting[200] / resting[100] == pytest.approx(1, abs=0.002)


def test_the_theory_of_a_constant_sample_is_the_known_one():
    result = bounded_errors(first=20, growth=0.0)
    known = theory.replace_variance_median(T, 20, 1)
    np.testing.assert_allclose(result.left_theory, known, rtol=1e-9)


def test_the_readouts_say_what_the_sliders_mean():
    values = {c.name: c.default for c in bounded_errors.inputs} | {"growth": 1.5}
    readouts = bounded_errors.scene(values).readouts
    assert readouts == {"real": "50 of 1,000", "growth": "28,284 at the end"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"bias": np.nan}, "bias must be a finite number, not nan"),
        ({"real": 2.0}, "real must be a number between 0 and 1, not 2.0"),
        ({"real": 1e-4}, "real must be at least 0.0005, for one real point, not 0.0001"),
        ({"first": 1}, "first must be a whole number of at least 2, not 1"),
        ({"growth": -1.0}, "power must be a number of at least 0, not -1.0"),
    ],
)
def test_bad_values_get_a_sentence(values, message):
    with pytest.raises(ValueError, match=message):
        bounded_errors(**values)
