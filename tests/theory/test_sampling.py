"""Biased sampling: temperature, truncation, filters, shifts, greedy loops."""

import numpy as np
import pytest
from scipy.stats import truncnorm

from collapse_lib import theory

from .replicates import agree, from_mean

N, REPLICATES = 10, 20_000
T = np.arange(1, 7)
ZIPF = 1 / np.arange(1, 1_001)
ZIPF /= ZIPF.sum()


def variances(noise, ddof=0):
    """Variances fitted to points m + s · noise(), real data first."""
    rng = np.random.default_rng(1)
    points, trace = rng.normal(size=(N, REPLICATES)), []
    for _ in T:
        mean, variance = points.mean(axis=0), points.var(axis=0, ddof=ddof)
        trace.append(variance)
        points = mean + np.sqrt(variance) * noise(rng)
    return np.array(trace)


@pytest.mark.parametrize("ddof", [0, 1])
def test_tempered_variance(ddof):
    samples = variances(lambda rng: np.sqrt(0.8) * rng.normal(size=(N, REPLICATES)), ddof)
    assert agree(from_mean(samples, theory.tempered_variance_mean(T, N, 0.8, ddof)))
    assert not agree(from_mean(samples, theory.tempered_variance_mean(T, N, 0.8, 1 - ddof)))
    assert not agree(from_mean(samples, theory.tempered_variance_mean(T + 1, N, 0.8, ddof)))


def test_no_bias_is_replace():
    t = np.arange(20)
    for curve in (theory.tempered_variance_mean(t, N, 1), theory.typical_variance_mean(t, N, 40)):
        np.testing.assert_allclose(curve, theory.replace_variance_mean(t, N), rtol=1e-12)


def test_tempered_half_life():
    assert theory.tempered_half_life(0.9) == pytest.approx(6.579, abs=5e-4)
    assert 0.9 ** theory.tempered_half_life(0.9) == pytest.approx(0.5)


@pytest.mark.parametrize("cutoff", [1.0, 2.0])
def test_filter_on_typicality(cutoff):
    def kept(rng):
        return truncnorm.rvs(-cutoff, cutoff, size=(N, REPLICATES), random_state=rng)

    samples = variances(kept)
    assert agree(from_mean(samples, theory.typical_variance_mean(T, N, cutoff)))
    assert not agree(from_mean(samples, theory.typical_variance_mean(T, N, cutoff * 1.1)))
    expected = truncnorm.var(-cutoff, cutoff)
    assert theory.typical_variance_factor(cutoff) == pytest.approx(expected, rel=1e-9)


def test_shifts_of_the_mean():
    rng = np.random.default_rng(2)
    step = 0.3
    replaced = rng.normal(size=(N, REPLICATES)).mean(axis=0)
    pooled = replaced.copy()
    traces = [], []
    for t in T:
        traces[0].append(replaced)
        traces[1].append(pooled)
        replaced = replaced + step + rng.normal(size=REPLICATES) / np.sqrt(N)
        batch = pooled + step + rng.normal(size=REPLICATES) / np.sqrt(N)
        pooled = (t * pooled + batch) / (t + 1)
    curves = theory.replace_bias_mean(T, step), theory.accumulate_bias_mean(T, step)
    for samples, curve, other in zip(traces, curves, curves[::-1], strict=True):
        assert agree(from_mean(samples, curve))
        assert not agree(from_mean(samples, other))
    assert theory.accumulate_bias_mean(100, 1) == pytest.approx(4.187, abs=5e-4)
    assert theory.replace_bias_mean(0, 1) == 0
    assert theory.accumulate_bias_mean(0, 1) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("real", [0.01, 0.25, 1.0])
def test_a_pull_bounds_a_shift(real):
    step = 0.3
    mean, t = np.array([0.0]), np.arange(1, 8)
    for _ in t[1:]:
        mean = np.append(mean, (1 - real) * (mean[-1] + step))
    np.testing.assert_allclose(theory.refresh_bias_mean(t, real, step), mean, atol=1e-15)
    end = theory.refresh_bias_limit(real, step)
    assert theory.refresh_bias_mean(10_000, real, step) == pytest.approx(end)
    assert (1 - real) * (end + step) == pytest.approx(end)
    # a learner's own shift comes after the fit, so that it is always a step ahead
    assert end + step == pytest.approx(step / real)
    ahead = step * (1 - (1 - real) ** t) / real
    np.testing.assert_allclose(theory.refresh_bias_mean(t, real, step) + step, ahead)


def test_no_pull_is_replace():
    t = np.arange(9)
    curve = theory.refresh_bias_mean(t, [[0.0], [1e-12]], 0.3)
    np.testing.assert_allclose(curve, np.tile(theory.replace_bias_mean(t, 0.3), (2, 1)), rtol=1e-9)


@pytest.mark.parametrize("temperature", [0.9, 1.1])
def test_temperature_step_by_step(temperature):
    p = ZIPF
    for t in range(1, 8):
        np.testing.assert_allclose(theory.temperature_probabilities(t, ZIPF, temperature), p)
        entropy = -np.sum(p * np.log(p))
        assert theory.temperature_entropy(t, ZIPF, temperature) == pytest.approx(entropy)
        p = p ** (1 / temperature)
        p /= p.sum()


def test_temperature_entropies_are_the_published_ones():
    times = np.array([0, 1, 5, 10, 20])
    bits = theory.temperature_entropy(times + 1, ZIPF, 0.9) / np.log(2)
    np.testing.assert_allclose(bits, [7.49, 6.73, 3.31, 1.08, 0.03], atol=0.006)


