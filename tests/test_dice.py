"""Common dice: exact in law, and they stay put."""

import sys
from itertools import pairwise

import numpy as np
import pytest
from numpy.random import SeedSequence, default_rng
from scipy.stats import chi2, kstest, norm, spearmanr

from collapse_lib import (
    Anchor,
    Bernoulli,
    CategoricalMLE,
    GaussianMLE,
    Mixture,
    Normal,
    Refresh,
    Replace,
    Rollback,
    Zipf,
    blocks,
    dice,
    metrics,
    simulate,
)
from collapse_lib.dice import CommonDice, Thrown, marsaglia_tsang, seed_sequence

ALPHA = 1e-4


def rows(df, seed=0, generations=200, batch=(500,)):
    dice = CommonDice(SeedSequence(seed), generations, batch)
    return np.stack([dice.at(t).chisquare(df) for t in range(generations)])


@pytest.mark.parametrize("df", [1, 2, 3, 4, 9, 99, 10**6])
def test_chisquare_is_exact_in_law(df):
    draws = rows(df).ravel()
    assert kstest(draws, chi2(df).cdf).pvalue > ALPHA
    assert kstest(draws, chi2(df + 0.05 * np.sqrt(df)).cdf).pvalue < ALPHA  # it could have failed


def test_the_rejected_are_redrawn_in_law():
    """Without the redraw, Marsaglia and Tsang's variate is visibly wrong at few degrees."""
    rng = default_rng(0)
    x, u = rng.standard_normal(100_000), rng.random(100_000)
    d = 4 / 2 - 1 / 3
    unchecked = 2 * d * np.maximum(1 + x / np.sqrt(9 * d), 0) ** 3
    assert kstest(unchecked, chi2(4).cdf).pvalue < ALPHA
    checked = marsaglia_tsang(4, x, u, None, lambda: (rng, default_rng(1)))
    assert kstest(checked, chi2(4).cdf).pvalue > ALPHA


def test_degrees_of_freedom_may_differ_over_the_batch():
    df = np.array([0, 1, 2, 30])
    dice = CommonDice(SeedSequence(0), 20_000, (4,))
    draws = np.stack([dice.at(t).chisquare(df) for t in range(20_000)])
    assert np.all(draws[:, 0] == 0)
    for column, degrees in zip(draws.T[1:], df[1:], strict=True):
        assert kstest(column, chi2(degrees).cdf).pvalue > ALPHA


def test_thrown_dice_obey_the_same_laws():
    dice = Thrown(default_rng(0), (50_000,))
    assert kstest(dice.normal(), norm.cdf).pvalue > ALPHA
    assert kstest(dice.chisquare(5), chi2(5).cdf).pvalue > ALPHA
    assert np.all(dice.chisquare(0) == 0)


def test_rows_are_independent_of_one_another():
    draws = rows(5, batch=(2_000,), generations=40)
    pairs = [spearmanr(a, b).statistic for a, b in pairwise(draws)]
    assert np.max(np.abs(pairs)) < 4.5 / np.sqrt(2_000)


@pytest.mark.parametrize("batch", [(1,), (3, 7), (300,), (10_000,)])
@pytest.mark.parametrize("df", [1, 4, 1000])
def test_a_longer_run_extends_a_shorter_one(df, batch):
    short, long = rows(df, generations=30, batch=batch), rows(df, generations=75, batch=batch)
    np.testing.assert_array_equal(short, long[:30])


def test_a_row_stays_where_it_is_when_earlier_ones_go_unused():
    dice = CommonDice(SeedSequence(0), 200, (300,))
    used = CommonDice(SeedSequence(0), 200, (300,))
    for t in range(150):
        used.at(t).normal()
    np.testing.assert_array_equal(dice.at(150).normal(), used.at(150).normal())


def test_wide_dice_have_streams_of_their_own():
    dice = CommonDice(SeedSequence(0), 60, (400,))
    plain = dice.at(7).normal()
    for count in (1, 3):
        wide = dice.wide(count).normal()
        assert wide.shape == (count, 400)
        assert not np.any(np.isin(wide, plain))
    longer = CommonDice(SeedSequence(0), 90, (400,)).at(7)
    np.testing.assert_array_equal(longer.wide(3).normal(), dice.wide(3).normal())
    np.testing.assert_array_equal(longer.normal(), plain)  # and they leave the others alone
    df = np.array([[1], [4], [30]])
    draws = np.stack([dice.at(t).wide(3).chisquare(df) for t in range(7, 60)], axis=1)
    for row, degrees in zip(draws, df.ravel(), strict=True):
        assert kstest(row.ravel(), chi2(degrees).cdf).pvalue > ALPHA
    assert Thrown(default_rng(0), (4,)).wide(2).normal().shape == (2, 4)


