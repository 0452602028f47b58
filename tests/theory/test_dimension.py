"""How much of a cloud is tail."""

import numpy as np
import pytest

from collapse_lib import theory

from .replicates import agree, from_mean

D, REPLICATES = 5, 40_000
POINTS = np.random.default_rng(1).normal(size=(D, REPLICATES))
RADII = np.sqrt(np.sum(POINTS**2, axis=0))


def test_tails():
    any_tail = np.any(np.random.default_rng(2).random((D, REPLICATES)) < 0.1, axis=0)
    assert agree(from_mean(any_tail, theory.any_tail_probability(D, 0.1)))
    assert not agree(from_mean(any_tail, theory.any_tail_probability(D - 1, 0.1)))
    assert agree(from_mean(RADII > 2, theory.beyond_radius_probability(D, 2)))
    assert not agree(from_mean(RADII > 2, theory.beyond_radius_probability(D + 1, 2)))


def test_shell():
    assert agree(from_mean(RADII, theory.radius_mean(D)))
    assert not agree(from_mean(RADII, np.sqrt(D)))
    squares = (RADII - theory.radius_mean(D)) ** 2
    assert agree(from_mean(squares, theory.radius_sd(D) ** 2))
    assert not agree(from_mean(squares, 0.5))
    assert theory.radius_sd(10_000) == pytest.approx(np.sqrt(0.5), rel=1e-3)


def test_ball_in_its_cube():
    inside = np.sum(np.random.default_rng(3).uniform(-1, 1, (D, REPLICATES)) ** 2, axis=0) < 1
    assert agree(from_mean(inside, theory.ball_cube_ratio(D)))
    assert not agree(from_mean(inside, theory.ball_cube_ratio(D + 1)))
    np.testing.assert_allclose(theory.ball_cube_ratio([1, 2, 3]), [1, np.pi / 4, np.pi / 6])


def test_corners():
    d = np.arange(1, 5)
    n = theory.corner_sample_size(d)
    np.testing.assert_allclose(n, [298, 3.0e4, 3.0e6, 3.0e8], rtol=2e-3)
    np.testing.assert_allclose(np.exp(n[:2] * np.log1p(-(0.01 ** d[:2]))), 0.05)


def test_orthants():
    rng = np.random.default_rng(4)
    cells, replicates, longest = 2**3, 5_000, 200
    seen = np.zeros((replicates, cells), dtype=bool)
    needed = np.zeros(replicates)
    for k in range(1, longest):
        seen[np.arange(replicates), rng.integers(cells, size=replicates)] = True
        needed[seen.all(axis=1) & (needed == 0)] = k
    assert np.all(needed > 0)
    assert agree(from_mean(needed, theory.orthants_sample_size_mean(3)))
    assert not agree(from_mean(needed, cells * np.log(cells)))


def test_outside_the_bounding_box():
    rng = np.random.default_rng(5)
    n, d = 10, 3
    points = rng.random((n, d, REPLICATES))
    point = rng.random((d, REPLICATES))
    outside = np.any((point < points.min(axis=0)) | (point > points.max(axis=0)), axis=0)
    assert agree(from_mean(outside, theory.bounding_box_escape_mean(n, d)))
    assert not agree(from_mean(outside, theory.bounding_box_escape_mean(n + 1, d)))
