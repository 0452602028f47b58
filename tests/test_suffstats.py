"""Statistics add and scale."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from collapse_lib.suffstats import Counts, Gram, Moments, Sample, Scatter, Statistic, Total

offsets = st.sampled_from([0.0, 1e8, -1e8])
columns = st.integers(0, 30).flatmap(
    lambda n: arrays(float, (n, 3), elements=st.floats(-10, 10, allow_subnormal=False))
)


def assert_same(first, second, x):
    """Equal to 1e-12 of the sum of squares of the data `x` that both describe."""
    scale = max(1.0, float(np.sum(np.square(x))))
    for name in ("w", "w2", "m2"):
        gap = np.abs(np.asarray(getattr(first, name)) - getattr(second, name))
        assert np.all(gap <= 1e-12 * scale), name
    # the mean enters through the sum of squares that it explains, w · mean²
    gap = np.abs(first.w * np.square(first.mean) - second.w * np.square(second.mean))
    assert np.all(gap <= 1e-12 * scale), "mean"


@given(columns, columns, offsets)
def test_moments_of_a_union(x, y, offset):
    x, y = x + offset, y + offset
    both = np.concatenate([x, y])
    assert_same(Moments.of(x) + Moments.of(y), Moments.of(both), both)
    assert_same(Moments.of(x) + Moments.of(y), Moments.of(y) + Moments.of(x), both)


@given(columns, columns, columns, offsets)
def test_moments_associate(x, y, z, offset):
    a, b, c = (Moments.of(part + offset) for part in (x, y, z))
    assert_same((a + b) + c, a + (b + c), np.concatenate([x, y, z]) + offset)


@given(columns, offsets, st.integers(1, 5))
def test_a_weight_counts_every_point_so_often(x, offset, times):
    x = x + offset
    repeated = Moments.of(np.concatenate([x] * times))
    weighted = times * Moments.of(x)
    assert weighted.w == repeated.w
    assert weighted.w2 == times * repeated.w2  # a heavy point is not many light ones
    assert_same(
        Moments(weighted.w, repeated.w2, weighted.mean, weighted.m2), repeated, np.repeat(x, times)
    )


@given(columns, offsets)
def test_no_data_is_the_identity(x, offset):
    moments = Moments.of(x + offset)
    for same in (moments + Moments.empty(), Moments.empty() + moments):
        assert_same(same, moments, x + offset)


def test_moments_are_float64_whatever_the_points_are_stored_in():
    """float16 has no number above 65,504, and float32 ten million times fewer than it seems."""
    x = 1e4 + np.random.default_rng(0).standard_normal((20_000, 3))
    for kind in (np.float16, np.float32, np.int64):
        stored = x.astype(kind)
        moments, wanted = Moments.of(stored), Moments.of(stored.astype(float))
        for name in ("w", "w2", "mean", "m2"):
            np.testing.assert_array_equal(getattr(moments, name), getattr(wanted, name))
    assert np.all(abs(Moments.of(x.astype(np.float32)).m2 / 20_000 - 1) < 0.05)


def test_moments_keep_their_digits_far_from_zero():
    x = np.random.default_rng(0).normal(1e8, 1, size=(1000, 1))
    merged = Moments.of(x[:300]) + Moments.of(x[300:])
    np.testing.assert_allclose(merged.m2, ((x - x.mean()) ** 2).sum(), rtol=1e-9)
    naive = (x**2).sum() - 1000 * x.mean() ** 2  # what is avoided
    assert abs(naive - merged.m2[0]) > 1


labels = st.integers(1, 30).flatmap(lambda n: arrays(int, (n, 2), elements=st.integers(0, 6)))


@given(labels, labels)
def test_counts_of_a_union(x, y):
    both = Counts.of(np.concatenate([x, y])).counts
    for union in (Counts.of(x) + Counts.of(y), Counts.of(y) + Counts.of(x)):
        np.testing.assert_array_equal(union.counts, both)
    np.testing.assert_array_equal(
        (3 * Counts.of(x)).counts, Counts.of(np.concatenate([x] * 3)).counts
    )
    np.testing.assert_array_equal((Counts.of(x) + Counts.empty()).counts, Counts.of(x).counts)


def test_adding_counts_leaves_both_as_they_were():
    short, long = Counts.of(np.array([0, 1])), Counts.of(np.array([3, 3, 0]))
    before = short.counts.copy(), long.counts.copy()
    np.testing.assert_array_equal((short + long).counts, [2, 1, 0, 2])
    np.testing.assert_array_equal(short.counts, before[0])
    np.testing.assert_array_equal(long.counts, before[1])


def test_a_sample_is_chosen_without_replacement_in_each_replicate():
    points = np.tile(np.arange(50.0)[:, None], (1, 4000))
    chosen = Sample.of(points).choose(10, np.random.default_rng(0)).points
    assert chosen.shape == (10, 4000)
    assert all(len(set(column)) == 10 for column in chosen.T[:100])
    mean = chosen.mean(axis=0)
    # hypergeometric: variance of the mean is σ²/n · (N - n)/(N - 1)
    expected = np.var(np.arange(50)) / 10 * 40 / 49
    error = mean.var(ddof=1) * np.sqrt(2 / 3999)
    assert abs(mean.var(ddof=1) - expected) < 4.5 * error
    assert abs(mean.mean() - 24.5) < 4.5 * mean.std(ddof=1) / np.sqrt(4000)


def test_choosing_says_what_it_cannot_do():
    sample = Sample.of(np.arange(3.0))
    with pytest.raises(ValueError, match="n must be at most the 3 points there are, not 4"):
        sample.choose(4, np.random.default_rng(0))
    with pytest.raises(ValueError, match="weights must be equal"):
        (sample + 2 * sample).choose(2, np.random.default_rng(0))


clouds = st.integers(0, 9).flatmap(
    lambda n: arrays(float, (n, 2, 3), elements=st.floats(-10, 10, allow_subnormal=False))
)


def square(root):
    return root @ root.swapaxes(-1, -2)


@given(clouds, clouds, offsets)
def test_scatter_of_a_union(x, y, offset):
    x, y = x + offset, y + offset
    both = Scatter.of(np.concatenate([x, y]))
    scale = max(1.0, float(np.sum(np.square(np.concatenate([x, y])))))
    for union in (Scatter.of(x) + Scatter.of(y), Scatter.of(y) + Scatter.of(x)):
        assert union.w == both.w and union.w2 == both.w2
        np.testing.assert_allclose(square(union.root), square(both.root), atol=1e-12 * scale)
        if len(x) + len(y):
            np.testing.assert_allclose(union.mean, both.mean, rtol=1e-12, atol=1e-12)


@given(clouds, st.integers(1, 4))
def test_weighing_a_cloud_or_a_gram_counts_every_point_so_often(x, times):
    repeated = np.concatenate([x] * times)
    np.testing.assert_allclose(
        square((times * Scatter.of(x)).root), square(Scatter.of(repeated).root), atol=1e-9
    )
    np.testing.assert_allclose(
        square((times * Gram.of(x)).root), square(Gram.of(repeated).root), atol=1e-9
    )
    weights = np.full(len(x), float(times))
    np.testing.assert_allclose(
        square(Scatter.of(x, weights).root), square(Scatter.of(repeated).root), atol=1e-9
    )


def test_scatter_keeps_the_digits_of_a_dying_direction():
    x = np.random.default_rng(0).standard_normal((40, 2)) * [1, 1e-12]
    merged = Scatter.of(x[:15]) + Scatter.of(x[15:])
    expected = ((x - x.mean(axis=0)) ** 2).sum(axis=0)
    smallest = np.abs(np.linalg.det(merged.root)) ** 2 / square(merged.root)[0, 0]
    assert smallest == pytest.approx(expected[1], rel=0.2)  # and not 1e-16 of the other


@given(clouds, clouds)
def test_gram_of_a_union_is_that_of_all_rows(x, y):
    rows = np.concatenate([x, y])
    union = Gram.of(x) + Gram.of(y)
    assert union.w == len(rows)
    features, labels = rows[..., :2], rows[..., 2]
    np.testing.assert_allclose(union.gram, np.einsum("nbi,nbj->bij", features, features), atol=1e-9)
    np.testing.assert_allclose(union.moment, np.einsum("nbi,nb->bi", features, labels), atol=1e-9)


def test_totals_add_and_scale():
    x, y = np.array([[1, 2], [3, 4]]), np.array([[5, 6]])
    union = Total.of(x) + 2 * Total.of(y) + Total.empty()
    assert union.w == 4
    np.testing.assert_array_equal(union.total, [14, 18])


def test_whole_points_are_chosen():
    points = np.stack([np.arange(30.0), -np.arange(30.0)], axis=-1)[:, None].repeat(5, axis=1)
    chosen = Sample.of(points, event_axes=1).choose(8, np.random.default_rng(0)).points
    assert chosen.shape == (8, 5, 2)
    np.testing.assert_array_equal(chosen[..., 0], -chosen[..., 1])
    assert len({tuple(sorted(column)) for column in chosen[..., 0].T}) == 5


def test_every_statistic_keeps_the_contract():
    empty = (Moments, Counts, Total, Scatter, Gram)
    for statistic in (*(kind.empty() for kind in empty), Sample.of(np.arange(3.0))):
        assert isinstance(statistic, Statistic)
