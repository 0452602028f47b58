"""Detector, importance weights and stratified top-up on crawls of known composition."""

import numpy as np
import pytest
from scipy.stats import kstest, norm
from support import LIMIT, errors, run

from collapse_lib import (
    Categorical,
    CategoricalMLE,
    GaussianMLE,
    Mixture,
    Normal,
    Refresh,
    StudentT,
    Zipf,
    metrics,
    theory,
)
from collapse_lib.regimes import (
    Blend,
    Detector,
    Importance,
    Screened,
    Temperature,
    Tempered,
    TopUp,
    Web,
    mix,
)

# --- detector --------------------------------------------------------------------------------


@pytest.mark.parametrize("rates", [(0.0, 0.0), (0.5, 0.05), (0.9, 0.05), (1.0, 0.5)])
def test_a_detector_raises_the_share_of_real_points(rates):
    tempered = Tempered(Blend(0.3), Temperature(0.9))
    share = theory.detector_real_share(0.3, *rates)
    late = run(Screened(tempered, Detector(*rates)), n=10**8, generations=60, replicates=100)
    limit = theory.refresh_tempered_variance_limit(share, 0.9)
    assert errors(late[-1].variance, limit) < LIMIT
    screened = run(Screened(Blend(0.3), Detector(*rates)))
    np.testing.assert_array_equal(
        screened.trace(metrics.variance), run(Blend(share)).trace(metrics.variance)
    )
    if rates[0] and rates[0] < 1:
        assert errors(late[-1].variance, theory.refresh_tempered_variance_limit(0.3, 0.9)) > LIMIT


def test_a_detector_on_a_web():
    crawl = Screened(Web(0.0, 1.0), Detector(0.5, 0.0)).recipe(3, 9)[0].source
    parts = Normal(0), Normal(10), Normal(20)
    assert crawl.screen(parts, crawl.shares).mean == pytest.approx(0.25 * 10 + 0.25 * 20)


# --- importance ------------------------------------------------------------------------------


def test_an_oracle_gives_back_the_truth():
    """0.3 real, 0.7 of half the variance: without weights 0.65, with the oracle's 1."""
    parts, shares = (Normal(), Normal(np.zeros(3), np.sqrt(0.5))), (0.3, 0.7)
    rng = np.random.default_rng(1)
    x = Importance()(parts, shares).sample(20_000, rng)
    assert all(kstest(column, norm.cdf).pvalue > 1e-4 for column in x.T)
    for twin in (Importance(0), Importance(0.5)):
        assert kstest(twin(parts, shares).sample(20_000, rng)[:, 0], norm.cdf).pvalue < 1e-4
    plain = mix(parts, shares).sample(20_000, rng)[:, 0]
    assert errors(plain**2, 0.65) < LIMIT
    assert errors(Importance(0)(parts, shares).sample(20_000, rng)[:, 0] ** 2, 0.65) < LIMIT


def test_an_oracle_on_categories():
    truth = Categorical([0.5, 0.3, 0.2])
    made = Categorical([[0.9, 0.1], [0.2, 0.8]])  # the last category is dead in both
    screened = Importance()((truth, made), (0.1, 0.9))
    np.testing.assert_allclose(screened.p, np.tile(truth.p, (2, 1)))
    blind = Importance(0)((truth, made), (0.1, 0.9))
    np.testing.assert_allclose(blind.p, mix((truth, made), (0.1, 0.9)).p)
    two = Importance()((truth, made, truth), (0.1, 0.4, 0.5))
    np.testing.assert_allclose(two.p, np.tile(truth.p, (2, 1)))


def test_importance_in_the_loop():
    """Every point kept is as good as real, so that the variance only has a sample's own error."""
    oracle = run(Screened(Tempered(Blend(0.3), Temperature(0.8)), Importance()), generations=5)
    expected = np.full(5, 1 - 1 / 20)
    assert np.all(errors(oracle.trace(metrics.variance)[1:], expected) < LIMIT)
    blind = run(Tempered(Blend(0.3), Temperature(0.8)), generations=5)
    assert np.all(errors(blind.trace(metrics.variance)[2:], 0.95) > LIMIT)
    words = run(Screened(Blend(0.3), Importance()), CategoricalMLE(), Zipf(4), generations=5)
    homogeneity = (words[-1].p ** 2).sum(axis=-1)
    assert errors(1 - homogeneity, (1 - 1 / 20) * (1 - (Zipf(4).p ** 2).sum())) < LIMIT


