"""Temperature, cut-offs, drift and filters against what theory says of them."""

import numpy as np
import pytest
from scipy.stats import kstest, truncnorm
from support import LIMIT, errors, run

from collapse_lib import (
    Accumulate,
    Categorical,
    CategoricalMLE,
    GaussianMLE,
    Mixture,
    MultivariateGaussianMLE,
    MultivariateNormal,
    Normal,
    Refresh,
    Replace,
    Sampled,
    StudentT,
    Subsample,
    Zipf,
    metrics,
    theory,
)
from collapse_lib.regimes import (
    Blend,
    Curated,
    Kept,
    Shift,
    Slip,
    Temperature,
    Tempered,
    TopK,
    TopP,
    TruncatedNormal,
    Typical,
    Verifier,
    kept,
    shifted,
)

T = np.arange(11)


# --- temperature -----------------------------------------------------------------------------


@pytest.mark.parametrize("ddof", [0, 1])
def test_the_bias_of_mad(ddof):
    trace = run(Tempered(Replace(), Temperature(0.8)), GaussianMLE(ddof)).trace(metrics.variance)
    expected = theory.tempered_variance_mean(T, 20, 0.8, ddof)
    assert np.all(errors(trace[1:], expected[1:]) < LIMIT)
    assert errors(trace[-1], theory.tempered_variance_mean(11, 20, 0.8, ddof)) > LIMIT


def test_the_bias_is_left_with_fresh_data():
    trace = run(Tempered(Refresh(0.3), Temperature(0.9))).trace(metrics.variance)
    assert np.all(
        errors(trace[1:], theory.refresh_tempered_variance_mean(T[1:], 20, 6, 0.9)) < LIMIT
    )
    late = run(Tempered(Refresh(0.3), Temperature(0.9)), n=10**9, generations=80, replicates=3)
    limit = theory.refresh_tempered_variance_limit(0.3, 0.9)
    np.testing.assert_allclose(late[-1].variance, limit, rtol=1e-3)


def test_the_bias_in_several_dimensions():
    truth, learner = MultivariateNormal([0.0, 5], [[1, 0.5], [0.5, 2]]), MultivariateGaussianMLE()
    lineage = run(Tempered(Replace(), Temperature(0.8)), learner, truth, generations=4)
    expected = truth.cov * theory.tempered_variance_mean(4, 20, 0.8)
    cov = np.moveaxis(lineage[-1].cov, 0, -1)
    assert np.all(errors(cov, expected) < LIMIT)
    assert np.all(errors(cov, expected / 0.8) > LIMIT)
    drifting = run(Tempered(Replace(), Shift([0.1, -0.2])), learner, truth, generations=4)
    assert np.all(errors(drifting[-1].mean.T, [0.3, 4.4]) < LIMIT)
    several = Tempered(Replace(), Temperature([0.5, 1.0]))
    assert run(several, learner, truth, replicates=3)[-1].cov.shape == (2, 3, 2, 2)


def test_an_array_of_temperatures_is_a_batch():
    temperature = np.array([0.7, 1.0, 1.2])
    regime = Tempered(Replace(), Temperature(temperature))
    assert regime.batch == (3,)
    several = run(regime, n=10**9, generations=6, replicates=2)
    assert several[-1].batch == (3, 2)
    np.testing.assert_allclose(several[-1].variance[:, 0], temperature**5, rtol=1e-3)
    words = run(regime, CategoricalMLE(), Zipf(5), n=10**9, generations=4, replicates=2)
    expected = theory.temperature_probabilities(4, Zipf(5).p, temperature)
    np.testing.assert_allclose(words[-1].p[:, 0], expected, rtol=2e-3)
    one = run(Tempered(Refresh([[0.1], [0.5]]), Temperature(temperature)), replicates=2)
    assert one[-1].batch == (2, 3, 2)


def test_a_temperature_of_1_changes_nothing():
    np.testing.assert_allclose(Temperature(1.0)(Zipf(5)).p, Zipf(5).p)
    plain, tempered = (
        run(regime, replicates=3) for regime in (Replace(), Tempered(Replace(), Temperature(1.0)))
    )
    np.testing.assert_allclose(plain[-1].mean, tempered[-1].mean, rtol=1e-9)  # to rounding


def test_a_low_temperature_does_not_underflow():
    cold = Temperature(0.001)(Categorical([[0.5, 0.3, 0.2], [0, 0.2, 0.8]]))
    np.testing.assert_allclose(cold.p, [[1, 0, 0], [0, 0, 1]], atol=1e-12)


# --- cut-offs --------------------------------------------------------------------------------


