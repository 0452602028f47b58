"""Errors of the hardware."""

import numpy as np
import pytest

from collapse_lib import (
    KDE,
    Categorical,
    CategoricalMLE,
    Empirical,
    GaussianMLE,
    Gridded,
    HistogramMLE,
    Normal,
    PoissonMLE,
    Rounded,
    Sampled,
    Subsample,
    Zipf,
    metrics,
    simulate,
    theory,
)
from collapse_lib.learners.rounded import rounded
from collapse_lib.suffstats import Sample
from learners.laws import errors_from, final, same_law

X = np.random.default_rng(0).standard_normal((100, 50)) * np.exp(np.linspace(-300, 300, 50))


def test_nearest_at_23_bits_is_float32():
    x = np.random.default_rng(0).standard_normal(10_000)
    np.testing.assert_array_equal(rounded(x, 23, "nearest"), x.astype(np.float32))
    np.testing.assert_array_equal(rounded(x, 10, "nearest"), x.astype(np.float16))


@pytest.mark.parametrize("mode", ["nearest", "truncate", "stochastic"])
@pytest.mark.parametrize("bits", [1, 7, 23])
def test_what_is_stored_fits_the_bits(bits, mode):
    kept = rounded(X, bits, mode)
    mantissa = np.frexp(kept)[0] * 2.0 ** (bits + 1)
    np.testing.assert_array_equal(mantissa, np.rint(mantissa))
    np.testing.assert_array_equal(rounded(kept, bits, mode), kept)  # stored once, stored for ever
    step = 2.0 ** (np.frexp(X)[1] - bits - 1)
    assert np.all(np.abs(kept - X) <= step * (0.5 if mode == "nearest" else 1))
    if mode == "truncate":
        assert np.all(np.abs(kept) <= np.abs(X))


def test_all_bits_change_nothing():
    for mode in ("nearest", "truncate", "stochastic"):
        np.testing.assert_array_equal(rounded(X, 52, mode), X)
        np.testing.assert_array_equal(rounded(np.zeros(3), 7, mode), 0)


def test_stochastic_rounding_keeps_the_expectation():
    x = np.full(200_000, 1.003)  # between 1 and 1 + 2^-7: the place decides
    kept = rounded(x, 7, "stochastic")
    assert set(kept) == {1.0, 1 + 2**-7}
    assert errors_from(kept, 1.003) < 4.5
    assert errors_from(rounded(-x, 7, "stochastic"), -1.003) < 4.5
    assert np.all(rounded(x, 7, "nearest") == 1.0)  # the twin that loses it
    neighbours = np.corrcoef(kept[1:], kept[:-1])[0, 1]
    assert abs(neighbours) < 4.5 / np.sqrt(x.size)


def log_sd(mode, bits=7, generations=512, replicates=400):
    return np.log(
        simulate(
            Normal(),
            Rounded(GaussianMLE(1), bits, mode),
            n=10**6,
            generations=generations,
            replicates=replicates,
            rng=1,
        )[-1].sd
    )


def test_truncation_drifts_however_many_points():
    drift = log_sd("truncate") / 512
    # the formula averages over a factor of 2 in sd, which these generations do not end on
    assert abs(drift.mean() / theory.truncation_log_sd_drift(7) - 1) < 0.05
    assert errors_from(drift, 0) > 100


def test_rounding_to_nearest_freezes_and_stochastic_rounding_does_not():
    steps = np.sqrt(512 / (2 * 10**6))  # the spread of ln s by sampling alone
    assert 10**6 > theory.rounding_freeze_size(7, 100)
    assert log_sd("nearest").std() < steps / 2
    stochastic = log_sd("stochastic")
    assert stochastic.std() > steps
    assert errors_from(stochastic, 0) < 4.5


def test_many_bits_obey_the_law_of_the_wrapped_learner():
    functionals = (lambda model: model.mean, lambda model: model.variance)
    plain = final(Normal(3, 2), GaussianMLE(), functionals, seed=2)
    fine = final(Normal(3, 2), Rounded(GaussianMLE(), 23), functionals, seed=2)
    np.testing.assert_allclose(fine, plain, rtol=1e-5)
    assert same_law(fine, final(Normal(3, 2), Sampled(GaussianMLE()), functionals, seed=3))
    cut = final(Normal(3, 2), Rounded(GaussianMLE(), 1, "truncate"), functionals, seed=2)
    assert not same_law(plain, cut)