def test_importance_survives_a_point_and_a_pure_crawl():
    point = Normal(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    x = Importance()((Normal(), point), (0.5, 0.5)).sample(500, np.random.default_rng(1))
    assert np.isfinite(x).all() and np.count_nonzero(x[:, 0]) == 500  # the point is found out
    assert Importance()((Normal(), Normal(1.0)), (0.0, 1.0)).mean == 1
    heavy = Importance()((StudentT(5), Normal(np.zeros(1), 1)), (0.5, 0.5))
    assert heavy.sample(9, np.random.default_rng(1)).shape == (9, 1)


# --- top-up ----------------------------------------------------------------------------------


def test_real_points_go_where_they_are_missing():
    truth = Categorical([0.5, 0.3, 0.2])
    made = Categorical([0.7, 0.3, 0.0])
    topped = TopUp([0, 1, 2])((truth, made), (0.2, 0.8))
    # 0.8 · made = (0.56, 0.24, 0): missing 0.06 and 0.2 of the last two, 0.2 to spend
    np.testing.assert_allclose(topped.p, [0.56, 0.24 + 0.2 * 0.06 / 0.26, 0.2 * 0.2 / 0.26])
    assert (
        np.abs(topped.p - truth.p).sum() < np.abs(mix((truth, made), (0.2, 0.8)).p - truth.p).sum()
    )
    coarse = TopUp([0, 1, 1])((truth, made), (0.2, 0.8))
    # one stratum of the last two: 0.2 missing, filled as in the truth, 3 : 2
    np.testing.assert_allclose(coarse.p, [0.56, 0.24 + 0.2 * 0.6, 0.2 * 0.4])


def test_a_representative_sample_needs_no_choice():
    truth = Categorical([0.5, 0.3, 0.2])
    np.testing.assert_allclose(TopUp([0, 1, 2])((truth, truth), (0.2, 0.8)).p, truth.p)
    for share in (0.0, 1.0):
        parts = (truth, Categorical([1.0, 0, 0]))
        np.testing.assert_array_equal(
            TopUp([0, 1, 2])(parts, (share, 1 - share)).p, mix(parts, (share, 1 - share)).p
        )


def test_top_up_of_numbers():
    """Strata of N(0, 1) at its quartiles; the model has lost its tails."""
    edges = norm.ppf([0.25, 0.5, 0.75])
    made = Normal(np.zeros(2), np.array([0.5, 1.0]))
    topped = TopUp(edges)((Normal(), made), (0.3, 0.7))
    assert isinstance(topped, Mixture)
    x = topped.sample(40_000, np.random.default_rng(1))
    inner = norm.cdf(edges[2] / 0.5) - 0.5  # mass of one inner stratum in the first model
    outer = 0.5 - inner
    for column, expected in ((0, 0.7 * outer + 0.15), (1, 0.25)):
        for side in (x[:, column] < edges[0], x[:, column] > edges[2]):
            assert errors(side.astype(float), expected) < LIMIT
    assert errors((x[:, 0] < edges[0]).astype(float), 0.7 * outer + 0.3 * 0.25) > LIMIT


def test_top_up_saves_what_refreshing_lets_die():
    """Five real points of fifty, at random, by thirds of the ranks, and by single category."""
    truth, ranks = Zipf(30), np.arange(30)
    blend, thirds, single = (
        run(regime, CategoricalMLE(), truth, n=50, generations=30).trace(metrics.survivors)[-1]
        for regime in (
            Blend(0.1),
            Screened(Blend(0.1), TopUp(ranks // 10)),
            Screened(Blend(0.1), TopUp(ranks)),
        )
    )
    assert errors(thirds, blend.mean()) > LIMIT and thirds.mean() > blend.mean()
    assert errors(single, thirds.mean()) > LIMIT and single.mean() > thirds.mean()


# --- every one of them -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "regime", [Blend(0.3), Web(0.2, 1), Tempered(Blend(0.3), Temperature(0.9))]
)
@pytest.mark.parametrize(
    ("truth", "learner", "by"),
    [
        (Normal(1, 2), GaussianMLE(), Detector(0.5, 0.1)),
        (Normal(1, 2), GaussianMLE(), Importance()),
        (Normal(1, 2), GaussianMLE(), TopUp([-1, 1, 3])),
        (Zipf(6), CategoricalMLE(), Detector(0.5, 0.1)),
        (Zipf(6), CategoricalMLE(), Importance(0.5)),
        (Zipf(6), CategoricalMLE(), TopUp([0, 0, 1, 1, 2, 2])),
    ],
)
def test_the_loop_keeps_its_promises(regime, truth, learner, by):
    metric = metrics.variance if truth.kind == "numbers" else metrics.entropy
    screened = Screened(regime, by)
    short = run(screened, learner, truth, generations=5, replicates=3).trace(metric)
    assert short.shape == (6, 3)
    longer = run(screened, learner, truth, generations=20, replicates=3).trace(metric)
    np.testing.assert_array_equal(longer[:6], short)


# --- what they refuse ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Detector(1.1, 0), "true_positive must be a number between 0 and 1, not 1.1"),
        (lambda: Detector(1, -0.1), "false_positive must be a number between 0 and 1, not -0.1"),
        (
            lambda: Detector(1, 1)((Normal(), Normal()), (0.5, 0.5)),
            "a detector must leave some points, not drop all of them",
        ),
        (lambda: Importance(-1), "sharpness must be a number of at least 0, not -1.0"),
        (lambda: TopUp([[0, 1]]), "strata must have one axis, not 2"),
        (
            lambda: TopUp([1, 0])((Normal(), Normal()), (0.5, 0.5)),
            "strata must be edges in rising order, not",
        ),
        (
            lambda: TopUp([0, 1])((Zipf(3), Zipf(3)), (0.5, 0.5)),
            "strata must hold a whole number from 0 for each of 3 categories",
        ),
        (
            lambda: TopUp([0, 1, 0.5])((Zipf(3), Zipf(3)), (0.5, 0.5)),
            "strata must hold a whole number from 0 for each of 3 categories",
        ),
    ],
)
def test_bad_numbers_get_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Screened(Blend(), 0.9), r"by must be a screen such as Detector\(0.9, 0.05\), not"),
        (
            lambda: Screened(Refresh(), Detector(0.9, 0)),
            "regime must crawl, as Blend and Web do; Refresh knows where its data come from",
        ),
        (
            lambda: Importance()((Normal(), StudentT([5.0, 5])), (0.5, 0.5)).sample(
                3, np.random.default_rng(1)
            ),
            "Importance weighs Normal or categorical models, not StudentT",
        ),
    ],
)
def test_what_does_not_go_together_gets_a_sentence(make, sentence):
    with pytest.raises(TypeError, match=sentence):
        make()
