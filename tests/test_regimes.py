"""Weights, growing samples, rollback, blends, webs and crowds against their exact recursions."""

import numpy as np
import pytest
import support
from scipy.stats import ks_2samp
from support import LIMIT, MeanOnly, errors

from collapse_lib import (
    Accumulate,
    Anchor,
    Categorical,
    CategoricalMLE,
    GaussianMLE,
    Mixture,
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
    Crawl,
    Crowd,
    Draw,
    Fresh,
    Growing,
    Model,
    Rollback,
    Temperature,
    Tempered,
    Web,
    Weighted,
    mix,
)

REPLICATES = 20_000


def run(regime, learner=None, truth=Normal(), **options):  # noqa: B008 (frozen)
    options = {"generations": 12, "replicates": REPLICATES} | options
    return support.run(regime, learner, truth, **options)


# --- weights ---------------------------------------------------------------------------------


def squares(regime, n=40, generations=40):
    return run(regime, MeanOnly(), n=n, generations=generations).trace(metrics.mean)[-1] ** 2


@pytest.mark.parametrize("real", [0.5, 0.2])
def test_the_golden_ratio_is_the_best_weight(real):
    n_real, n_made = 40 * real, 40 * (1 - real)
    best = Weighted(real)
    share = theory.optimal_real_weight(n_real, n_made)
    assert best.weight * n_real / (best.weight * n_real + n_made) == pytest.approx(share)
    found = squares(best)
    assert errors(found, theory.weighted_mean_square_limit(n_real, n_made, share)) < LIMIT
    assert errors(found, share / n_real) < LIMIT  # they are worth n_real / share real points
    for other in (1.0, 3 * best.weight):
        assert squares(Weighted(real, other)).mean() > found.mean()
    naive = theory.weighted_mean_square_limit(n_real, n_made, real)
    assert errors(squares(Weighted(real, 1.0)), naive) < LIMIT
    assert errors(found, naive) > LIMIT  # the twin: no weight at all


def test_the_default_weight():
    assert Weighted(0.5).weight == pytest.approx((1 + 5**0.5) / 2)
    assert Weighted(1.0).weight == 1
    assert Weighted(0.0).weight == 1
    assert Weighted(0.1, 2).recipe(3, 50) == (Draw(Fresh(), 5, 2.0), Draw(Model(-1), 45))
    np.testing.assert_array_equal(
        run(Weighted(0.3, 1.0), replicates=5).trace(metrics.mean),
        run(Refresh(0.3), replicates=5).trace(metrics.mean),
    )
    assert run(Weighted(np.array([0.1, 0.5]), 2), replicates=3)[-1].batch == (2, 3)


def test_synthetic_data_help_up_to_twice():
    """k fresh real points and many made-up ones are worth (2 - α) k where nothing is biased."""
    n_real, n = 10, 100
    found = squares(Refresh(n_real / n), n=n, generations=80)
    effective = n_real * (2 - n_real / n)
    assert errors(found, 1 / effective) < LIMIT
    assert errors(found, 1 / n_real) > LIMIT
    fitted = run(Refresh(n_real / n), n=n, generations=80).trace(metrics.mean)[-1] ** 2
    assert errors(fitted, theory.refresh_mean_square_limit(n, n_real)) < LIMIT
    biased = Tempered(Refresh(n_real / n), lambda model: Normal(model.mean + 0.1, model.sd))
    assert squares(biased, n=n, generations=80).mean() > 1 / n_real  # and here they harm


# --- growing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("power", [0.0, 1.0, 1.5])
def test_growing_samples(power):
    schedule = Growing(20, power)
    trace = run(Replace(), n=schedule, generations=25).trace(metrics.variance)
    t = np.arange(1, 26)
    sizes = np.array([schedule(i) for i in t])
    np.testing.assert_allclose(sizes, 20.0 * t**power, atol=0.5)
    assert np.all(errors(trace[1:], np.cumprod(1 - 1 / sizes)) < LIMIT)
    if power:
        assert errors(trace[-1], (1 - 1 / 20) ** 25) > LIMIT  # the twin: a constant size