def test_rounded_probabilities_still_sum_to_one():
    model = simulate(
        Zipf(7), Rounded(CategoricalMLE(), 2), n=50, generations=3, replicates=20, rng=4
    )[-1]
    np.testing.assert_allclose(model.p.sum(axis=-1), 1)


# --- data on a grid --------------------------------------------------------------------------


def test_a_grid_adds_its_twelfth():
    trace = simulate(
        Normal(), Gridded(GaussianMLE(), 0.5), n=100, generations=20, replicates=4000, rng=5
    ).trace(metrics.variance)
    for t in (1, 20):
        assert errors_from(trace[t], theory.rounded_variance_mean(t, 100, 0.5)) < 4.5
    assert errors_from(trace[20], theory.replace_variance_mean(20, 100)) > 4.5


def test_rounding_down_drags_the_mean():
    trace = simulate(
        Normal(),
        Gridded(GaussianMLE(), 0.5, "floor"),
        n=100,
        generations=10,
        replicates=4000,
        rng=6,
    ).trace(metrics.mean)
    assert errors_from(trace[10], theory.floor_mean_drift(10, 0.5)) < 4.5


def test_on_a_coarse_grid_a_chain_dies_in_finite_time():
    learner = Gridded(GaussianMLE(), 1.0)
    trace = simulate(Normal(), learner, n=3, generations=60, replicates=2000, rng=7).trace(
        metrics.variance
    )
    died = np.argmax(trace == 0, axis=0)
    assert 4 <= np.median(died) <= 6  # a median of 5 generations at n = 3
    assert np.all(trace[-1][trace[30] == 0] == 0)
    exact = simulate(Normal(), GaussianMLE(), n=3, generations=60, replicates=2000, rng=7)
    assert np.all(exact.trace(metrics.variance) > 0)


def test_the_picked_points_lie_on_the_grid_too():
    gridded = Gridded(GaussianMLE(), 0.5)
    x = np.random.default_rng(8).standard_normal((30, 4))
    direct, kept = gridded.fit(gridded.reduce(x)), gridded.fit(Sample.of(x))
    np.testing.assert_allclose(direct.sd, kept.sd)
    lineage = simulate(
        Normal(), Sampled(gridded), Subsample(), n=10, generations=2, replicates=3, rng=9
    )
    assert lineage[-1].sd.shape == (3,)


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: Rounded(GaussianMLE(), 0), ValueError, "bits must be a whole number of at least"),
        (lambda: Rounded(GaussianMLE(), 53), ValueError, "bits must be at most 52, those of a fl"),
        (
            lambda: Rounded(GaussianMLE(), 7, "up"),
            ValueError,
            "mode must be 'nearest', 'truncate' or 'stochastic', not 'up'",
        ),
        (
            lambda: Rounded(Normal(), 7),
            TypeError,
            r"learner must be a learner such as GaussianMLE\(\), not Normal",
        ),
        (lambda: Gridded(GaussianMLE(), 0), ValueError, "step must be a number above 0, not 0.0"),
        (
            lambda: Gridded(GaussianMLE(), 1, "up"),
            ValueError,
            "mode must be 'nearest' or 'floor', not 'up'",
        ),
        (
            lambda: Gridded(PoissonMLE(), 1),
            TypeError,
            "learner must fit numbers or vectors, .*; PoissonMLE fits counts",
        ),
        (
            lambda: Empirical([1, 2]).altered(np.abs),
            TypeError,
            "Empirical has no parameters that could be altered",
        ),
    ],
)
def test_refusals(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()


def test_every_model_can_be_rounded():
    for truth, learner in (
        (Categorical([0.5, 0.5]), CategoricalMLE()),
        (Normal(), KDE(0.3)),
        (Normal(), HistogramMLE([-1, 0, 1])),
    ):
        model = simulate(truth, Rounded(learner, 3), n=10, generations=2, replicates=2, rng=10)[-1]
        assert model.batch == (2,)