def test_seeds():
    assert seed_sequence(3).entropy == 3
    rng = default_rng(0)
    first, second = seed_sequence(rng), seed_sequence(rng)
    assert first.entropy != second.entropy  # a Generator advances
    assert seed_sequence(default_rng(0)).entropy == first.entropy
    assert seed_sequence(None).entropy != seed_sequence(None).entropy
    for bad in (-1, 1.5, "7", True):
        with pytest.raises(ValueError, match=f"rng must be a whole number .* not {bad!r}"):
            seed_sequence(bad)


def final_log_variance(n, regime):
    lineage = simulate(
        Normal(), GaussianMLE(), regime, n=n, generations=100, replicates=2000, rng=1
    )
    return np.log(metrics.variance(lineage[-1], Normal()))


def rank_correlation(first, second):
    return spearmanr(final_log_variance(*first), final_log_variance(*second)).statistic


def test_the_sample_size_slides():
    assert rank_correlation((100, Replace()), (101, Replace())) > 0.99
    assert rank_correlation((10, Replace()), (11, Replace())) > 0.98


@pytest.mark.parametrize("regime", [Refresh, Anchor])
def test_the_real_data_ratio_slides(regime):
    assert rank_correlation((100, regime(0.0)), (100, regime(0.01))) > 0.7
    assert rank_correlation((100, regime(0.05)), (100, regime(0.06))) > 0.95


def test_no_real_data_is_replace():
    for regime in (Refresh(0.0), Anchor(0.0), Refresh(0.004)):
        np.testing.assert_allclose(
            final_log_variance(100, regime), final_log_variance(100, Replace()), rtol=1e-9
        )


def test_numpys_own_chisquare_rolls_the_world_again():
    """The control: without common dice a step of the slider shares nothing."""
    chains = [
        np.log(default_rng(1).chisquare(n - 1, (100, 2000)) / n).sum(axis=0) for n in (10, 11)
    ]
    assert abs(spearmanr(*chains).statistic) < 4.5 / np.sqrt(2000)


def test_degrees_of_freedom_may_change_from_an_array_to_a_number():
    dice = CommonDice(SeedSequence(0), 4, (3,))
    for row, df in enumerate((np.array([4, 5, 6]), 5, np.array([5, 5, 5]), 5)):
        assert np.all(dice.at(row).chisquare(df) > 0)


# --- counts, drawn by blocks of rows ---------------------------------------------------------

SHARES = np.array([0.4, 0.3, 0.2, 0.1, 0.0])
MEMBERS = 8_000  # four blocks


def counted(n=30, times=3, batch=(MEMBERS,), p=SHARES):
    """Counts of a chain of draws from draws, step by step."""
    dice = CommonDice(SeedSequence(3), times, batch)
    counts = []
    for _ in range(times):
        counts.append(dice.multinomial(n, p))
        p = counts[-1] / np.asarray(n)[..., None]
    return np.stack(counts)


@pytest.mark.parametrize(
    ("n", "batch"),
    [(30, (MEMBERS,)), (30, ()), (np.array([[9], [50]]), (2, 4_000)), (30, (1, MEMBERS, 1))],
    ids=["members", "one", "sizes", "axes"],
)
def test_resampling_gives_the_shares_of_the_steps(n, batch):
    steps = counted(n, batch=batch)
    assert steps.shape == (3, *batch, 5) and steps.dtype == np.int64
    assert np.all(steps.sum(axis=-1) == n) and not steps[..., 4].any()
    shares = CommonDice(SeedSequence(3), 9, batch).resampled(n, SHARES, 3)
    np.testing.assert_array_equal(shares, steps / np.asarray(n)[..., None])


def test_counts_are_the_same_where_there_are_no_threads(monkeypatch):
    threaded = counted()
    monkeypatch.setattr(sys, "platform", "emscripten")
    np.testing.assert_array_equal(counted(), threaded)


