"""A normal model refitted to its own draws."""

import numpy as np
import pytest
from scipy import special

from collapse_lib import theory

from .replicates import LIMIT, agree, from_mean, from_quantile

N, GENERATIONS, REPLICATES = 10, 12, 20_000
T = np.arange(1, GENERATIONS + 1)


def chain(ddof, truth="normal"):
    """Means and variances of generations 1…, shape (generations, replicates), from real points."""
    rng = np.random.default_rng(1)
    mean, variance = np.zeros(REPLICATES), np.ones(REPLICATES)
    trace = []
    for t in T:
        if t == 1 and truth == "exponential":
            points = rng.exponential(size=(N, REPLICATES)) - 1
        else:
            points = mean + np.sqrt(variance) * rng.normal(size=(N, REPLICATES))
        mean, variance = points.mean(axis=0), points.var(axis=0, ddof=ddof)
        trace.append((mean, variance))
    return np.swapaxes(trace, 0, 1)


CHAINS = {ddof: chain(ddof) for ddof in (0, 1)}


def statistics(ddof):
    """What each curve of (t, n, ddof) predicts, of every lineage."""
    mean, variance = CHAINS[ddof]
    sd = np.sqrt(variance)
    draw = mean + sd * np.random.default_rng(2).normal(size=mean.shape)
    return {
        theory.replace_variance_mean: variance,
        theory.replace_sd_mean: sd,
        theory.replace_mean_square: mean**2,
        theory.replace_point_variance: draw**2,
        theory.replace_wasserstein2_mean: mean**2 + (sd - 1) ** 2,
    }


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize("curve", statistics(0), ids=lambda curve: curve.__name__)
def test_means(curve, ddof):
    samples = statistics(ddof)[curve]
    assert agree(from_mean(samples, curve(T, N, ddof)))
    assert not agree(from_mean(samples, curve(T, N, 1 - ddof))), "blind to the wrong ddof"


@pytest.mark.parametrize("ddof", [0, 1])
def test_mean_variance_and_error_hold_for_any_truth(ddof):
    mean, variance = chain(ddof, "exponential")
    assert agree(from_mean(variance, theory.replace_variance_mean(T, N, ddof)))
    assert agree(from_mean(mean**2, theory.replace_mean_square(T, N, ddof)))


@pytest.mark.parametrize("ddof", [0, 1])
def test_log_steps(ddof):
    steps = np.diff(np.log(CHAINS[ddof][1]), axis=0).ravel()
    assert agree(from_mean(steps, theory.replace_log_drift(N, ddof)))
    assert not agree(from_mean(steps, theory.replace_log_drift(N, 1 - ddof)))
    squares = (steps - theory.replace_log_drift(N, ddof)) ** 2
    assert agree(from_mean(squares, theory.replace_log_diffusion(N)))
    assert not agree(from_mean(squares, theory.replace_log_diffusion(N + 1)))


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize("q", [0.05, 0.5, 0.9])
def test_quantiles_of_sampled_points(q, ddof):
    variance = CHAINS[ddof][1]
    assert agree(from_quantile(variance, theory.replace_variance_quantile(q, T, N, ddof), q))
    assert not agree(
        from_quantile(variance, theory.replace_variance_quantile(q, T, N, 1 - ddof), q)
    )


@pytest.mark.parametrize("n", [2, 3, 10, 1_000, 1_000_000])
@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_quantiles_from_small_to_large(q, n):
    """Sums of ln χ² up to 2,000 generations, where the variance itself has left the floats."""
    rng = np.random.default_rng(3)
    replicates, longest = 2_000, 2_000
    total = np.zeros(replicates)
    for t in range(1, longest + 1):
        total += np.log(rng.chisquare(n - 1, replicates) / n)
        if t in (1, 2, 3, 5, 20, 200, longest):
            predicted = theory.replace_log_variance_quantile(q, t, n)
            assert agree(from_quantile(total, predicted, q)), t


def test_a_normal_law_for_the_logarithm_would_not_do():
    n, t, q = 3, 5, np.array([0.1, 0.5, 0.9])
    draws = np.random.default_rng(8).chisquare(n - 1, size=(t, 100_000)) / n
    total = np.log(draws).sum(axis=0)
    normal = t * theory.replace_log_drift(n) + special.ndtri(q) * np.sqrt(
        t * theory.replace_log_diffusion(n)
    )
    assert agree(from_quantile(total, theory.replace_log_variance_quantile(q, t, n), q))
    assert np.all(np.abs(from_quantile(total, normal, q)) > LIMIT)


