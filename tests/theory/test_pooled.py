"""Regimes that pool data: refresh, anchor, accumulate, subsample, and weighted means."""

import numpy as np
import pytest

from collapse_lib import theory

from .replicates import agree, from_mean

N, GENERATIONS, REPLICATES = 10, 12, 20_000
T = np.arange(1, GENERATIONS + 1)


def skewed(rng, n):
    """Real data that no normal model can hold: an exponential law of mean 0 and variance 1."""
    return rng.exponential(size=(n, REPLICATES)) - 1


def mixed(n_real, ddof, *, fixed=False, bias=1.0):
    """Means and variances fitted to n_real real points and N - n_real of the last model."""
    rng = np.random.default_rng(1)
    first = points = skewed(rng, N)
    trace = []
    for _ in T:
        mean, variance = points.mean(axis=0), points.var(axis=0, ddof=ddof)
        trace.append((mean, variance))
        real = first[:n_real] if fixed else skewed(rng, n_real)
        noise = rng.normal(size=(N - n_real, REPLICATES))
        points = np.concatenate([real, mean + np.sqrt(bias * variance) * noise])
    return np.swapaxes(trace, 0, 1)


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize("n_real", [0, 1, 4, N])
def test_refresh(n_real, ddof):
    mean, variance = mixed(n_real, ddof)
    early = T <= 6  # with ddof = 1 and little real data, rare lineages make later means unsafe
    assert agree(from_mean(variance, theory.refresh_variance_mean(T, N, n_real, ddof))[early])
    assert agree(from_mean(mean**2, theory.refresh_mean_square(T, N, n_real, ddof))[early])
    assert not agree(from_mean(variance, theory.refresh_variance_mean(T, N, n_real, 1 - ddof)))
    if 0 < n_real < N:
        assert not agree(from_mean(variance, theory.anchor_variance_mean(T, N, n_real, ddof)))
        assert not agree(from_mean(mean**2, theory.refresh_mean_square(T, N, n_real + 1, ddof)))


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize("n_real", [0, 1, 4, N])
def test_anchor(n_real, ddof):
    _, variance = mixed(n_real, ddof, fixed=True)
    assert agree(from_mean(variance, theory.anchor_variance_mean(T, N, n_real, ddof))[T <= 6])
    assert not agree(from_mean(variance, theory.anchor_variance_mean(T, N, n_real, 1 - ddof)))
    if 0 < n_real < N:
        assert not agree(from_mean(variance, theory.refresh_variance_mean(T, N, n_real, ddof)))


def test_refresh_with_biased_sampling():
    _, variance = mixed(4, 0, bias=0.8)
    assert agree(from_mean(variance, theory.refresh_tempered_variance_mean(T, N, 4, 0.8)))
    assert not agree(from_mean(variance, theory.refresh_variance_mean(T, N, 4)))


@pytest.mark.parametrize("ddof", [0, 1])
def test_no_real_data_is_replace(ddof):
    t = np.arange(50)
    replace = theory.replace_variance_mean(t, N, ddof)
    for curve in (theory.refresh_variance_mean, theory.anchor_variance_mean):
        np.testing.assert_allclose(curve(t, N, 0, ddof), replace, rtol=1e-12)
    squares = theory.refresh_mean_square(t, N, 0, ddof)
    np.testing.assert_allclose(squares, theory.replace_mean_square(t, N, ddof), atol=1e-12)


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize(("n", "n_real"), [(10, 1), (10, 5), (10, 10), (1000, 30)])
def test_limits_are_where_the_recursions_end(n, n_real, ddof):
    t = 3_000
    for curve, limit in (
        (theory.refresh_variance_mean, theory.refresh_variance_limit),
        (theory.refresh_mean_square, theory.refresh_mean_square_limit),
        (theory.anchor_variance_mean, theory.anchor_variance_limit),
    ):
        assert curve(t, n, n_real, ddof) == pytest.approx(limit(n, n_real, ddof), abs=1e-9)
    with_bias = theory.refresh_tempered_variance_mean(t, n, n_real, 0.9, ddof)
    limit = theory.refresh_variance_limit(n, n_real, ddof, bias=0.9)
    assert with_bias == pytest.approx(limit, abs=1e-9)