def test_counts_are_exact_in_law_in_every_block():
    counts = counted(n=10**6, times=1)[0]
    for part in blocks.blocks(MEMBERS, 4):
        for j, share in enumerate(SHARES[:4]):
            z = (counts[part, j] - 10**6 * share) / np.sqrt(10**6 * share * (1 - share))
            assert kstest(z, norm.cdf).pvalue > ALPHA
            assert kstest(1.4 * z, norm.cdf).pvalue < ALPHA  # it could have failed
    pair = spearmanr(counts[:, 0], counts[:, 1]).statistic
    expected = -np.sqrt(0.4 * 0.3 / (0.6 * 0.7))  # of a linear correlation
    assert abs(2 * np.sin(np.pi / 6 * pair) - expected) < 4.5 / np.sqrt(MEMBERS)


def correlations(counts):
    parts = blocks.blocks(MEMBERS, 4)
    assert len(parts) == blocks.MOST
    return [abs(spearmanr(counts[a, 0], counts[b, 0]).statistic) for a, b in pairwise(parts)]


def test_blocks_have_streams_of_their_own(monkeypatch):
    limit = 4.5 / np.sqrt(MEMBERS / blocks.MOST)
    assert max(correlations(counted(n=10**6, times=1)[0])) < limit
    same = property(lambda dice: [default_rng(0) for _ in range(blocks.MOST)])
    monkeypatch.setattr(CommonDice, "_streams", same)
    assert min(correlations(counted(n=10**6, times=1)[0])) > limit


@pytest.mark.parametrize("rows", [1, 2, 7, 1000])
@pytest.mark.parametrize("width", [0, 1, 5_000, 10**6])
def test_blocks_hold_every_row_once(rows, width):
    parts = blocks.blocks(rows, width)
    np.testing.assert_array_equal(
        np.concatenate([np.arange(rows)[part] for part in parts]), np.arange(rows)
    )
    sizes = [part.stop - part.start for part in parts]
    assert 1 <= len(sizes) <= blocks.MOST and max(sizes) - min(sizes) <= 1
    assert len(sizes) == 1 or min(sizes) * width >= blocks.LEAST / 2


@pytest.mark.parametrize("bad", [0, 2])
def test_an_error_on_a_thread_is_not_lost(bad):
    done = []

    def task(i):
        done.append(i)
        if i == bad:
            raise ArithmeticError(f"task {i}")

    with pytest.raises(ArithmeticError, match=f"task {bad}"):
        blocks.together([lambda i=i: task(i) for i in range(4)])
    assert sorted(done) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("regime", "n"),
    [
        (Replace(), lambda t: 3 + t),
        (Refresh(0.2), lambda t: 9 + t),
        (Rollback(Refresh(0.2), at=9, to=5, real=3), 9),
        (Rollback(Replace(), at=9, to=5, real=3, after=Refresh(0.2)), 9),
    ],
    ids=["schedule", "refresh", "rollback", "then refresh"],
)
def test_a_longer_run_extends_a_shorter_one_where_the_counts_change(regime, n):
    """Few points, so that many candidates are rejected ahead of time."""
    short, long = (
        simulate(Normal(), GaussianMLE(), regime, n=n, generations=g, replicates=300, rng=5)
        for g in (15, 25)
    )
    for model, other in zip(short.models[1:], long.models[1:], strict=False):
        np.testing.assert_array_equal(other.sd, model.sd)


def test_more_points_than_can_be_counted_are_refused():
    """At the limit the counts are exact in law; numpy's own stop being so only far beyond."""
    n = dice.MOST_COUNTED
    trace = simulate(Bernoulli(0.5), CategoricalMLE(), n=n, generations=1, replicates=20_000, rng=3)
    z = (trace[1].p[:, 1] - 0.5) * 2 * np.sqrt(n)
    assert abs(z.var() - 1) < 4.5 * np.sqrt(2 / z.size)
    for many in (n + 1, 2**62, 2**63 - 1, np.array([10, n + 1])):
        for truth, learner in (
            (Bernoulli(0.5), CategoricalMLE()),
            (Mixture([Normal(), Normal(1)]), GaussianMLE()),
        ):
            with pytest.raises(ValueError, match="n must be at most 1,000,000,000,000,000 where"):
                simulate(truth, learner, n=many, generations=2, rng=0)
        with pytest.raises(ValueError, match="n must be at most 1,000,000,000,000,000 where"):
            CategoricalMLE().observe(Zipf(3), 2**62, np.random.default_rng(0))