def test_growing_squares_against_the_theorem():
    schedule = Growing(50, 2)
    lineage = run(Replace(), GaussianMLE(ddof=1), n=schedule, generations=20)
    distance = lineage.trace(metrics.wasserstein2) ** 2
    exact = theory.schedule_wasserstein2_mean([schedule(t) for t in range(1, 21)])
    assert errors(distance[-1], np.asarray(exact)[..., -1]) < LIMIT


# --- rollback --------------------------------------------------------------------------------


@pytest.mark.parametrize("learner", [GaussianMLE(), GaussianMLE(1), CategoricalMLE()], ids=repr)
@pytest.mark.parametrize("regime", [Replace(), Refresh(0.2), Anchor(0.2)])
@pytest.mark.parametrize("record", [False, True])
def test_a_rollback_leaves_the_past_alone(regime, record, learner):
    truth = Zipf(300) if learner.kind == "categories" else Normal()
    metric = metrics.entropy
    options = {"record": {"shown": metric}} if record else {}

    def shown(regime):
        lineage = run(regime, learner, truth, n=200, replicates=7, **options)
        return lineage.recorded["shown"] if record else lineage.trace(metric)

    plain, rolled = shown(regime), shown(Rollback(regime, at=9, to=2, real=5))
    np.testing.assert_array_equal(rolled[:9], plain[:9])
    assert not np.any(rolled[9] == plain[9])
    again = shown(Rollback(Rollback(regime, at=9, to=2, real=5), at=12, to=10))
    np.testing.assert_array_equal(again[:12], rolled[:12])
    assert not np.any(again[12] == rolled[12])


@pytest.mark.parametrize("after", [Replace(), Refresh(0.2)])
def test_what_follows_a_rollback_has_the_law_of_the_loop(after):
    """Where the chain is closed it is unrolled; a bias or another policy is not skipped."""

    class StepByStep(GaussianMLE):
        pass

    for regime in (Replace(), Tempered(Replace(), Temperature(0.5)), Refresh(0.2)):
        rollback = Rollback(regime, at=5, to=2, after=after)
        fast, slow = (run(rollback, one(), replicates=9) for one in (GaussianMLE, StepByStep))
        for metric in (metrics.mean, metrics.variance):
            np.testing.assert_allclose(fast.trace(metric), slow.trace(metric), rtol=1e-9)


def test_a_run_that_ends_before_its_rollback_is_the_beginning_of_it():
    rollback = Rollback(Replace(), at=30, to=3)
    short, long = (run(rollback, generations=g, replicates=3) for g in (12, 40))
    np.testing.assert_array_equal(short.trace(metrics.sd), long.trace(metrics.sd)[:13])


@pytest.mark.parametrize("real", [0, 30])
def test_the_error_after_a_rollback(real):
    """Generation `to` has lost to/n of precision and the new sample 1/n: to + 1 in all."""
    n, to = 100, 5
    regime = Rollback(Replace(), at=50, to=to, real=real)
    means = run(regime, MeanOnly(), n=n, generations=50).trace(metrics.mean)[50]
    assert errors(means**2, theory.rollback_mean_square(n, to, real)) < LIMIT
    assert errors(means**2, theory.rollback_mean_square(n, 50, real)) > LIMIT
    if real:
        naive = Rollback(Replace(), at=50, to=to, real=real, weight=1)
        late = Rollback(Replace(), at=50, to=49, real=real)
        for worse in (naive, late):
            other = run(worse, MeanOnly(), n=n, generations=50).trace(metrics.mean)[50]
            assert (other**2).mean() > (means**2).mean()


