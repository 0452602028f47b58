"""Systematic, noisy, correlated and preferred errors against theory."""

import numpy as np
import pytest
import support
from support import LIMIT, errors

from collapse_lib import (
    KDE,
    Accumulate,
    Categorical,
    CategoricalMLE,
    GaussianMLE,
    LeastSquares,
    Normal,
    Poisson,
    PoissonMLE,
    Refresh,
    Replace,
    Sampled,
    StudentT,
    Subsample,
    Zipf,
    metrics,
    theory,
)
from collapse_lib.mistakes import Biased, Noisy, Preferring, Unlabelled, quirks
from collapse_lib.regimes import Crowd, Temperature, Tempered

T = np.arange(11)


def run(learner, regime=Replace(), truth=Normal(), **options):  # noqa: B008 (frozen)
    return support.run(regime, learner, truth, **options)


# --- systematic ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("regime", "expected", "twin"),
    [
        (Replace(), 0.1 * T, 0.1 * np.sqrt(T)),
        (Accumulate(), 0.1 + theory.accumulate_bias_mean(T, 0.1), 0.1 * T),
        (Refresh(0.25), 0.1 * (1 - 0.75**T) / 0.25, 0.1 * T),
    ],
    ids=["replace", "accumulate", "refresh"],
)
def test_a_small_constant_error(regime, expected, twin):
    means = run(Biased(GaussianMLE(), 0.1), regime).trace(metrics.mean)
    assert np.all(errors(means[1:], expected[1:]) < LIMIT)
    assert errors(means[-1], twin[-1]) > LIMIT


def test_accumulating_does_not_stop_it_and_a_pull_does():
    def late(regime):
        return run(Biased(GaussianMLE(), 1.0), regime, n=10**6, generations=200, replicates=20)

    grown = late(Accumulate()).trace(metrics.mean)
    np.testing.assert_allclose(grown[200] - grown[100], np.log(2), atol=0.02)
    pulled = late(Refresh(0.25)).trace(metrics.mean)
    np.testing.assert_allclose(pulled[[100, 200]], 4, atol=0.02)


def test_each_lineage_may_have_its_own_error():
    shifts = np.array([0.0, 1, -2])
    means = run(Biased(GaussianMLE(), shifts), n=10**9, generations=3, replicates=3)[-1].mean
    np.testing.assert_allclose(means, 3 * shifts, atol=1e-3)


def test_an_error_in_log_odds():
    model = run(
        Biased(CategoricalMLE(), 0.5), truth=Categorical([0.2, 0.8]), n=10**9, generations=4
    )[-1]
    np.testing.assert_allclose(np.log(model.p[:, 0] / model.p[:, 1]), np.log(0.25) + 2, atol=1e-3)


# --- correlated ------------------------------------------------------------------------------

MODELS, RHO, ERROR = 4, 0.3, 0.5


def crowd(architectures=1, rho=RHO, error=ERROR, temperature=1.0, learner=None, **options):
    shared = quirks(MODELS, architectures, replicates=4_000, rng=2)
    learner = Biased(learner or GaussianMLE(), error * np.sqrt(rho) * shared)
    learner = Noisy(learner, error * np.sqrt(1 - rho))
    regime = Crowd(Tempered(Replace(), Temperature(temperature)), MODELS)
    return run(learner, regime, n=10**9, **options)


def test_correlated_errors_add():
    squares = crowd().trace(metrics.mean).mean(axis=1) ** 2
    curve = theory.correlated_error_mean_square
    assert np.all(errors(squares[1:], curve(T[1:], MODELS, RHO, ERROR)) < LIMIT)
    for twin in (curve(10, MODELS, 0, ERROR), curve(10, 1, RHO, ERROR) * 1.2):
        assert errors(squares[-1], twin) > LIMIT


@pytest.mark.parametrize("architectures", [1, 2, 4])
def test_other_architectures_help_and_copies_do_not(architectures):
    squares = crowd(architectures).trace(metrics.mean).mean(axis=1) ** 2
    expected = ERROR**2 * (RHO * T**2 / architectures + (1 - RHO) * T / MODELS)
    assert np.all(errors(squares[1:], expected[1:]) < LIMIT)
    if architectures > 1:
        assert (
            errors(squares[-1], theory.correlated_error_mean_square(10, MODELS, RHO, ERROR)) > LIMIT
        )


