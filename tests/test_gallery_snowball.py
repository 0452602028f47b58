"""One chain, many sample sizes: on the clock of generations ÷ n they fall together."""

import numpy as np
import pytest

from collapse_lib import GaussianMLE, Normal, metrics, simulate, theory
from collapse_lib.figures import resolve
from collapse_lib.gallery import snowball
from collapse_lib.gallery.snowball import HORIZON, SIZES

LIMIT = 4.5
REPLICATES = 200
T = np.arange(HORIZON + 1)
# standard error of the median of 200 nearly normal log-variances, in their own deviations
OF_MEDIAN = np.sqrt(np.pi / 2 / REPLICATES)


def off(median, t, n, ddof, other=None):
    """How many standard errors a simulated median is off theory."""
    expected = np.log(theory.replace_variance_median(t, n, ddof if other is None else other))
    return (np.log(median[t]) - expected) / (
        OF_MEDIAN * np.sqrt(t * theory.replace_log_diffusion(n))
    )


@pytest.mark.parametrize("ddof", [0, 1])
def test_the_curves_are_those_of_the_simulation_and_of_theory(ddof):
    result = snowball(n=50, ddof=ddof)
    run = simulate(
        Normal(), GaussianMLE(ddof), n=50, generations=HORIZON, replicates=REPLICATES, rng=0
    )
    np.testing.assert_allclose(
        result.mine, np.median(run.trace(metrics.variance), axis=1), rtol=1e-12
    )
    for n, median in zip((*SIZES, 50), (*result.sizes, result.mine), strict=True):
        for t in (n // 2, min(2 * n, HORIZON), HORIZON):
            assert abs(off(median, t, n, ddof)) < LIMIT
        assert abs(off(median, HORIZON, n, ddof, other=1 - ddof)) > LIMIT
    np.testing.assert_array_equal(result.smallest, result.sizes[0])
    np.testing.assert_array_equal(result.largest, result.sizes[-1])


@pytest.mark.parametrize(("ddof", "rate"), [(0, 2), (1, 1)])
def test_on_the_second_clock_they_fall_on_one(ddof, rate):
    """At t = n the typical variance is near exp(-rate), whatever n from 100 on."""
    result = snowball(ddof=ddof)
    assert result.slope == pytest.approx(-rate / np.log(10))
    for n, median in zip(SIZES, result.sizes, strict=True):
        spread = OF_MEDIAN * np.sqrt(2)  # of the log-variance at t = n
        bias = 0.12 if n < 100 else 0.02  # small n are a little faster than the limit
        assert abs(np.log(median[n]) + rate) < LIMIT * spread + bias
    on_first = [median[100] for median in result.sizes]
    assert max(on_first) > 1e3 * min(on_first)  # against the generations they do not


def test_the_second_view_is_the_first_on_another_clock():
    result = snowball(n=20)
    by_generation, by_turnover = resolve([*snowball.draw(result, n=20).values()], 100)
    pairs = zip((*SIZES, 20), by_generation["data"], by_turnover["data"], strict=False)
    for n, first, second in pairs:
        assert first["name"] == second["name"]
        np.testing.assert_allclose(second["x"], first["x"] / n)
        np.testing.assert_array_equal(second["y"], first["y"])
    limit = by_turnover["data"][-1]
    np.testing.assert_allclose(10 ** limit["y"], np.exp(-2 * limit["x"]))


def test_the_sentence_shows_when_half_is_gone_and_does_not_say_it():
    half = 330
    assert theory.half_life(1_000) == pytest.approx(half, rel=0.15)  # the tolerance of the check
    said = snowball.sentence(generations=half)
    assert said.endswith("with 1,000 points, 0.5.") and "times n" not in said


def test_a_bad_size_gets_a_sentence():
    with pytest.raises(ValueError, match="n must be a whole number of at least 2, not 1"):
        snowball(n=1)
