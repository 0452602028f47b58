"""Categories refitted to their own draws."""

import numpy as np
import pytest
from scipy.special import zeta
from scipy.stats import binom

from collapse_lib import theory

from .replicates import LIMIT, agree, from_mean

N, K, GENERATIONS, REPLICATES = 40, 60, 12, 10_000
T = np.arange(1, GENERATIONS + 1)
ZIPF = 1 / np.arange(1, K + 1)
ZIPF /= ZIPF.sum()


def frequencies(n_real=0):
    """Fitted frequencies of generations 1…, shape (generations, replicates, K)."""
    rng = np.random.default_rng(1)
    counts, trace = rng.multinomial(N, ZIPF, size=REPLICATES), []
    for _ in T:
        trace.append(counts / N)
        real = rng.multinomial(n_real, ZIPF, size=REPLICATES)
        counts = real + rng.multinomial(N - n_real, trace[-1])
    return np.array(trace)


DRIFT = frequencies()


def heterozygosity(p):
    return 1 - np.sum(p**2, axis=-1)


def test_heterozygosity():
    curve = theory.replace_heterozygosity_mean(T, N, heterozygosity(ZIPF))
    assert agree(from_mean(heterozygosity(DRIFT), curve))
    late = theory.replace_heterozygosity_mean(T - 1, N, heterozygosity(ZIPF))
    assert not agree(from_mean(heterozygosity(DRIFT), late))