def test_top_k():
    model = Categorical([[0.1, 0.4, 0.3, 0.2], [0.25, 0.25, 0.25, 0.25]])
    cut = TopK(2)(model)
    np.testing.assert_allclose(cut.p, [[0, 4 / 7, 3 / 7, 0], [0.5, 0.5, 0, 0]])
    np.testing.assert_array_equal(TopK(2)(cut).p, cut.p)  # one cut is all there is
    np.testing.assert_array_equal(TopK(9)(model).p, model.p)


def test_top_p():
    model = Categorical([[0.1, 0.4, 0.3, 0.2], [0.7, 0.1, 0.1, 0.1]])
    np.testing.assert_allclose(TopP(0.6)(model).p, [[0, 4 / 7, 3 / 7, 0], [1, 0, 0, 0]])
    np.testing.assert_allclose(TopP(0.7)(model).p, [[0, 4 / 7, 3 / 7, 0], [1, 0, 0, 0]])
    np.testing.assert_allclose(TopP(0.71)(model).p[1], [7 / 8, 1 / 8, 0, 0])
    np.testing.assert_array_equal(TopP(0)(model).p.argmax(axis=-1), [1, 0])
    assert np.all((TopP(0)(model).p > 0).sum(axis=-1) == 1)
    np.testing.assert_allclose(TopP(1)(model).p, model.p)


def test_the_nucleus_shrinks_as_theory_says():
    model, counts = Zipf(1000), []
    for _ in T[1:]:
        counts.append((model.p > 0).sum())
        model = TopP(0.95)(model)
    np.testing.assert_array_equal(counts, theory.top_p_survivors(T[1:], Zipf(1000).p, 0.95))
    once = run(Tempered(Replace(), TopK(5)), CategoricalMLE(), Zipf(50), n=10**8, replicates=2)
    np.testing.assert_array_equal(once.trace(metrics.survivors)[:3, 0], [50, 50, 5])


# --- drift -----------------------------------------------------------------------------------


def test_drift():
    for regime, curve in (
        (Replace(), theory.replace_bias_mean),
        (Accumulate(), theory.accumulate_bias_mean),
    ):
        means = run(Tempered(regime, Shift(0.3))).trace(metrics.mean)
        assert np.all(errors(means[1:], curve(T[1:], 0.3)) < LIMIT)
        assert errors(means[-1], curve(11, 0.3)) > LIMIT
    pulled = run(Tempered(Refresh(0.25), Shift(0.3)), n=40, generations=60).trace(metrics.mean)[-1]
    assert errors(pulled, 0.3 * 0.75 / 0.25) < LIMIT
    assert errors(pulled, 0.3 / 0.25) > LIMIT


def test_shifted():
    batch = shifted(Normal(1, 2), np.array([0.5, -1]))
    np.testing.assert_array_equal(batch.mean, [1.5, 0])
    assert batch.batch == (2,) and batch.sd.shape == (2,)
    pair = shifted(Mixture((Normal(0), Normal(3)), (0.2, 0.8)), 1.0)
    assert (pair.mean, pair.weights[0]) == (pytest.approx(3.4), pytest.approx(0.2))
    odds = shifted(Categorical([0.2, 0.3, 0.5]), np.log(4)).p
    np.testing.assert_allclose(odds, [0.5, 0.1875, 0.3125])  # 1 : 4 becomes 4 : 4


# --- filters ---------------------------------------------------------------------------------


@pytest.mark.parametrize("cutoff", [0.5, 2.0, 3.0])
def test_the_truncated_normal(cutoff):
    x = TruncatedNormal(np.array([3.0, -1]), np.array([2.0, 0.1]), cutoff).sample(
        20_000, np.random.default_rng(1)
    )
    assert x.shape == (20_000, 2)
    for column, mean, sd in zip(x.T, (3, -1), (2, 0.1), strict=True):
        assert kstest((column - mean) / sd, truncnorm(-cutoff, cutoff).cdf).pvalue > 1e-4
        tighter = truncnorm(-0.6 * cutoff, 0.6 * cutoff)
        assert kstest((column - mean) / sd, tighter.cdf).pvalue < 1e-4


@pytest.mark.parametrize("cutoff", [1.5, 2.0])
def test_a_filter_on_typicality_is_a_collapse_engine(cutoff):
    trace = run(Tempered(Replace(), Typical(cutoff)), generations=6).trace(metrics.variance)
    expected = theory.typical_variance_mean(T[1:7], 20, cutoff)
    assert np.all(errors(trace[1:], expected) < LIMIT)
    assert errors(trace[-1], theory.typical_variance_mean(6, 20, cutoff + 0.2)) > LIMIT


def test_typical_points_of_other_models():
    source = StudentT(np.full(3, 5.0), 1.0, 2.0)
    x = Typical(1.0)(source).sample(2_000, np.random.default_rng(1))
    assert x.shape == (2_000, 3)
    assert np.all(np.abs(x - 1) < np.sqrt(source.variance))


