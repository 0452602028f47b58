"""With luck alone the number of real points counts; with a loss in every generation, the share."""

import numpy as np
import pytest
from scipy.special import digamma, polygamma

from collapse_lib import GaussianMLE, Normal, Refresh, metrics, simulate, theory
from collapse_lib.gallery import share_or_count

LIMIT = 4.5  # standard errors


def test_it_shows_the_simulation():
    """The worlds are runs with the same dice, not a formula; the control has nothing real."""
    result = share_or_count(real_points=20, few=30, many=480, seed=3)
    n = np.array([50, 500, 500])
    lineage = simulate(
        Normal(),
        GaussianMLE(),
        Refresh(np.array([20, 20, 0]) / n),
        n=n,
        generations=200,
        replicates=200,
        rng=3,
    )
    for row in range(3):
        variance = lineage.trace(metrics.variance)[:, row]
        np.testing.assert_allclose(result.median[row], np.median(variance, axis=1))
        np.testing.assert_allclose(result.band[row], np.quantile(variance, [0.1, 0.9], axis=1))
        spread = variance[200].std(ddof=1) / 200**0.5
        assert abs(variance[200].mean() - result.theory[row, 200]) < LIMIT * spread
        other = theory.refresh_variance_limit(n[row], 2)
        assert abs(variance[200].mean() - other) > LIMIT * spread


@pytest.mark.parametrize("loss", [0.0, 0.02])
def test_the_limits_are_those_of_the_worlds(loss):
    result = share_or_count(real_points=500, loss=loss, few=500, many=50_000)
    for row, made in enumerate((500, 50_000)):
        limit = theory.refresh_variance_limit(500 + made, 500, bias=1 - loss)
        assert result.theory[row, 200] == pytest.approx(limit, rel=0.01)
    assert np.array_equal(result.limits, result.limits_luck) is (loss == 0)


def test_luck_spares_the_crowded_world_and_a_loss_does_not():
    luck, biased = share_or_count(), share_or_count(loss=0.05)
    assert luck.case == "luck" and biased.case == "biased"
    assert luck.small[200] > 0.82 and luck.crowded[200] > 0.82
    assert biased.small[200] > 0.78 and biased.crowded[200] == pytest.approx(0.5, abs=0.05)


def test_what_the_real_points_hold_falls_without_them():
    """The control: a horizon at which the crowd would fall by luck, as its theory says."""
    for seed in range(4):
        result = share_or_count(seed=seed)
        assert result.without[200] < 0.25 < 0.8 < result.crowded[200]
    typical = np.exp(200 * (digamma(209 / 2) - np.log(210 / 2)))
    pooled = [share_or_count(seed=seed).without[200] for seed in range(4)]
    spread = 1.25 * np.sqrt(200 * polygamma(1, 209 / 2) / 800)  # of the log of a median of 800
    assert abs(np.log(np.median(pooled) / typical)) < LIMIT * spread
    # as it stood: at 50,000 points nothing has fallen yet, and the picture says nothing
    early = share_or_count(real_points=500, few=500, many=50_000)
    assert abs(early.without[200] - early.crowded[200]) < 0.02


def test_the_sentence_says_which_error_there_is():
    assert "luck as the only error" in share_or_count.sentence()
    assert "a little too narrowly. Typical" in share_or_count.sentence(loss=0.05)