def test_through_temperature_correlated_errors_amplify():
    """The log-odds are divided by T between fits, so that early errors outgrow late ones."""
    temperature, error, generations = 0.8, 0.01, 8
    lineage = crowd(
        error=error,
        temperature=temperature,
        learner=CategoricalMLE(),
        truth=Categorical([0.5, 0.5]),
        generations=generations,
    )
    odds = np.stack([np.log(m.p[..., 0] / m.p[..., 1]).mean(axis=0) for m in lineage.models[1:]])
    powers = temperature ** -np.arange(generations)
    together, apart = np.cumsum(powers) ** 2, np.cumsum(powers**2)
    expected = error**2 * (RHO * together + (1 - RHO) * apart / MODELS)
    assert np.all(errors(odds**2, expected) < LIMIT)
    adding = theory.correlated_error_mean_square(generations, MODELS, RHO, error)
    assert expected[-1] > 5 * adding
    assert errors(odds[-1] ** 2, adding) > LIMIT


def test_noise_of_a_draw_does_not_average_out_over_its_points():
    means = run(Noisy(GaussianMLE(), 0.3), n=10**9, generations=4).trace(metrics.mean)
    t = np.arange(1, 5)
    assert np.all(errors(means[1:] ** 2, 0.09 * t) < LIMIT)
    assert errors(means[-1] ** 2, 0.09) > LIMIT
    silent = run(Noisy(GaussianMLE(), 0), replicates=5).trace(metrics.mean)
    np.testing.assert_allclose(
        silent, run(GaussianMLE(), replicates=5).trace(metrics.mean), rtol=1e-9
    )  # to rounding


def test_quirks():
    drawn = quirks(6, 3, replicates=4_000, rng=1)
    np.testing.assert_array_equal(drawn[:3], drawn[3:])
    assert len({tuple(row) for row in drawn}) == 3
    assert np.all(errors(drawn**2, 1) < LIMIT)
    np.testing.assert_array_equal(drawn, quirks(6, 3, replicates=4_000, rng=1))


# --- preferred -------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", [lambda learner: learner, Sampled], ids=["exact", "sampled"])
def test_a_prior_shows_along_its_own_chain(wrap):
    """One generation moves by s/(n+s) of the way; the chain goes all of it."""
    learner = wrap(Preferring(GaussianMLE(), [2.0, 4.0], strength=2.0))
    means = run(learner, truth=Normal(1.0)).trace(metrics.mean)
    expected = 3 + (1 - 3) * (20 / 22) ** T
    assert np.all(errors(means[1:], expected[1:]) < LIMIT)
    assert errors(means[-1], 1) > LIMIT
    # in one generation the habit is no larger than the sampling error of one fit
    assert expected[1] - 1 < means[1].std(ddof=1)
    words = wrap(Preferring(CategoricalMLE(), [2, 2, 1], strength=2.0))
    p = run(words, truth=Categorical([0.6, 0.3, 0.1]))[-1].p
    wanted = np.array([0, 1 / 3, 2 / 3])
    far = wanted + (np.array([0.6, 0.3, 0.1]) - wanted) * (20 / 22) ** 10
    assert np.all(errors(p.T, far) < LIMIT)


def test_a_prior_of_counts():
    rates = run(Preferring(PoissonMLE(), [3, 5], strength=2.0), truth=Poisson(1)).trace(
        metrics.mean
    )
    assert np.all(errors(rates[1:], (4 + (1 - 4) * (20 / 22) ** T)[1:]) < LIMIT)
    assert errors(rates[-1], 1) > LIMIT


def test_a_prior_and_points_that_are_picked():
    learner = Sampled(Preferring(GaussianMLE(), [3.0], strength=1.0))
    assert run(learner, Subsample(), replicates=3)[-1].batch == (3,)


def test_an_unlabelled_learner():
    candidates = [Biased(GaussianMLE(), 0.02), Preferring(GaussianMLE(), [5.0], 1.0), GaussianMLE()]
    found = {type(Unlabelled(candidates, rng=seed).reveal()) for seed in range(40)}
    assert found == {Biased, Preferring, GaussianMLE}
    mystery = Unlabelled(candidates, rng=3)
    assert repr(mystery) == "Unlabelled(3 candidates)"
    assert mystery.reveal() is Unlabelled(candidates, rng=3).reveal()
    np.testing.assert_array_equal(
        run(mystery, replicates=3).trace(metrics.mean),
        run(mystery.reveal(), replicates=3).trace(metrics.mean),
    )
    assert repr(run(mystery, replicates=3).learner) == "Unlabelled(3 candidates)"


