"""Points of unknown origin: a blend of truth and newest model, and a web of all models so far."""

import numpy as np
import pytest

from collapse_lib import theory

from .replicates import agree, from_mean

N, GENERATIONS, REPLICATES = 10, 8, 20_000
T = np.arange(1, GENERATIONS + 1)


def crawled(shares, ddof):
    """Means and variances fitted to N points; ``shares(t)`` of the truth and of each model."""
    rng = np.random.default_rng(1)
    means, sds, trace = [np.zeros(REPLICATES)], [np.ones(REPLICATES)], []
    for t in T:
        origin = rng.choice(t, p=shares(t), size=(N, REPLICATES))
        noise = rng.normal(size=origin.shape)
        points = np.choose(origin, means) + np.choose(origin, sds) * noise
        trace.append((points.mean(axis=0), points.var(axis=0, ddof=ddof)))
        means.append(trace[-1][0])
        sds.append(np.sqrt(trace[-1][1]))
    return np.swapaxes(trace, 0, 1)


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize("real", [0.1, 0.5])
def test_blend(real, ddof):
    def shares(t):
        return [1.0] if t == 1 else [real, *[0.0] * (t - 2), 1 - real]

    mean, variance = crawled(shares, ddof)
    assert agree(from_mean(variance, theory.blend_variance_mean(T, N, real, ddof)))
    assert agree(from_mean(mean**2, theory.blend_mean_square(T, N, real, ddof)))
    assert not agree(from_mean(variance, theory.blend_variance_mean(T, N, real, 1 - ddof)))
    assert not agree(from_mean(mean**2, theory.blend_mean_square(T, N, real / 2, ddof)))


@pytest.mark.parametrize("n_real", [1, 5])
def test_a_blend_is_below_refresh(n_real):
    """The number of real points scatters, and what is lost without one is not gained with two."""
    fixed = theory.refresh_variance_mean(np.arange(2, 50), N, n_real)
    assert np.all(theory.blend_variance_mean(np.arange(2, 50), N, n_real / N) < fixed)


@pytest.mark.parametrize("ddof", [0, 1])
def test_a_blend_in_the_end(ddof):
    for real in (0.1, 0.5, 1.0):
        late = theory.blend_variance_mean(10_000, N, real, ddof)
        assert theory.blend_variance_limit(N, real, ddof) == pytest.approx(late)
    t = np.arange(50)
    alone = theory.blend_variance_mean(t, N, 0.0, ddof)
    np.testing.assert_allclose(alone, theory.replace_variance_mean(t, N, ddof), rtol=1e-12)
    assert theory.blend_variance_limit(N, 0.0, ddof) == ddof


def test_too_few_real_points_to_have_an_end():
    assert theory.blend_variance_limit(N, 0.04, ddof=1) == np.inf
    assert theory.blend_variance_mean(10_000, N, 0.04, ddof=1) > 1e6
    assert np.isfinite(theory.blend_variance_limit(N, 0.06, ddof=1))


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize(("human", "machine"), [(0.0, 1.0), (0.5, 3.0)])
def test_web(human, machine, ddof):
    def shares(t):
        pages = np.array([1 + human * (t - 1), *[machine] * (t - 1)])
        return pages / pages.sum()

    mean, variance = crawled(shares, ddof)
    assert agree(from_mean(variance, theory.web_variance_mean(T, N, human, machine, ddof)))
    assert agree(from_mean(mean**2, theory.web_mean_square(T, N, human, machine, ddof)))
    for wrong in ((human, machine, 1 - ddof), (human, machine / 10, ddof)):
        assert not agree(from_mean(variance, theory.web_variance_mean(T, N, *wrong)))
    assert not agree(from_mean(mean**2, theory.web_mean_square(T, N, human + 1, machine, ddof)))
    met = [shares(t)[0] for t in T]
    np.testing.assert_allclose(theory.web_real_share(T, human, machine), met)


def test_webs_in_special_cases():
    t = np.arange(50)
    assert theory.web_real_share(0) == theory.web_real_share(1) == 1
    assert theory.web_real_share(10**9, 0.5, 1.5) == pytest.approx(0.25)
    total = theory.web_variance_mean(t, N, 0.5, 2) + theory.web_mean_square(t, N, 0.5, 2)
    np.testing.assert_allclose(total, 1, rtol=1e-12)
    quiet = theory.web_variance_mean(t[1:], N, 1.0, 0.0)
    np.testing.assert_allclose(quiet, 1 - 1 / N)