def test_limits_without_real_data():
    for limit in (theory.refresh_variance_limit, theory.anchor_variance_limit):
        assert [limit(N, 0, ddof) for ddof in (0, 1)] == [0, 1]
    assert theory.refresh_variance_limit(N, 0, 1, bias=0.9) == 0
    assert theory.anchor_variance_limit(N, 1) == pytest.approx(0, abs=1e-12)


def test_the_number_of_real_points_counts_and_not_their_share():
    n_real = np.array([1, 10, 100])
    limits = theory.refresh_variance_limit(1_000_000, n_real)
    np.testing.assert_allclose(limits, n_real / (n_real + 0.5), rtol=1e-4)


def test_bias_is_left_with_infinite_data():
    real, bias = np.array([0.1, 0.5, 0.01]), np.array([0.9, 0.9, 0.9])
    limit = theory.refresh_tempered_variance_limit(real, bias)
    np.testing.assert_allclose(limit, [0.5263, 0.9091, 0.0917], atol=5e-5)
    n = 100_000_000
    finite = theory.refresh_tempered_variance_mean(2_000, n, real * n, bias)
    np.testing.assert_allclose(finite, limit, rtol=1e-5)
    assert theory.refresh_tempered_variance_limit(0, 1) == 1
    assert theory.refresh_tempered_variance_limit(0, 0.9) == 0


def test_broadcasting_gives_a_phase_diagram():
    n, n_real = np.array([[10], [20]]), np.array([0, 3, 10])
    for curve in (theory.refresh_variance_mean, theory.anchor_variance_mean):
        grid = curve(T[:, None, None], n, n_real)
        assert grid.shape == (GENERATIONS, 2, 3)
        np.testing.assert_allclose(grid[:, 1, 2], curve(T, 20, 10), rtol=1e-14)


def accumulated(ddof):
    """Means and variances fitted to every point ever drawn."""
    rng = np.random.default_rng(2)
    pool, trace = skewed(rng, N), []
    for _ in T:
        mean, variance = pool.mean(axis=0), pool.var(axis=0, ddof=ddof)
        trace.append((mean, variance))
        noise = rng.normal(size=(N, REPLICATES))
        pool = np.concatenate([pool, mean + np.sqrt(variance) * noise])
    return np.swapaxes(trace, 0, 1)


@pytest.mark.parametrize("ddof", [0, 1])
def test_accumulate(ddof):
    mean, variance = accumulated(ddof)
    assert agree(from_mean(variance, theory.accumulate_variance_mean(T, N, ddof)))
    assert agree(from_mean(mean**2, theory.accumulate_mean_square(T, N, ddof)))
    for wrong in (
        theory.accumulate_variance_mean(T, N, 1 - ddof),
        theory.replace_variance_mean(T, N, ddof),
    ):
        assert not agree(from_mean(variance, wrong))
    assert not agree(from_mean(mean**2, theory.replace_mean_square(T, N, ddof)))


def test_accumulate_ends_at_the_sine():
    for n in (2, 10, 1000):
        late = theory.accumulate_variance_mean(100_000, n)
        assert late == pytest.approx(theory.accumulate_variance_limit(n), abs=1e-5)
    t = np.arange(50)
    total = theory.accumulate_variance_mean(t, N) + theory.accumulate_mean_square(t, N)
    np.testing.assert_allclose(total, 1, rtol=1e-12)
    product = np.prod([1 - 1 / (i * (N * i - 1)) for i in range(2, 50)])
    assert theory.accumulate_variance_mean(49, N, 1) == pytest.approx(product)


@pytest.mark.parametrize("ddof", [0, 1])
def test_subsample(ddof):
    rng = np.random.default_rng(3)
    n, replicates, t = 5, 10_000, np.arange(1, 7)
    pool = rng.exponential(size=(n, replicates)) - 1
    trace = []
    for _ in t:
        picked = np.argpartition(rng.random(pool.shape), n - 1, axis=0)[:n]
        points = np.take_along_axis(pool, picked, axis=0)
        mean, variance = points.mean(axis=0), points.var(axis=0, ddof=ddof)
        trace.append((mean, variance))
        noise = rng.normal(size=(n, replicates))
        pool = np.concatenate([pool, mean + np.sqrt(variance) * noise])
    mean, variance = np.swapaxes(trace, 0, 1)
    assert agree(from_mean(variance, theory.subsample_variance_mean(t, n, ddof)))
    assert agree(from_mean(mean**2, theory.subsample_mean_square(t, n, ddof)))
    for wrong in (
        theory.subsample_variance_mean(t, n, 1 - ddof),
        theory.accumulate_variance_mean(t, n, ddof),
        theory.replace_variance_mean(t, n, ddof),
    ):
        assert not agree(from_mean(variance, wrong))