def density_and_distribution(x, t, a):
    """Density and distribution function at x of a sum of t logarithms of Gamma(a) variables."""
    sd = np.sqrt(t * special.polygamma(1, a))
    u = (np.arange(200_000) + 0.5) * 60 / sd / 200_000
    wave = np.exp(t * (special.loggamma(a + 1j * u) - special.loggamma(a)) - 1j * u * x)
    width = u[1] - u[0]
    return wave.real.sum() * width / np.pi, 0.5 - (wave.imag / u).sum() * width / np.pi


@pytest.mark.parametrize(("n", "stated"), [(2, 0.02), (3, 0.01), (10, 0.002)])
@pytest.mark.parametrize("q", [0.01, 0.1, 0.5, 0.9, 0.99])
def test_quantile_error_is_as_stated(n, q, stated):
    """Against the characteristic function of ln χ² turned back into a distribution."""
    a = (n - 1) / 2
    allowed = 0.0015 if q == 0.5 else stated
    for t in (2, 4):
        total = theory.replace_log_variance_quantile(q, t, n) + t * np.log(n / 2)
        density, below = density_and_distribution(total, t, a)
        error = (below - q) / density / np.sqrt(t * special.polygamma(1, a))
        assert abs(error) < allowed, t
        allowed /= 2


def test_first_generation_quantile_is_that_of_chi_square():
    for n in (2, 10, 1_000_000):
        exact = 2 * special.gammaincinv((n - 1) / 2, [0.001, 0.5, 0.999]) / n
        curve = theory.replace_variance_quantile(np.array([0.001, 0.5, 0.999]), 1, n)
        np.testing.assert_allclose(curve, exact, rtol=1e-12)


def test_generation_zero_is_the_truth():
    for curve in statistics(0):
        start = 0 if "square" in curve.__name__ or "wasserstein" in curve.__name__ else 1
        assert curve(0, N) == pytest.approx(start, abs=1e-12)
    assert theory.replace_variance_median(0, N) == 1


def test_mean_square_and_variance_share_one_truth():
    """With ddof = 0 a draw of any generation has the truth's second moment."""
    t = np.arange(2_000)
    np.testing.assert_allclose(theory.replace_point_variance(t, N), 1, rtol=1e-12)
    np.testing.assert_allclose(theory.replace_point_variance(t, N, 1), 1 + t / N, rtol=1e-12)


def test_half_lives():
    np.testing.assert_allclose(
        theory.half_life(np.array([10, 50, 1000])), [3.14, 17.0, 346.3], 1e-3
    )
    np.testing.assert_allclose(theory.half_life(np.array([10, 50]), 1), [6.02, 33.7], rtol=2e-3)
    n = np.array([2, 10, 1000])
    np.testing.assert_allclose((1 - 1 / n) ** theory.mean_half_life(n), 0.5, rtol=1e-12)
    medians = theory.replace_variance_median(np.array([1000, 1346]), 1000)
    assert medians[1] / medians[0] == pytest.approx(0.5, rel=2e-3)


def test_sample_sizes_that_change():
    rng = np.random.default_rng(4)
    sizes = np.array([5, 20, 80, 6])
    mean, variance = np.zeros(REPLICATES), np.ones(REPLICATES)
    distances, variances = [], []
    for n in sizes:
        points = mean + np.sqrt(variance) * rng.normal(size=(n, REPLICATES))
        mean, variance = points.mean(axis=0), points.var(axis=0, ddof=1)
        variances.append(variance)
        distances.append(mean**2 + (np.sqrt(variance) - 1) ** 2)
    curve = theory.schedule_wasserstein2_mean(sizes)
    assert curve[0] == 0
    assert agree(from_mean(distances, curve[1:]))
    assert not agree(from_mean(distances, theory.schedule_wasserstein2_mean(sizes[::-1])[1:]))
    constant = theory.schedule_wasserstein2_mean(np.full(GENERATIONS, N))
    np.testing.assert_allclose(constant[1:], theory.replace_wasserstein2_mean(T, N), rtol=1e-12)

    median = theory.schedule_variance_median
    assert median(sizes)[0] == 1
    assert agree(from_quantile(variances, median(sizes)[1:], 0.5))
    assert not agree(from_quantile(variances, median(sizes[::-1])[1:], 0.5))
    assert not agree(from_quantile(variances, median(sizes, 0)[1:], 0.5)), "blind to the wrong ddof"
    constant = median(np.full(GENERATIONS, N), 0)
    np.testing.assert_allclose(constant[1:], theory.replace_variance_median(T, N), rtol=1e-12)