def test_only_real_data_bring_a_lost_category_back():
    truth, real = Categorical([0.9, 0.1]), 8
    lineage = run(
        Rollback(Replace(), at=20, to=15, real=real),
        CategoricalMLE(),
        truth,
        n=10,
        generations=20,
    )
    lost = lineage[15].p[:, 1] == 0
    back = lineage[20].p[lost, 1] > 0
    assert lost.sum() > 5_000
    assert errors(back.astype(float), theory.recovery_probability(real, 0.1)) < LIMIT
    alone = run(Rollback(Replace(), at=20, to=15), CategoricalMLE(), truth, n=10, generations=20)
    assert not np.any(alone[20].p[alone[15].p[:, 1] == 0, 1])


def test_after_a_rollback_another_policy_may_take_over():
    """Real points in each later generation hold the variance, where the old policy loses it."""
    n, real = 50, Refresh(0.2)
    plain = run(Rollback(Replace(), at=20, to=2), n=n, generations=150)
    held = run(Rollback(Replace(), at=20, to=2, after=real), n=n, generations=150)
    again = run(Rollback(Replace(), at=20, to=2, after=Replace()), n=n, generations=150)
    for t in range(1, 21):
        np.testing.assert_array_equal(held[t].variance, plain[t].variance)
    np.testing.assert_array_equal(again[150].variance, plain[150].variance)
    limit = theory.refresh_variance_limit(n, 10)
    assert errors(held[150].variance, limit) < LIMIT
    assert errors(plain[150].variance, limit) > LIMIT


# --- a pool with real data among what is added ------------------------------------------------


def test_a_contaminated_pool():
    n, t = 10, np.arange(1, 31)
    several = run(Accumulate([0.0, 0.2, 0.8]), n=n, generations=30)
    means = several.trace(metrics.mean)[1:]
    assert several[-1].batch[0] == 3
    for i, n_real in enumerate((0, 2, 8)):
        curve = theory.contaminated_mean_square(t, n, n_real)
        assert np.all(errors(means[:, i] ** 2, curve) < LIMIT)
        variance = several.trace(metrics.variance)[1:, i]
        assert np.all(errors(variance, 1 - curve) < LIMIT)
        twin = theory.contaminated_mean_square(t, n, n_real + 2)
        assert np.any(errors(means[:, i] ** 2, twin) > LIMIT)
    plain = run(Accumulate(), n=n, generations=5).trace(metrics.mean)
    np.testing.assert_array_equal(plain, run(Accumulate(0), n=n, generations=5).trace(metrics.mean))


# --- blends and webs -------------------------------------------------------------------------


def blend_theory(n, real, generations):
    second, square, variance = 1.0, 0.0, [1.0]
    for t in range(1, generations + 1):
        share = 1.0 if t == 1 else real
        pool = share + (1 - share) * second  # E[x²] of a point; the truth's is 1
        centre = (1 - share) ** 2 * square  # E[(mean of the mixture)²]
        square = centre + (pool - centre) / n
        variance.append((1 - 1 / n) * (pool - centre))
        second = variance[-1] + square
    return np.array(variance), square


@pytest.mark.parametrize("real", [0.0, 0.1, 0.5, 1.0])
def test_blend(real):
    lineage = run(Blend(real), n=10)
    variance, square = blend_theory(10, real, 12)
    assert np.all(errors(lineage.trace(metrics.variance)[1:], variance[1:]) < LIMIT)
    assert errors(lineage[-1].mean ** 2, square) < LIMIT
    if real < 1:
        twin = blend_theory(10, 0.0 if real else 0.5, 12)[0][-1]
        assert errors(lineage.trace(metrics.variance)[-1], twin) > LIMIT


def test_the_formula_of_blend_is_the_one_documented():
    n, a, v, m = 10, 0.3, 0.9, 0.1  # generation 1 of n = 10: V = 1 - 1/n, M = 1/n
    for _ in range(11):
        w = a + (1 - a) * v + a * (1 - a) * m
        v, m = (1 - 1 / n) * w, (1 - a) ** 2 * m + w / n
    variance, square = blend_theory(n, a, 12)
    assert (v, m) == pytest.approx((variance[-1], square))