def test_subsample_shares_one_truth():
    t = np.arange(100)
    total = theory.subsample_variance_mean(t, N) + theory.subsample_mean_square(t, N)
    np.testing.assert_allclose(total, 1, rtol=1e-12)


@pytest.mark.parametrize(("n_real", "n_synthetic", "weight"), [(20, 20, 0.618), (10, 40, 0.3)])
def test_weighted_mean(n_real, n_synthetic, weight):
    rng = np.random.default_rng(4)
    mean = np.zeros(REPLICATES)
    for _ in range(40):
        real, noise = rng.normal(size=(2, REPLICATES))
        synthetic = mean + noise / np.sqrt(n_synthetic)
        mean = weight * real / np.sqrt(n_real) + (1 - weight) * synthetic
    assert agree(from_mean(mean**2, theory.weighted_mean_square_limit(n_real, n_synthetic, weight)))
    swapped = theory.weighted_mean_square_limit(n_synthetic, n_real, 1 - weight)
    assert not agree(from_mean(mean**2, swapped))


def test_optimal_weight():
    weights = np.linspace(0.001, 1, 1_000)
    for n_real, n_synthetic in ((50, 50), (50, 100), (10, 1000)):
        best = theory.optimal_real_weight(n_real, n_synthetic)
        errors = theory.weighted_mean_square_limit(n_real, n_synthetic, weights)
        assert abs(weights[np.argmin(errors)] - best) <= 0.001
        least = theory.weighted_mean_square_limit(n_real, n_synthetic, best)
        assert least == pytest.approx(best / n_real)
    assert theory.optimal_real_weight(7, 7) == pytest.approx((np.sqrt(5) - 1) / 2)


@pytest.mark.parametrize("n_real", [0, 2, 8])
def test_contaminated(n_real):
    """All points ever drawn are kept, of which n_real of each N are real."""
    rng = np.random.default_rng(5)
    pool = skewed(rng, N)
    means = []
    for _ in T:
        means.append(pool.mean(axis=0))
        noise = rng.normal(size=(N - n_real, REPLICATES))
        made = means[-1] + pool.std(axis=0) * noise
        pool = np.concatenate([pool, skewed(rng, n_real), made])
    means = np.array(means)
    curve = theory.contaminated_mean_square(T, N, n_real)
    assert agree(from_mean(means**2, curve))
    assert not agree(from_mean(means**2, theory.contaminated_mean_square(T, N, (n_real + 3) % N)))
    left = theory.contaminated_error_left(T, n_real / N)
    assert agree(from_mean(N * means * means[0], left))
    wrong = theory.contaminated_error_left(T, n_real / N + 0.2)
    assert not agree(from_mean(N * means * means[0], wrong))


def test_contaminated_in_the_end():
    t = np.arange(1, 60)
    plain = theory.contaminated_mean_square(t, N, 0)
    np.testing.assert_allclose(plain, theory.accumulate_mean_square(t, N), rtol=1e-12)
    np.testing.assert_allclose(theory.contaminated_mean_square(t, N, N), 1 / (N * t))
    assert theory.contaminated_error_left(10**4, 0.2) == pytest.approx(0.170, abs=5e-4)
    product = np.cumprod(np.append(1, 1 - 0.3 / t[1:]))
    np.testing.assert_allclose(theory.contaminated_error_left(t, 0.3), product)
    np.testing.assert_array_equal(theory.contaminated_error_left([0, 1], 0.3), 1)


@pytest.mark.parametrize(("n_real", "rate"), [(1, 0.2), (3, 0.6), (8, 1.0), (10, 1.0)])
def test_the_slower_of_two_rates(n_real, rate):
    early, late = theory.contaminated_mean_square(np.array([10**4, 10**5]), 10, n_real)
    assert np.log10(early / late) == pytest.approx(rate, abs=0.02)