# --- every one of them -----------------------------------------------------------------------


@pytest.mark.parametrize("regime", [Replace(), Accumulate(), Refresh(0.2), Crowd(Replace(), 2)])
@pytest.mark.parametrize(
    ("truth", "learner"),
    [
        (Normal(1, 2), Biased(GaussianMLE(), 0.1)),
        (Normal(1, 2), Noisy(GaussianMLE(), 0.1)),
        (Normal(1, 2), Preferring(GaussianMLE(), [0.0], 0.1)),
        (Zipf(6), Biased(CategoricalMLE(), 0.1)),
        (Zipf(6), Noisy(CategoricalMLE(), 0.1)),
        (Zipf(6), Preferring(CategoricalMLE(), [0], 0.1)),
    ],
)
def test_the_loop_keeps_its_promises(regime, truth, learner):
    metric = metrics.mean if truth.kind == "numbers" else metrics.entropy
    short = run(learner, regime, truth, generations=5, replicates=3).trace(metric)
    assert short.shape == (6, *regime.batch, 3)
    longer = run(learner, regime, truth, generations=40, replicates=3).trace(metric)
    np.testing.assert_array_equal(longer[:6], short)
    assert not np.array_equal(
        short[1:],
        run(learner.learner, regime, truth, generations=5, replicates=3).trace(metric)[1:],
    )


# --- what they refuse ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Biased(GaussianMLE(), np.nan), "shift must be a finite number, not nan"),
        (lambda: Noisy(GaussianMLE(), -1), "sd must be a number of at least 0, not -1.0"),
        (lambda: Noisy(GaussianMLE(), [1, 2]), r"sd must be one number, not \[1, 2\]"),
        (lambda: quirks(0), "models must be a whole number of at least 1, not 0"),
        (lambda: quirks(3, 0), "architectures must be a whole number of at least 1, not 0"),
        (lambda: quirks(3, 4), "architectures must be at most models = 3, not 4"),
        (lambda: quirks(3, replicates=0), "replicates must be a whole number of at least 1, not 0"),
        (
            lambda: Preferring(GaussianMLE(), []),
            r"preferred must hold at least one number, not \[\]",
        ),
        (
            lambda: Preferring(GaussianMLE(), [[1.0]]),
            r"preferred must be one row of points, not of shape \(1, 1\)",
        ),
        (lambda: Preferring(GaussianMLE(), [1], -1), "strength must be a number of at least 0, no"),
        (lambda: Preferring(CategoricalMLE(), [1.5]), "preferred must hold whole numbers of at le"),
        (lambda: Preferring(PoissonMLE(), [-9.0]), "preferred must hold whole numbers of at least"),
        (lambda: Preferring(PoissonMLE(), [0.5]), "preferred must hold whole numbers of at least"),
        (lambda: Unlabelled([3, 4]), r"candidates must be at least two learners .*, not \[3, 4\]"),
        (lambda: Unlabelled(GaussianMLE()), "candidates must be .*, not GaussianMLE"),
        (lambda: Unlabelled([GaussianMLE()]), "candidates must be at least two learners for the"),
        (lambda: Unlabelled([GaussianMLE(), CategoricalMLE()]), "for the same kind of data, not"),
    ],
)
def test_bad_numbers_get_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_what_does_not_go_together_gets_a_sentence():
    with pytest.raises(TypeError, match=r"learner must be a learner such as GaussianMLE\(\), not"):
        Biased(Normal(), 0.1)
    with pytest.raises(TypeError, match=r"learner must fit .* LeastSquares fits labelled"):
        Preferring(LeastSquares(noise=1.0), [1.0])
    with pytest.raises(TypeError, match=r"learner must keep a statistic, .* KDE keeps the sample"):
        Preferring(KDE(), [1.0])
    with pytest.raises(TypeError, match="a shift moves normal models, mixtures of them or categor"):
        run(Noisy(GaussianMLE(), 0.1), truth=StudentT(5), replicates=2)