def web_theory(n, web, generations):
    """E[v] of generation t is (1 - 1/n)(1 - B), B the mean square of the web's mean."""
    centre, variance = 0.0, []
    for t in range(1, generations + 1):
        variance.append((1 - 1 / n) * (1 - centre))
        size, grown = (1 + (web.human + web.machine) * i for i in (t - 1, t))
        # the new pages' mean is the web's own plus the noise of the crawl, (1 - B)/n
        centre = ((size + web.machine) ** 2 * centre + web.machine**2 * (1 - centre) / n) / grown**2
    return np.array(variance)


@pytest.mark.parametrize("web", [Web(), Web(0.5, 1.0), Web(0.0, 5.0)], ids=repr)
def test_web(web):
    lineage = run(web, n=3)
    found = lineage.trace(metrics.variance)[1:]
    assert np.all(errors(found, web_theory(3, web, 12)) < LIMIT)
    twin = Web(web.human, 3 * web.machine)
    assert np.all(errors(found[1:], web_theory(3, twin, 12)[1:]) > LIMIT)
    slow = run(web, Sampled(GaussianMLE()), n=3, generations=4, replicates=4_000)
    assert np.all(errors(slow.trace(metrics.variance)[1:], web_theory(3, web, 4)) < LIMIT)


def test_a_web_of_more_models_than_numpy_can_choose_from():
    lineage = run(Web(), Sampled(GaussianMLE()), n=3, generations=70, replicates=2)
    assert np.isfinite(lineage[70].mean).all()


def test_the_share_of_real_pages_falls():
    web = Web(human=0.5, machine=1.5)
    assert [web.real_share(t) for t in (1, 2)] == [1, 0.5]
    assert web.real_share(10**6) == pytest.approx(0.25, abs=1e-5)
    for t in (1, 2, 9):
        assert sum(web.shares(t)) == pytest.approx(1)
        assert len(web.shares(t)) == t
    source = web.recipe(3, 9)[0].source
    assert (source.generations, source.shares) == ((0, 1, 2), pytest.approx((0.4, 0.3, 0.3)))


def test_a_web_of_categories():
    """Heterozygosity of a crawl: (1 - 1/n)(1 - Σ E[p²]), with the web's own p."""
    truth = Zipf(5)
    lineage = run(Web(), CategoricalMLE(), truth, n=8, generations=6)
    p = np.stack([np.broadcast_to(truth.p, (REPLICATES, 5)), *(lineage[j].p for j in range(1, 6))])
    pool = p.mean(axis=0)  # the web before generation 6: real pages and five models, alike
    expected = (1 - 1 / 8) * (1 - (pool**2).sum(axis=-1))
    assert errors(1 - (lineage[6].p ** 2).sum(axis=-1) - expected, 0) < LIMIT
    newest = (1 - 1 / 8) * (1 - (p[-1] ** 2).sum(axis=-1))
    assert errors(1 - (lineage[6].p ** 2).sum(axis=-1) - newest, 0) > LIMIT


def test_mix():
    both = mix((Categorical([0.5, 0.5]), Categorical([[0.2, 0.3, 0.5], [1, 0, 0]])), (0.4, 0.6))
    np.testing.assert_allclose(both.p, [[0.32, 0.38, 0.3], [0.8, 0.2, 0]])
    pair = mix((Normal(0), StudentT(5)), (0.25, 0.75))
    assert isinstance(pair, Mixture)
    np.testing.assert_array_equal(pair.weights, [0.25, 0.75])
    assert Crawl((0, -1), (0.5, 0.5)).screen is mix


# --- crowds ----------------------------------------------------------------------------------