@pytest.mark.parametrize("n_real", [1, 10, N])
def test_heterozygosity_with_fresh_data(n_real):
    samples = heterozygosity(frequencies(n_real))
    start = heterozygosity(ZIPF)
    assert agree(from_mean(samples, theory.refresh_heterozygosity_mean(T, N, n_real, start)))
    assert not agree(from_mean(samples, theory.replace_heterozygosity_mean(T, N, start)))
    wrong = theory.refresh_heterozygosity_mean(T, N, n_real // 2, start)
    assert not agree(from_mean(samples, wrong))


def test_no_fresh_data_is_replace():
    t = np.arange(50)
    curve = theory.refresh_heterozygosity_mean(t, N, 0, 0.7)
    np.testing.assert_allclose(curve, theory.replace_heterozygosity_mean(t, N, 0.7), rtol=1e-12)


def blended(real):
    """Fitted frequencies where each draw is real with a probability."""
    rng = np.random.default_rng(3)
    p, trace = np.tile(ZIPF, (REPLICATES, 1)), []
    for _ in T:
        p = rng.multinomial(N, real * ZIPF + (1 - real) * p) / N
        trace.append(p)
    return np.array(trace)


@pytest.mark.parametrize("real", [0.05, 0.5])
def test_heterozygosity_with_draws_of_unknown_origin(real):
    samples = heterozygosity(blended(real))
    start = heterozygosity(ZIPF)
    assert agree(from_mean(samples, theory.blend_heterozygosity_mean(T, N, real, start)))
    assert not agree(from_mean(samples, theory.blend_heterozygosity_mean(T, N, real / 2, start)))
    assert not agree(from_mean(samples, theory.replace_heterozygosity_mean(T, N, start)))


@pytest.mark.parametrize("n_real", [1, 10, N])
def test_heterozygosity_in_the_end(n_real):
    start, a = heterozygosity(ZIPF), n_real / N
    late = theory.refresh_heterozygosity_mean(10_000, N, n_real, start)
    refreshed = theory.refresh_heterozygosity_limit(N, n_real, start)
    assert refreshed == pytest.approx(late)
    late = theory.blend_heterozygosity_mean(10_000, N, a, start)
    blend = theory.blend_heterozygosity_limit(N, a, start)
    assert blend == pytest.approx(late)
    assert blend <= refreshed
    mixed = 2 * a - a**2  # chance that of two draws one is real
    same = (1 / N + (1 - 1 / N) * mixed * (1 - start)) / (1 - (1 - 1 / N) * (1 - a) ** 2)
    assert 1 - blend == pytest.approx(same)
    assert theory.refresh_heterozygosity_limit(10**9, 3, 1.0) == pytest.approx(3 / 3.5)


def test_nothing_real_is_replace():
    t = np.arange(50)
    curve = theory.blend_heterozygosity_mean(t, N, 0, 0.7)
    np.testing.assert_allclose(curve, theory.replace_heterozygosity_mean(t, N, 0.7), rtol=1e-12)
    assert theory.blend_heterozygosity_limit(N, 0, 0.7) == 0
    assert theory.refresh_heterozygosity_limit(N, 0, 0.7) == 0
    assert theory.refresh_heterozygosity_mean([0, 1], 1, 1, 0.7) == pytest.approx([0.7, 0])


def test_all_draws_kept():
    """A pool keeps each category it has ever had, and its diversity falls like the variance."""
    rng = np.random.default_rng(4)
    pool, trace, alive = np.zeros((REPLICATES, K)), [], []
    p = ZIPF
    for t in T:
        pool += rng.multinomial(N, p, size=REPLICATES if t == 1 else None)
        p = pool / (N * t)
        trace.append(heterozygosity(p))
        alive.append((pool > 0).sum(axis=-1))
    start = heterozygosity(ZIPF)
    assert agree(from_mean(trace, theory.accumulate_heterozygosity_mean(T, N, start)))
    assert not agree(from_mean(trace, theory.accumulate_heterozygosity_mean(T, N + 9, start)))
    assert agree(from_mean(alive, theory.one_generation_survivors(N, ZIPF)))
    assert not agree(from_mean(alive, theory.replace_survivors_mean(T, N, ZIPF)))


def test_poisson_rates():
    rng = np.random.default_rng(5)
    rate, n, totals = np.full(REPLICATES, 0.1), 30, []
    for _ in T:
        rate = rng.poisson(n * rate) / n
        totals.append(rate)
    alive = np.array(totals) > 0
    assert agree(from_mean(alive, theory.replace_poisson_survival(T, n, 0.1)))
    assert not agree(from_mean(alive, theory.replace_poisson_survival(T + 1, n, 0.1)))
    assert theory.replace_poisson_survival(0, n, 0.1) == 1
    # the families of a category compete, and are alike where n is large
    many = theory.replace_type_survival(9, 10**9, 1)
    one = theory.replace_poisson_survival(10, 10**9, 1e-12) / 1e-3
    assert one == pytest.approx(many, rel=1e-3)


def test_one_generation():
    seen = DRIFT[0] > 0
    tail = slice(5, None)  # the head is never missed here
    assert agree(from_mean(~seen.T[tail], theory.unseen_probability(N, ZIPF[tail])))
    assert not agree(from_mean(~seen.T[tail], theory.unseen_probability(N + 5, ZIPF[tail])))
    survivors = seen.sum(axis=-1)
    assert agree(from_mean(survivors, theory.one_generation_survivors(N, ZIPF)))
    assert not agree(from_mean(survivors, theory.one_generation_survivors(N + 1, ZIPF)))
    missing = (~seen * ZIPF).sum(axis=-1)
    assert agree(from_mean(missing, theory.missing_mass_mean(N, ZIPF)))
    once = (DRIFT[0] * N == 1).sum(axis=-1) / N
    assert agree(from_mean(once, theory.good_turing_mean(N, ZIPF)))
    assert not agree(from_mean(once, theory.missing_mass_mean(N, ZIPF)))


def test_survivors_and_missing_mass_over_generations():
    """Exact at first, then a bound, and a close one: 5 % here, where the head is not rare."""
    alive = DRIFT > 0
    for samples, curve, side in (
        (alive.sum(axis=-1), theory.replace_survivors_mean, 1),
        ((~alive * ZIPF).sum(axis=-1), theory.replace_missing_mass_mean, -1),
    ):
        predicted = curve(T, N, ZIPF)
        distance = from_mean(samples, predicted)
        assert agree(distance[0])
        assert np.all(side * distance > -LIMIT)
        np.testing.assert_allclose(predicted, samples.mean(axis=-1), rtol=0.05)
        assert not agree(from_mean(samples, curve(T + 1, N, ZIPF)))
    assert theory.replace_survivors_mean(0, N, [0.5, 0.5, 0.0]) == 2
    assert theory.replace_missing_mass_mean(0, N, [0.5, 0.5, 0.0]) == 0


def test_survivors_of_a_long_tail():
    """Where all are rare the bound is nearly exact."""
    rng = np.random.default_rng(2)
    n, t = 300, np.array([1, 5, 20])
    p = np.full(3_000, 1 / 3_000)
    counts, alive = rng.multinomial(n, p, size=300), []
    for generation in range(1, 21):
        if generation in t:
            alive.append((counts > 0).sum(axis=-1))
        counts = rng.multinomial(n, counts / n)
    np.testing.assert_allclose(
        np.mean(alive, axis=-1), theory.replace_survivors_mean(t, n, p), rtol=0.03
    )


def lost(n, generations):
    """Exact probabilities that m of n copies have no descendants after each generation."""
    step = binom.pmf(np.arange(n + 1), n, np.arange(n + 1)[:, None] / n)
    state, trace = np.eye(n + 1)[0], []
    for _ in range(generations):
        state = step @ state
        trace.append(state)
    return step, np.array(trace)


def test_type_survival_is_a_lower_bound_exact_at_first():
    _, gone = lost(N, 30)
    t, count = np.arange(1, 31)[:, None], np.arange(N + 1)
    bound = theory.replace_type_survival(t, N, count)
    assert np.all(bound <= 1 - gone + 1e-12)
    np.testing.assert_allclose(bound[0, :2], 1 - gone[0, :2], rtol=1e-12)
    np.testing.assert_allclose(bound[:10, 1:4], 1 - gone[:10, 1:4], rtol=0.1)
    published = np.ones(31)
    for k in range(1, 30):
        published[k + 1] = -np.expm1(-published[k])  # g of Suresh et al.: n → ∞
    assert np.all(bound[:, 1:] >= -np.expm1(-count[1:] * published[1:, None]))
    many = theory.replace_type_survival(10, 10**9, 5)
    assert many == pytest.approx(-np.expm1(-5 * published[10]), rel=1e-6)


def test_forgetting():
    for count in (10, 100, 1000):
        t = np.arange(1, 4 * count)
        survival = theory.replace_type_survival(t, 10**9, count)
        late = theory.replace_forgetting_median(count) - t[survival <= 0.5][0]
        assert 0 < late < np.log(count) / 3 + 2


@pytest.mark.parametrize("p", [0.3, 0.5])
def test_two_categories(p):
    n, start = 100, int(100 * p)
    step, _ = lost(n, 1)
    inner = step[1:-1, 1:-1]
    wait = np.linalg.solve(np.eye(n - 1) - inner, np.ones(n - 1))[start - 1]
    assert 1 < theory.replace_absorption_mean(n, p) - wait < 3
    assert not 1 < theory.replace_absorption_mean(n + 2, p) - wait < 3
    fixed = np.linalg.solve(np.eye(n - 1) - inner, step[1:-1, -1])[start - 1]
    assert theory.fixation_probability(p) == pytest.approx(fixed, rel=1e-9)
    t, both, chance = np.arange(800), [], np.eye(n + 1)[start]
    for _ in t:
        both.append(chance[1:-1].sum())
        chance = chance @ step
    lower = theory.replace_unabsorbed_lower(t, n, p)
    upper = theory.replace_unabsorbed_upper(t, n, p)
    assert np.all(lower <= np.array(both) + 1e-12)
    assert np.all(both <= upper + 1e-12)
    assert upper[-1] < 0.01 < 0.3 < lower[n]
    assert lower[-1] / both[-1] == pytest.approx(2 / 3, rel=0.02)


def test_the_upper_bound_is_the_probability_of_two_draws():
    t = np.arange(20)
    np.testing.assert_allclose(theory.replace_unabsorbed_upper(t, 2, 0.5), 0.5**t)


def test_the_last_survivor():
    """Ancestors, backwards: k children have j parents, by filling n boxes one child at a time."""
    n = 150
    boxes = np.zeros((n + 1, n + 1))
    boxes[0, 0] = 1
    j = np.arange(n + 1)
    for k in range(1, n + 1):
        boxes[k] = boxes[k - 1] * j / n
        boxes[k, 1:] += boxes[k - 1, :-1] * (n - j[:-1]) / n
    step = boxes[2:, 2:]
    mean = np.linalg.solve(np.eye(n - 1) - step, np.ones(n - 1))
    square = np.linalg.solve(np.eye(n - 1) - step, 1 + 2 * step @ mean)
    sd = np.sqrt(square - mean**2)[-1]
    assert theory.replace_last_survivor_mean(n) == pytest.approx(mean[-1], abs=2)
    assert theory.replace_last_survivor_sd(n) == pytest.approx(sd, abs=2)
    k = np.arange(2, n + 1)
    direct = n * np.sqrt(np.sum(4 / (k * (k - 1)) ** 2))
    assert theory.replace_last_survivor_sd(n) == pytest.approx(direct, rel=1e-9)
    assert theory.replace_last_survivor_mean(n) == pytest.approx(n * np.sum(2 / (k * (k - 1))))


@pytest.mark.parametrize("exponent", [1.5, 2.0])
def test_heavy_tail(exponent):
    p = np.arange(1, 2_000_001) ** -exponent / zeta(exponent)
    for n in (1_000, 100_000):
        beyond = theory.heavy_tail_cut_mass(p.size, exponent)
        direct = np.sum(p * np.exp(n * np.log1p(-p))) + beyond
        assert theory.heavy_tail_missing_mass(n, exponent) == pytest.approx(direct, rel=0.01)
    kept = np.array([1, 1_000])
    np.testing.assert_allclose(
        theory.heavy_tail_cut_mass(kept, exponent), 1 - np.cumsum(p)[kept - 1], atol=1e-9
    )
    leading = 1_000.0 ** (1 - exponent) / (exponent - 1) / zeta(exponent)
    assert theory.heavy_tail_cut_mass(1_000, exponent) == pytest.approx(leading, rel=0.01)


@pytest.mark.parametrize("real", [0.0, 0.1, 1.0])
def test_missing_mass_of_cut_data(real):
    rng = np.random.default_rng(7)
    kept, replicates = 10, 4_000
    q = np.where(np.arange(K) < kept, ZIPF, 0)
    drawn = real * ZIPF + (1 - real) * q / q.sum()
    for n in (10, 100, 1_000):
        unseen = rng.multinomial(n, drawn / drawn.sum(), size=replicates) == 0
        lost = (unseen * ZIPF).sum(axis=-1) + 1e-12 * rng.random(replicates)
        curve = theory.cut_missing_mass_mean(n, ZIPF, kept, real)
        assert np.abs(lost.mean() - curve) < LIMIT * lost.std() / replicates**0.5 + 1e-11
        if n == 100:
            for wrong in (theory.missing_mass_mean(n, ZIPF), ZIPF[kept:].sum()):
                assert agree(from_mean(lost, wrong)) == (real == 1 and wrong == curve)


def test_the_floor_of_cut_data_and_what_lifts_it():
    """A scaling law that bends, at the figures that an independent check has found."""
    size, beta, kept = 400_000, 1.5, 1_000
    p = np.arange(1, size + 1) ** -beta
    p /= zeta(beta)
    beyond = theory.heavy_tail_cut_mass(size, beta)
    p[0] += beyond  # to sum to 1; it is never missing
    n = np.array([10**2, 10**3, 10**4, 10**5, 10**6])
    lost = np.array([float(theory.cut_missing_mass_mean(int(size), p, kept)) for size in n])
    np.testing.assert_allclose(lost + beyond, [0.20, 0.093, 0.044, 0.0256, 0.0242], rtol=0.01)
    assert lost[-1] + beyond == pytest.approx(theory.heavy_tail_cut_mass(kept, beta), rel=1e-4)
    clean = float(theory.missing_mass_mean(10**6, p)) + beyond
    assert clean == pytest.approx(0.0094, abs=5e-5)
    # a tenth of real draws lifts the floor in the end, where each counts as one of n / 10
    late = theory.cut_missing_mass_mean(10**7, p, kept, 0.1)
    assert late == pytest.approx(float(theory.missing_mass_mean(10**6, p)), rel=1e-3)