def is_good(x):
    return x < 1


@pytest.mark.parametrize(("keep_bad", "error"), [(0.3, 0.1), (0.6, 0.1), (0.85, 0.1)])
def test_the_breakdown_of_a_verifier(keep_bad, error):
    """Where the verifier beats the new errors, r > 1/(1-e), good points stay; else they go."""
    regime = Tempered(Tempered(Replace(), Slip(is_good, error)), Verifier(is_good, 0.9, keep_bad))
    truth = Categorical([0.8, 0.2])
    good = run(regime, CategoricalMLE(), truth, n=10**9, generations=30, replicates=200)
    t = np.arange(1, 31)
    expected = theory.verifier_good_share(t - 1, 0.8, 0.9, keep_bad, error)
    found = np.stack([model.p[:, 0] for model in good.models[1:]])
    assert np.all(errors(found, expected) < LIMIT)
    twin = theory.verifier_good_share(t - 1, 0.8, 0.9, keep_bad * 1.01, error)
    assert np.all(errors(found, twin)[1:] > LIMIT)
    lives = 0.9 / keep_bad > 1 / (1 - error)
    assert lives == (theory.verifier_good_share_limit(0.9, keep_bad, error) > 0)
    assert lives == (found[-1].mean() > 0.5)


def test_a_verifier_of_numbers():
    """A sample of N(0, 1) of which the points above 1 are kept less often."""
    share = 0.8413447460685429  # Φ(1)
    x = Verifier(is_good, 0.9, 0.3)(Normal(np.zeros(5), 1)).sample(40_000, np.random.default_rng(1))
    good = (x < 1).mean(axis=0)
    expected = 0.9 * share / (0.9 * share + 0.3 * (1 - share))
    assert np.all(np.abs(good - expected) < LIMIT * np.sqrt(expected * (1 - expected) / 40_000))
    assert np.all(np.abs(good - share) > LIMIT * np.sqrt(share * (1 - share) / 40_000))


def test_rejection_draws_the_conditional_distribution():
    half = Kept(Normal(np.array([0.0, 1, -2]), 1), lambda x: x > 0)
    x = half.sample(5_000, np.random.default_rng(1))
    for column, mean in zip(x.T, (0, 1, -2), strict=True):
        assert kstest(column, truncnorm(-mean, np.inf, loc=mean).cdf).pvalue > 1e-4
    assert half.expand((2, 3)).batch == (2, 3)
    assert half.sample(0, np.random.default_rng(1)).shape == (0, 3)


def test_new_errors_are_spread_over_what_is_bad():
    p = Slip(is_good, 0.5)(Categorical([[0.6, 0.4, 0.0], [0.0, 0.5, 0.5]])).p
    np.testing.assert_allclose(p, [[0.3, 0.55, 0.15], [0, 0.5, 0.5]])


@pytest.mark.parametrize(
    ("truth", "learner", "by"),
    [
        (Normal(1, 2), GaussianMLE(), Temperature(0.9)),
        (Normal(1, 2), GaussianMLE(), Shift(0.1)),
        (Normal(1, 2), GaussianMLE(), Typical(2)),
        (Normal(1, 2), GaussianMLE(), Verifier(is_good, 0.9, 0.5)),
        (Zipf(6), CategoricalMLE(), Temperature(0.9)),
        (Zipf(6), CategoricalMLE(), TopK(3)),
        (Zipf(6), CategoricalMLE(), TopP(0.8)),
        (Zipf(6), CategoricalMLE(), Shift(0.1)),
        (Zipf(6), CategoricalMLE(), Slip(is_good, 0.1)),
        (Zipf(6), CategoricalMLE(), Verifier(is_good, 0.9, 0.5)),
        (Zipf(6), CategoricalMLE(), Curated(lambda x: -0.3 * x)),
    ],
)
@pytest.mark.parametrize("regime", [Replace(), Accumulate(), Refresh(0.2), Blend(0.2), Subsample()])
def test_the_loop_keeps_its_promises(truth, learner, by, regime):
    if regime.picks_points:
        learner = Sampled(learner)
    wrapped = Tempered(regime, by)
    assert wrapped.picks_points == regime.picks_points
    metric = metrics.mean if truth.kind == "numbers" else metrics.entropy
    short = run(wrapped, learner, truth, generations=5, replicates=3).trace(metric)
    assert short.shape == (6, 3)
    longer = run(wrapped, learner, truth, generations=40, replicates=3).trace(metric)
    np.testing.assert_array_equal(longer[:6], short)
    plain = run(regime, learner, truth, generations=5, replicates=3).trace(metric)
    np.testing.assert_array_equal(plain[:2], short[:2])  # real data are never tempered
    assert not np.array_equal(plain[2:], short[2:])