def test_a_crowd_is_one_learner_with_more_data():
    """E[v] of models trained on the pool of K: the pool's mean wanders K times less."""
    n, models, generations = 10, 4, 8
    lineage = run(Crowd(Replace(), models), n=n, generations=generations)
    assert lineage[-1].batch == (models, REPLICATES)
    # A second moment keeps its mean, 1. For two models' means: E[m_j m_k] = B, the pool's.
    pool, variance = 0.0, []
    for _ in range(generations):
        square = pool + (1 - pool) / n
        variance.append(1 - square)
        pool = pool * (models - 1) / models + square / models
    found = lineage.trace(metrics.variance)[1:].mean(axis=1)
    assert np.all(errors(found, variance) < LIMIT)
    assert errors(found[-1], theory.replace_variance_mean(generations, n)) > LIMIT
    assert errors(found[-1], theory.replace_variance_mean(generations, n * models)) > LIMIT


def test_a_crowd_of_categories():
    lineage = run(Crowd(Replace(), 3), CategoricalMLE(), Categorical([0.3, 0.7]), generations=2)
    first, second = (lineage[t].p[..., 0] for t in (1, 2))
    assert second.shape == (3, REPLICATES)
    assert errors((second - first.mean(axis=0))[0], 0) < LIMIT
    pool = first.mean(axis=0)
    spread = (second - pool) ** 2 - pool * (1 - pool) / 20
    assert np.all(errors(spread, 0) < LIMIT)
    own = (second[0] - first[0]) ** 2 - first[0] * (1 - first[0]) / 20
    assert errors(own, 0) > LIMIT  # the twin: each learns from itself


def test_a_crowd_of_one_is_the_regime_itself():
    alone = run(Refresh(0.2), replicates=4_000).trace(metrics.variance)[-1]
    crowd = run(Crowd(Refresh(0.2), 1), replicates=4_000).trace(metrics.variance)[-1, 0]
    assert abs(alone.mean() - crowd.mean()) < LIMIT * np.hypot(
        alone.std() / np.sqrt(4_000), crowd.std() / np.sqrt(4_000)
    )


# --- every one of them -----------------------------------------------------------------------

NEW = [
    Weighted(0.3),
    Rollback(Replace(), at=4, to=2, real=3),
    Rollback(Refresh(), at=4, to=1, real=3),
    Blend(0.3),
    Web(0.1, 1),
    Crowd(Replace(), 3),
    Crowd(Tempered(Refresh(0.2), Temperature(0.9)), 3),
]


@pytest.mark.parametrize("regime", NEW, ids=repr)
@pytest.mark.parametrize(
    ("truth", "learner"),
    [(Normal(1, 2), GaussianMLE()), (Zipf(6), CategoricalMLE())],
    ids=["numbers", "categories"],
)
def test_the_loop_keeps_its_promises(regime, truth, learner):
    metric = metrics.variance if truth.kind == "numbers" else metrics.entropy
    options = {"replicates": 3, "rng": 0}
    short = run(regime, learner, truth, generations=6, **options).trace(metric)
    assert short.shape == (7, *regime.batch, 3)
    long = run(regime, learner, truth, generations=50, **options).trace(metric)
    np.testing.assert_array_equal(long[:7], short)
    kept = run(regime, learner, truth, generations=6, record={"it": metric}, **options)
    np.testing.assert_array_equal(kept.recorded["it"], short)
    grid = run(regime, learner, truth, generations=6, n=np.array([[10], [20]]), **options)
    assert grid.trace(metric).shape[:2] == (7, 2)


@pytest.mark.parametrize("regime", NEW, ids=repr)
@pytest.mark.parametrize(
    ("truth", "learner"),
    [(Normal(1, 2), GaussianMLE(1)), (Zipf(6), CategoricalMLE())],
    ids=["numbers", "categories"],
)
def test_what_is_drawn_has_the_law_of_points(regime, truth, learner):
    def final(learner, seed):
        model = run(regime, learner, truth, n=6, generations=4, replicates=4_000, rng=seed)[-1]
        numbers = truth.kind == "numbers"
        both = (
            (model.mean, model.sd) if numbers else (model.p[..., 0], metrics.entropy(model, None))
        )
        # of a crowd, the first: models of one replicate are not independent
        return [one[0] if one.ndim > 1 else one for one in both]

    drawn, points = final(learner, 1), final(Sampled(learner), 2)
    for first, second in zip(drawn, points, strict=True):
        assert ks_2samp(first, second, method="asymp").pvalue > 0.01 / 100
    if truth.kind == "numbers":
        assert ks_2samp(final(GaussianMLE(0), 3)[1], points[1]).pvalue < 0.01 / 100


