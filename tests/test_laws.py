"""Every exact law against the slow truth, and wrong laws that the same test rejects."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import ks_2samp

from collapse_lib import (
    Accumulate,
    Anchor,
    Categorical,
    CategoricalMLE,
    Empirical,
    GaussianLocationMLE,
    GaussianMLE,
    Mixture,
    Normal,
    Refresh,
    Replace,
    Sampled,
    StudentT,
    Subsample,
    Zipf,
    metrics,
    simulate,
)
from collapse_lib.dice import Thrown
from collapse_lib.suffstats import Counts, Moments

REPLICATES = 20_000
GENERATIONS = 4
N = 12
# Two functionals of some forty settings are compared; a law that is right fails one of them
# in a hundred choices of the seeds, and the seeds are fixed.
ALPHA = 0.01 / 80

BUMPS = Mixture((Normal(-2, 0.5), Normal(1, 1)), weights=(0.3, 0.7))
COLUMN = Empirical([1.0, 1.0, 2.0, 4.0, 7.0])

TRUTHS = {"normal": Normal(3, 2), "mixture": BUMPS, "real data": COLUMN}
REGIMES = {
    "replace": Replace(),
    "accumulate": Accumulate(),
    "refresh": Refresh(real=0.4),
    "anchor": Anchor(real=0.4),
}


def final(truth, learner, regime, seed, n=N):
    """Two functionals of the last generation, one value per replicate."""
    lineage = simulate(
        truth, learner, regime, n=n, generations=GENERATIONS, replicates=REPLICATES, rng=seed
    )
    model = lineage[-1]
    if isinstance(model, Categorical):
        return metrics.entropy(model, truth), model.p[:, 0]
    return metrics.mean(model, truth), metrics.variance(model, truth)


def p_values(first, second):
    """Compare two samples; equal numbers are equal, whatever their last bits."""
    pairs = zip(np.round(first, 9), np.round(second, 9), strict=True)
    return [ks_2samp(a, b, method="asymp").pvalue for a, b in pairs]


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("truth", TRUTHS)
def test_gaussian_law(truth, regime, ddof):
    learner = GaussianMLE(ddof)
    drawn = final(TRUTHS[truth], learner, REGIMES[regime], seed=1)
    sampled = final(TRUTHS[truth], Sampled(learner), REGIMES[regime], seed=2)
    assert min(p_values(drawn, sampled)) > ALPHA


@pytest.mark.parametrize("n", [2, 3, 40])
def test_gaussian_law_at_other_sizes(n):
    drawn = final(Normal(3, 2), GaussianMLE(), Replace(), seed=3, n=n)
    sampled = final(Normal(3, 2), Sampled(GaussianMLE()), Replace(), seed=4, n=n)
    assert min(p_values(drawn, sampled)) > ALPHA


def test_real_data_law_where_counts_are_drawn():
    """Above six points per distinct value the learner draws counts instead of points."""
    drawn = final(COLUMN, GaussianMLE(), Refresh(real=0.5), seed=5, n=60)
    sampled = final(COLUMN, Sampled(GaussianMLE()), Refresh(real=0.5), seed=6, n=60)
    assert min(p_values(drawn, sampled)) > ALPHA


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("truth", [Zipf(8, 1.0), Categorical([0.5, 0.2, 0.2, 0.1, 0.0])])
def test_categorical_law(truth, regime):
    drawn = final(truth, CategoricalMLE(), REGIMES[regime], seed=7)
    sampled = final(truth, Sampled(CategoricalMLE()), REGIMES[regime], seed=8)
    assert min(p_values(drawn, sampled)) > ALPHA


def test_the_naive_loop_obeys_the_same_law():
    """Ten lines of numpy, one lineage at a time, are what the library claims to be."""
    rng = np.random.default_rng(9)
    variances = []
    for _ in range(2_000):
        mean, sd = 3.0, 2.0
        for _ in range(GENERATIONS):
            points = rng.normal(mean, sd, size=N)
            mean, sd = points.mean(), points.std()
        variances.append(sd**2)
    _, ours = final(Normal(3, 2), GaussianMLE(ddof=0), Replace(), seed=10)
    _, wrong = final(Normal(3, 2), GaussianMLE(ddof=1), Replace(), seed=10)
    assert ks_2samp(variances, ours).pvalue > ALPHA
    assert ks_2samp(variances, wrong).pvalue < ALPHA


# --- wrong twins: the same test must reject each of them ------------------------------------


@dataclass(frozen=True)
class WrongDegreesOfFreedom(GaussianMLE):
    def observe(self, source, n, rng):
        right = super().observe(source, n, rng)
        return Moments(right.w, right.w2, right.mean, right.m2 * n / (n - 1))


@dataclass(frozen=True)
class ForgetsTheMeanWanders(GaussianMLE):
    def observe(self, source, n, rng):
        right = super().observe(source, n, rng)
        return Moments(right.w, right.w2, source.mean + 0 * right.mean, right.m2)


@dataclass(frozen=True)
class MixesInExactShares(GaussianMLE):
    def observe(self, source, n, rng):
        if not isinstance(source, Mixture):
            return super().observe(source, n, rng)
        dice = Thrown(rng.generator, rng.batch)
        first = round(n * source.weights[0])
        parts = zip(source.components, (first, n - first), strict=True)
        return sum(
            (super(MixesInExactShares, self).observe(p, k, dice) for p, k in parts),
            start=Moments.empty(),
        )


@dataclass(frozen=True)
class TakesRealDataForNormal(GaussianMLE):
    def observe(self, source, n, rng):
        return super().observe(Normal(source.mean, np.sqrt(source.variance)), n, rng)


@dataclass(frozen=True)
class FavoursTheFrequent(CategoricalMLE):
    def observe(self, source, n, rng):
        p = source.p**1.05
        p = p / p.sum(axis=-1, keepdims=True)
        return Counts(rng.generator.multinomial(n, p, size=rng.batch))


@pytest.mark.parametrize(
    ("truth", "right", "wrong"),
    [
        (Normal(3, 2), GaussianMLE(), WrongDegreesOfFreedom()),
        (Normal(3, 2), GaussianMLE(), ForgetsTheMeanWanders()),
        (Normal(3, 2), GaussianMLE(ddof=0), GaussianMLE(ddof=1)),
        (BUMPS, GaussianMLE(), MixesInExactShares()),
        (COLUMN, GaussianMLE(), TakesRealDataForNormal()),
        (Zipf(8, 1.0), CategoricalMLE(), FavoursTheFrequent()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_wrong_law_is_rejected(truth, right, wrong):
    slow = final(truth, Sampled(right), Replace(), seed=11)
    assert min(p_values(final(truth, wrong, Replace(), seed=12), slow)) < ALPHA


# --- regimes and truths without a shortcut --------------------------------------------------


def test_subsample_lies_between_replace_and_accumulate():
    """Pool second moments are a martingale: E[v] + E[m²] stays 1 (Kazdan et al.)."""
    lineage = simulate(
        Normal(), Sampled(GaussianMLE()), Subsample(), n=20, generations=20, replicates=4000, rng=1
    )
    total = lineage.trace(metrics.variance) + lineage.trace(metrics.mean) ** 2
    error = total[20].std(ddof=1) / np.sqrt(4000)
    assert abs(total[20].mean() - 1) < 4.5 * error
    variance = {
        name: simulate(
            Normal(), GaussianMLE(), regime, n=20, generations=20, replicates=4000, rng=2
        )
        .trace(metrics.variance)[20]
        .mean()
        for name, regime in (("replace", Replace()), ("accumulate", Accumulate()))
    }
    assert variance["replace"] < lineage.trace(metrics.variance)[20].mean() < variance["accumulate"]


def test_a_heavy_tail_is_sampled_point_by_point():
    """StudentT has no exact law here, so both routes draw the very same points."""
    same = [
        simulate(StudentT(4), learner, n=50, generations=1, replicates=10, rng=1)[1].sd
        for learner in (GaussianMLE(), Sampled(GaussianMLE()))
    ]
    np.testing.assert_array_equal(*same)
    variance = simulate(
        StudentT(5), GaussianMLE(ddof=1), n=500, generations=1, replicates=4000, rng=2
    )
    unbiased = variance.trace(metrics.variance)[1]
    assert abs(unbiased.mean() - 5 / 3) < 4.5 * unbiased.std(ddof=1) / np.sqrt(4000)


def test_a_known_spread_is_never_learnt():
    truth, learner = Normal(3, 2), GaussianLocationMLE(2.0)
    model = run_location(learner, truth)
    np.testing.assert_array_equal(model.sd, 2.0)
    expected = 4 * 5 / 12  # the mean wanders by sd²/n a generation
    square = (model.mean - 3) ** 2
    error = square.std(ddof=1) / REPLICATES**0.5
    assert abs(square.mean() - expected) < 4.5 * error
    collapsing = run_location(GaussianMLE(), truth)
    assert abs(((collapsing.mean - 3) ** 2).mean() - expected) > 4.5 * error
    sampled = run_location(Sampled(learner), truth)
    assert ks_2samp(sampled.mean, model.mean).pvalue > ALPHA
    with pytest.raises(ValueError, match="sd must be a number above 0, not 0"):
        GaussianLocationMLE(0)


def run_location(learner, truth):
    return simulate(truth, learner, n=12, generations=5, replicates=REPLICATES, rng=7)[-1]