# --- curation --------------------------------------------------------------------------------


def liked(labels):
    return -0.5 * np.asarray(labels)


def test_curation_follows_its_curve():
    lineage = run(Tempered(Refresh(0.2), Curated(liked)), CategoricalMLE(), Zipf(6), n=10**9)
    for t in (1, 2, 5, 10):
        curve = theory.curated_probabilities(t, Zipf(6).p, liked(np.arange(6)), 0.2)
        np.testing.assert_allclose(lineage[t].p.mean(axis=0), curve, rtol=1e-3)
    wrong = theory.curated_probabilities(10, Zipf(6).p, liked(np.arange(6)), 0.3)
    assert not np.allclose(lineage[10].p.mean(axis=0), wrong, rtol=1e-2)


def test_curation_of_numbers():
    """A quadratic liking keeps a normal law normal: precisions add, 1 + 1/4 here."""
    curated = Curated(lambda x: -((x - 3) ** 2) / 8)
    x = curated(Normal(1)).sample(20_000, np.random.default_rng(3))
    assert kstest(x, "norm", (1.4, 0.8**0.5)).pvalue > 1e-3
    assert kstest(x, "norm", (1.0, 0.8**0.5)).pvalue < 1e-3
    higher = Curated(lambda x: 2 - ((x - 3) ** 2) / 8, best=2)
    same = higher(Normal(1)).sample(20_000, np.random.default_rng(3))
    np.testing.assert_array_equal(x, same)
    with pytest.raises(ValueError, match=r"best must be the highest reward, 2, not 0"):
        Curated(lambda x: 2 - np.asarray(x))(Zipf(6))


def test_wrappers_nest_and_the_inner_one_acts_first():
    inner_first = Tempered(Tempered(Replace(), TopK(1)), Shift(1.0))
    assert inner_first.temper(Categorical([0.3, 0.7])).p[0] == 0
    other = Tempered(Tempered(Replace(), Shift(9.0)), TopK(1))
    assert other.temper(Categorical([0.3, 0.7])).p[0] == 1


# --- what they refuse ------------------------------------------------------------------------


def nothing(x):
    return np.zeros(np.shape(x))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Temperature(0), "temperature must be a number above 0, not 0.0"),
        (lambda: TopK(0), "k must be a whole number of at least 1, not 0"),
        (lambda: TopP(1.5), "mass must be a number between 0 and 1, not 1.5"),
        (lambda: Shift(np.inf), "step must be a finite number, not inf"),
        (lambda: Typical(0), "cutoff must be a number above 0, not 0.0"),
        (lambda: Verifier(is_good, 1.1, 0), "keep_good must be a number between 0 and 1, not 1.1"),
        (lambda: Verifier(is_good, 1, -1), "keep_bad must be a number between 0 and 1, not -1"),
        (lambda: Curated(is_good, np.nan), "best must be a finite number, not nan"),
        (lambda: Slip(is_good, 2), "rate must be a number between 0 and 1, not 2"),
        (
            lambda: Slip(lambda x: x >= 0, 0.1)(Zipf(3)),
            "good must leave at least one category that is bad",
        ),
        (lambda: kept(Zipf(3), nothing), "a filter must let some category through, not none"),
        (
            lambda: kept(Normal(), nothing).sample(1, np.random.default_rng(1)),
            "a filter must let through at least one point in 10,000",
        ),
    ],
)
def test_bad_numbers_get_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Tempered(Replace(), 0.9), r"by must be a callable such as Temperature\(0.9\), no"),
        (
            lambda: Temperature(0.9)(StudentT(5)),
            "Temperature changes normal or categorical models, not StudentT",
        ),
        (lambda: Verifier(3, 0.9, 0.5), "good must be a function such as lambda x: x > 0, not 3"),
        (lambda: Curated(3), r"reward must be a function such as lambda x: -abs\(x\), not 3"),
        (lambda: Slip(3, 0.1), "good must be a function such as lambda x: x > 0, not 3"),
        (lambda: TopK(3)(Normal()), "TopK ranks categories, and Normal has none"),
        (lambda: TopP(0.3)(Normal()), "TopP ranks categories, and Normal has none"),
        (lambda: Typical(2)(Zipf(3)), "Typical measures numbers, and Zipf draws categories"),
        (lambda: kept(MultivariateNormal([0, 0]), nothing), "a filter looks at numbers or categ"),
        (lambda: Slip(is_good, 0.1)(Normal()), "Slip needs categories, and Normal has none"),
        (lambda: shifted(StudentT(5), 1), "a shift moves normal models, mixtures of them or cate"),
    ],
)
def test_what_does_not_go_together_gets_a_sentence(make, sentence):
    with pytest.raises(TypeError, match=sentence):
        make()