# --- what they refuse ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Weighted(1.2), "real must be a number between 0 and 1, not 1.2"),
        (lambda: Weighted(0.1, 0), "weight must be a number above 0, not 0.0"),
        (lambda: Weighted(0.1, [1, 2]), r"weight must be one number, not \[1, 2\]"),
        (lambda: Weighted([0.1, 0.2]), "weight must be given where real is an array"),
        (lambda: Growing(0), "first must be a whole number of at least 1, not 0"),
        (lambda: Growing(9, -1), "power must be a number of at least 0, not -1.0"),
        (
            lambda: Growing(10, 400)(1000),
            r"power must leave n\(1000\) below 1e308 points, n",
        ),
        (lambda: Rollback(Replace(), 1, 1), "at must be a whole number of at least 2, not 1"),
        (lambda: Rollback(Replace(), 5, 0), "to must be a whole number of at least 1, not 0"),
        (lambda: Rollback(Replace(), 5, 5), "to must be a generation before at = 5, not 5"),
        (lambda: Rollback(Replace(), 5, 2, -1), "real must be a whole number of at least 0"),
        (lambda: Rollback(Replace(), 5, 2, 1, 0), "weight must be a number above 0, not 0.0"),
        (lambda: Accumulate(1.2), "real must be a number between 0 and 1, not 1.2"),
        (lambda: Rollback(Accumulate(), 5, 2), "regime must not pool, but Accumulate keeps all"),
        (
            lambda: Rollback(Replace(), 5, 2, after=Accumulate()),
            "after must not pool, but Accumulate keeps all",
        ),
        (lambda: Rollback(Subsample(), 5, 2), "regime must not pool, but Subsample keeps all"),
        (lambda: Blend([0.1, 0.2]), r"real must be one number, not \[0.1, 0.2\]"),
        (lambda: Web([1, 2]), r"human must be one number, not \[1, 2\]"),
        (lambda: Blend(-1), "real must be a number between 0 and 1, not -1"),
        (lambda: Web(-1), "human must be a number of at least 0, not -1.0"),
        (lambda: Web(0, -2), "machine must be a number of at least 0, not -2.0"),
        (lambda: Crowd(Replace(), 0), "models must be a whole number of at least 1, not 0"),
    ],
)
def test_bad_numbers_get_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize(
    "make", [lambda: Crowd(0.5), lambda: Rollback(Normal(), 5, 2), lambda: Tempered(None, abs)]
)
def test_only_a_regime_can_be_wrapped(make):
    with pytest.raises(TypeError, match=r"regime must be a regime such as Replace\(\), not"):
        make()


def test_after_a_rollback_comes_a_plain_regime():
    for after in (0.1, Tempered(Replace(), abs)):
        with pytest.raises(TypeError, match="after must be a plain regime such as Refresh"):
            Rollback(Replace(), at=5, to=2, after=after)


def test_a_crawl_mixes_what_it_can():
    with pytest.raises(TypeError, match="a crawl mixes numbers, counts or categories, not vectors"):
        mix((MultivariateNormal([0, 0]), MultivariateNormal([1, 0])), (0.5, 0.5))


def test_a_crowd_pools_what_it_can():
    class Odd(GaussianMLE):
        def fit(self, data):
            return StudentT(5, data.mean)

    with pytest.raises(TypeError, match="Crowd pools normal or categorical models, not StudentT"):
        run(Crowd(Replace(), 2), Odd(), replicates=2)