def test_temperature_shapes_and_lost_categories():
    p = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])
    curve = theory.temperature_probabilities(np.arange(4)[:, None], p, [0.5, 1.0, 2.0, 3.0])
    assert curve.shape == (4, 4, 2, 3)
    np.testing.assert_allclose(curve.sum(axis=-1), 1)
    assert np.all(curve[:, :, 0, 2] == 0)


def nucleus(p, mass):
    """The textbook's nucleus: sort, add up, stop once the mass is reached, normalise."""
    order = np.argsort(-p)
    kept = order[: np.searchsorted(np.cumsum(p[order]), mass) + 1]
    cut = np.zeros_like(p)
    cut[kept] = p[kept]
    return cut / cut.sum()


def test_top_p():
    p, left, mass = ZIPF, [], []
    for _ in range(31):
        left.append(np.count_nonzero(p))
        mass.append(ZIPF[p > 0].sum())
        p = nucleus(p, 0.95)
    t = np.arange(1, 32)
    np.testing.assert_array_equal(theory.top_p_survivors(t, ZIPF, 0.95), left)
    np.testing.assert_allclose(theory.top_p_mass(t, ZIPF, 0.95), mass)
    at = [1 + time for time in (1, 2, 5, 10, 20, 30)]
    shuffled = np.random.default_rng(3).permutation(ZIPF)
    survivors = theory.top_p_survivors(at, shuffled, 0.95)
    np.testing.assert_array_equal(survivors, [688, 482, 185, 51, 10, 7])
    np.testing.assert_array_equal(theory.top_p_survivors(t, [0.6, 0.3, 0.1], 1), 3)
    np.testing.assert_array_equal(theory.top_p_survivors([0, 1, 9], [0.6, 0.4], 0.5), [2, 2, 1])


def test_greedy_loops():
    rng = np.random.default_rng(4)
    states = 50
    path = rng.integers(states, size=(REPLICATES, states + 1))
    first = np.full((REPLICATES, states), -1)
    steps, cycle = np.zeros(REPLICATES), np.zeros(REPLICATES)
    rows = np.arange(REPLICATES)
    for k in range(states + 1):
        seen = first[rows, path[:, k]]
        back = (seen >= 0) & (steps == 0)
        steps[back], cycle[back] = k, k - seen[back]
        first[rows, path[:, k]] = np.where(seen >= 0, seen, k)
    assert agree(from_mean(steps, theory.greedy_steps_mean(states)))
    assert agree(from_mean(cycle, theory.greedy_cycle_mean(states)))
    assert not agree(from_mean(steps, np.sqrt(np.pi * states / 2)))
    large = 10**6
    leading = np.sqrt(np.pi * large / 2) - 1 / 3
    assert theory.greedy_steps_mean(large) == pytest.approx(leading, rel=1e-6)


@pytest.mark.parametrize("real", [0.0, 0.2, 1.0])
def test_curation_step_by_step(real):
    reward = np.random.default_rng(4).normal(size=ZIPF.size)
    p = ZIPF
    for t in range(1, 8):
        np.testing.assert_allclose(theory.curated_probabilities(t, ZIPF, reward, real), p)
        assert theory.curated_reward_mean(t, ZIPF, reward, real) == pytest.approx(p @ reward)
        entropy = -np.sum(p * np.log(p))
        assert theory.curated_entropy(t, ZIPF, reward, real) == pytest.approx(entropy)
        liked = p * np.exp(reward)
        p = real * ZIPF + (1 - real) * liked / liked.sum()


def test_what_curation_does_in_the_end():
    reward = np.random.default_rng(4).normal(size=64)
    flat = np.full(64, 1 / 64)
    t = np.arange(1, 32)
    np.testing.assert_allclose(
        theory.curated_probabilities(t, flat, 0.2 * reward),
        theory.curated_probabilities(1 + (t - 1) / 2 * 2, flat, 0.2 * reward),
    )
    means = theory.curated_reward_mean(t, flat, 0.2 * reward)
    entropies = theory.curated_entropy(t, flat, 0.2 * reward)
    assert np.all(np.diff(means) > 0) and np.all(np.diff(entropies) < 0)
    assert theory.curated_probabilities(10_000, flat, reward).max() == pytest.approx(1)
    # small steps: the mean reward rises by its own variance
    p = theory.curated_probabilities(5, ZIPF, 1e-4 * np.resize(reward, 1_000))
    small = 1e-4 * np.resize(reward, 1_000)
    rise = np.diff(theory.curated_reward_mean([5, 6], ZIPF, small))[0]
    assert rise == pytest.approx(p @ small**2 - (p @ small) ** 2, rel=1e-3)
    # at rest with real data: what is kept and what is new balance
    rest = theory.curated_probabilities(10_000, flat, reward, 0.1)
    liked = rest * np.exp(reward)
    np.testing.assert_allclose(0.1 * flat + 0.9 * liked / liked.sum(), rest, rtol=1e-9)


def test_curation_shapes():
    p = theory.curated_probabilities([[1], [2]], ZIPF, ZIPF, [0.0, 0.1, 0.2])
    assert p.shape == (2, 3, ZIPF.size)
    assert theory.curated_entropy(3, [[0.5, 0.5], [0.1, 0.9]], [0.0, 1.0]).shape == (2,)