def test_tail_bound_holds_and_bites():
    sd = np.sqrt(CHAINS[1][1])
    above = (sd > 1.1).mean(axis=1)
    bound = theory.replace_sd_tail_bound(T, N, 1.1)
    assert np.all(above <= bound)
    assert np.all(bound < 1)
    by_markov = theory.replace_sd_mean(1, N, 1) / 1.1
    assert by_markov <= bound[0] < 1.01 * by_markov


def passages(n, ddof, level):
    rng = np.random.default_rng(5)
    total = np.zeros(REPLICATES)
    passage = np.zeros(REPLICATES, dtype=int)
    waiting = np.arange(REPLICATES)
    while waiting.size:
        passage[waiting] += 1
        total[waiting] += np.log(rng.chisquare(n - 1, waiting.size) / (n - ddof))
        waiting = waiting[total[waiting] > np.log(level)]
    return passage


@pytest.mark.parametrize(("n", "ddof", "level"), [(5, 0, 0.1), (10, 1, 0.5), (30, 0, 0.01)])
def test_first_passage(n, ddof, level):
    passage = passages(n, ddof, level)
    assert agree(from_mean(passage, theory.replace_passage_mean(level, n, ddof)))
    without_overshoot = np.log(1 / level) / -theory.replace_log_drift(n, ddof)
    assert not agree(from_mean(passage, without_overshoot))
    t = np.arange(1, 200)
    share = (passage <= t[:, None]).mean(axis=1)
    error = np.sqrt(share * (1 - share) / REPLICATES)
    curve = theory.replace_passage_probability(t, level, n, ddof)
    assert np.all(np.abs(share - curve) < LIMIT * error + 0.02)
    late = theory.replace_passage_probability(t, level, n + 1, 1 - ddof)
    assert not np.all(np.abs(share - late) < LIMIT * error + 0.02)
    assert theory.replace_passage_probability(0, level, n, ddof) == 0


def test_the_passage_probability_is_as_good_as_it_claims():
    """Its worst is generation 1, where the law is known: more than 0.02, less than 0.03."""
    worst = [
        abs(
            special.gammainc((n - 1) / 2, level * (n - ddof) / 2)  # χ² below its level
            - theory.replace_passage_probability(1, level, n, ddof)
        )
        for n in (5, 6, 7, 8, 10, 20, 50)
        for ddof in (0, 1)
        for level in (0.01, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5)
    ]
    assert 0.02 < max(worst) < 0.03


def test_log_volume_drift():
    n, d = 6, 3
    points = np.random.default_rng(6).normal(size=(REPLICATES, n, d))
    points -= points.mean(axis=1, keepdims=True)
    gram = np.swapaxes(points, 1, 2) @ points
    for ddof in (0, 1):
        volume = np.linalg.slogdet(gram / (n - ddof))[1]
        assert agree(from_mean(volume, theory.replace_log_volume_drift(n, d, ddof)))
        assert not agree(from_mean(volume, theory.replace_log_volume_drift(n, d, 1 - ddof)))


def test_lyapunov_spectrum():
    """Growth rates of products of symmetric roots of Wishart matrices, by repeated QR."""
    rng = np.random.default_rng(7)
    n, d, replicates, steps, settling = 6, 3, 200, 150, 30
    frame = np.broadcast_to(np.eye(d), (replicates, d, d))
    growth = np.zeros((d, replicates))
    for step in range(steps):
        points = rng.normal(size=(replicates, n - 1, d))
        values, vectors = np.linalg.eigh(np.swapaxes(points, 1, 2) @ points / (n - 1))
        root = (vectors * np.sqrt(values)[:, None, :]) @ np.swapaxes(vectors, 1, 2)
        frame, upper = np.linalg.qr(root @ frame)
        if step >= settling:
            growth += 2 * np.log(np.abs(np.diagonal(upper, axis1=1, axis2=2))).T
    growth /= steps - settling
    spectrum = theory.replace_lyapunov_spectrum(n, d)
    assert agree(from_mean(growth, spectrum))
    assert not agree(from_mean(growth, np.full(d, spectrum.mean())))
    assert spectrum[0] == pytest.approx(theory.replace_log_drift(n, 1))
