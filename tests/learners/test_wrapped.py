"""Tools of others: estimators, pairs of functions and synthesizers of tables, in a line each."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.linear_model import LinearRegression
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity

from collapse_lib import (
    Accumulate,
    Anchor,
    FromEstimator,
    FromFunctions,
    GaussianMLE,
    LinearModel,
    MultivariateNormal,
    Normal,
    Refresh,
    Replace,
    Subsample,
    Table,
    Tempered,
    Typical,
    Weighted,
    metrics,
    simulate,
    theory,
)
from collapse_lib.suffstats import Sample
from learners.laws import errors_from, final, same_law

NORMAL = FromFunctions(lambda x: (x.mean(), x.std()), lambda m, n, rng: rng.normal(*m, n))
MOMENTS = (lambda model: model.models,)


def shuffled_columns(frame, n, rng):
    """A synthesizer that draws each column by itself."""
    return pd.DataFrame({name: rng.choice(frame[name].to_numpy(), n) for name in frame})


def wine(rows=120):
    rng = np.random.default_rng(0)
    x = rng.normal(size=rows)
    return pd.DataFrame(
        {
            "acid": x,
            "sugar": x + 0.2 * rng.normal(size=rows),
            "grape": rng.choice(list("abc"), rows),
        }
    )


def test_a_pair_of_functions_obeys_the_law_of_its_own_learner():
    moments = [
        lambda model: np.array([each[0] for each in model.models]),
        lambda model: np.array([each[1] for each in model.models]),
    ]
    tool = final(Normal(), NORMAL, moments, n=12, replicates=2000, seed=1)
    own = final(
        Normal(),
        GaussianMLE(ddof=0),
        [lambda model: model.mean, lambda model: model.sd],
        replicates=2000,
        seed=2,
    )
    assert same_law(tool, own)
    other = final(
        Normal(),
        GaussianMLE(ddof=1),
        [lambda model: model.mean, lambda model: model.sd],
        n=6,
        replicates=2000,
        seed=3,
    )
    assert not same_law(tool, other)


@pytest.mark.parametrize(
    "regime",
    [Replace(), Accumulate(), Refresh(0.3), Anchor(0.3), Subsample(), Typical(2.0)],
    ids=lambda regime: type(regime).__name__,
)
@pytest.mark.parametrize(
    "learner",
    [NORMAL, FromEstimator(KernelDensity(bandwidth=0.3)), FromEstimator(GaussianMixture(1))],
    ids=("functions", "kernel", "mixture"),
)
def test_regimes_and_metrics_go_with_it(learner, regime):
    regime = Tempered(Replace(), regime) if isinstance(regime, Typical) else regime
    run = simulate(Normal(), learner, regime, n=24, generations=3, replicates=2, rng=0)
    for metric in (metrics.variance, metrics.mean, metrics.tail_mass(2), metrics.wasserstein1):
        assert np.all(np.isfinite(run.trace(metric)))


def test_points_are_weighed_or_refused():
    points = np.array([0.0, 1.0, 2.0, 10.0])
    weighed = FromEstimator(KernelDensity()).fit(Sample(points, np.array([1.0, 1, 1, 0])))
    assert weighed.models[()].tree_.sum_weight == 3
    with pytest.raises(TypeError, match="this tool takes no weights"):
        NORMAL.fit(Sample(points, np.array([1.0, 1, 1, 2])))
    with pytest.raises(TypeError, match="GaussianMixture takes no sample_weight"):
        simulate(
            Normal(), FromEstimator(GaussianMixture(1)), Weighted(0.2, 3.0), n=20, generations=2
        )
    with pytest.raises(TypeError, match="this tool takes no weights"):
        simulate(Normal(), NORMAL, Weighted(0.2, 3.0), n=20, generations=2)


def test_what_is_measured_is_what_the_tool_draws():
    model = NORMAL.fit(Sample.of(np.random.default_rng(0).normal(3, 2, (50, 4))))
    mean, sd = np.array([list(each) for each in model.models]).T
    np.testing.assert_allclose(metrics.mean(model, model), mean, atol=4.5 * 2 / np.sqrt(2000))
    np.testing.assert_allclose(metrics.sd(model, model), sd, rtol=4.5 / np.sqrt(4000))
    below, above = model.tails(mean[0], mean[0])
    assert np.all(below + above == 1)
    with pytest.raises(TypeError, match="Fitted has no density: its tool only samples"):
        model.density(0.0)
    scored = FromEstimator(KernelDensity()).fit(Sample.of(np.zeros(9)))
    np.testing.assert_allclose(scored.density([0.0, 1.0]), stats.norm.pdf([0.0, 1.0]))


def test_a_tool_that_ignores_its_seed_is_noticed():
    deaf = FromFunctions(
        lambda x: (x.mean(), x.std()), lambda m, n, rng: np.random.default_rng(7).normal(*m, n)
    )
    with pytest.warns(UserWarning, match="takes no notice of the seed it is given"):
        simulate(Normal(), deaf, n=40, generations=3, replicates=3, rng=0)
    seeded = FromEstimator(GaussianMixture(1, random_state=7))  # whose seed is set anew each time
    for good in (NORMAL, seeded):
        simulate(Normal(), good, n=40, generations=3, replicates=3, rng=0)


def test_an_estimator_is_copied_and_repeats():
    estimator = GaussianMixture(2, random_state=0)
    run, again = (
        simulate(
            MultivariateNormal([0.0, 0.0], np.eye(2)),
            FromEstimator(estimator, "vectors"),
            n=40,
            generations=3,
            rng=0,
        )
        for _ in range(2)
    )
    assert not hasattr(estimator, "means_")
    np.testing.assert_array_equal(run[-1].models[0].means_, again[-1].models[0].means_)


def test_a_regression_draws_again_what_it_saw():
    truth = LinearModel([1.0, -2.0], 0.5)
    learner = FromEstimator(LinearRegression(fit_intercept=False))
    run = simulate(truth, learner, n=40, generations=8, replicates=40, rng=0)
    assert learner.kind == "labelled"
    off = [np.mean([np.sum((m[0].coef_ - [1, -2]) ** 2) for m in run[t].models]) for t in (1, 8)]
    assert off[1] > 3 * off[0]  # it grows with the generations
    residuals = np.array([m[2].std() for m in run[1].models])
    assert errors_from(residuals**2, 0.25 * 38 / 40) < 4.5


def test_a_module_of_torch_would_be_wrapped_like_this_pair():
    """A small network trained by hand; torch's own would differ in its two lines only."""

    def fit(x):
        shift, log_scale = 0.0, 0.0
        for _ in range(200):  # the likelihood's gradient
            z = (x - shift) / np.exp(log_scale)
            shift += 0.1 * np.exp(log_scale) * z.mean()
            log_scale += 0.1 * ((z * z).mean() - 1) / 2
        return shift, np.exp(log_scale)

    learner = FromFunctions(fit, lambda m, n, rng: m[0] + m[1] * rng.standard_normal(n))
    trace = simulate(Normal(), learner, n=30, generations=20, replicates=30, rng=0).trace(
        metrics.variance
    )
    by_luck = theory.replace_log_drift(30, 0) * 20
    assert errors_from(np.log(trace[-1]), by_luck) < 4.5


# --- tables ----------------------------------------------------------------------------------


def test_a_synthesizer_of_a_data_frame_loses_what_holds_the_columns_together():
    truth = Table(wine())
    learner = FromFunctions(lambda frame: frame, shuffled_columns, truth)
    run = simulate(truth, learner, n=120, generations=4, replicates=5, rng=0)
    assert abs(run.trace(metrics.rank_correlation("acid", "sugar"))[0, 0]) > 0.9
    assert np.all(abs(run.trace(metrics.rank_correlation("acid", "sugar"))[1:]) < 0.45)
    association = run.trace(metrics.mean_association)
    assert np.all(association[0] > 3 * association[-1].mean())
    kept = run.trace(metrics.column_variance("acid")) / truth.data["acid"].var()
    assert np.all((kept > 0.4) & (kept < 1.6))  # each column by itself looks fine
    assert run.trace(metrics.column_kinds("grape"))[0, 0] == 3
    assert np.all(run.trace(metrics.column_range("acid"))[1:] <= np.ptp(truth.data["acid"]))


def test_metrics_of_tables_agree_with_scipy():
    truth = Table(wine())
    x, y = truth.data["acid"], truth.data["sugar"]
    assert metrics.rank_correlation("acid", "sugar")(truth, truth) == pytest.approx(
        stats.spearmanr(x, y).statistic
    )
    pairs = Table({"a": list("xxyyzzxy"), "b": list("uuvvuvuv")})
    counted = pd.crosstab(*(pd.Series(pairs.data[name]) for name in "ab"))
    assert metrics.mean_association(pairs, pairs) == pytest.approx(
        stats.contingency.association(counted.to_numpy(), method="cramer")
    )
    mixed = Table({"g": list("aabbcc"), "v": [1.0, 2, 3, 4, 5, 6]})
    h = stats.kruskal([1, 2], [3, 4], [5, 6]).statistic  # η² of the ranks is H / (n - 1)
    assert metrics.mean_association(mixed, mixed) == pytest.approx(np.sqrt(h / 5))
    constant = Table({"g": list("aabb"), "v": [1.0, 1, 1, 1]})
    assert metrics.mean_association(constant, constant) == 0


@pytest.mark.parametrize("kind", ["pandas", "mapping", "array", "column", "interchange"])
def test_a_table_comes_back_in_the_form_it_was_given(kind):
    frame = wine(10)
    if kind == "mapping":
        given = {name: frame[name].to_numpy() for name in frame}
    elif kind == "array":
        given = frame[["acid", "sugar"]].to_numpy()
    elif kind == "column":
        given = frame["acid"].to_numpy()
    elif kind == "interchange":

        class Speaks:
            def __dataframe__(self, **options):
                return frame[["acid", "sugar"]].__dataframe__(**options)

        given = Speaks()
    else:
        given = frame
    truth = Table(given)
    back = truth.frame(truth.data)
    np.testing.assert_array_equal(truth.rows(back), truth.data)
    wanted = pd.DataFrame if kind in ("pandas", "interchange") else type(given)
    assert isinstance(back, wanted)
    assert truth.sample(5, np.random.default_rng(0)).shape == (5,)
    assert truth.expand((3,)).judged.shape == (10, 3)


@pytest.mark.parametrize(
    ("build", "error", "match"),
    [
        (lambda: Table({"a": [1.0]}), ValueError, "at least 2 rows, not 1"),
        (lambda: Table({}), ValueError, "at least one column"),
        (lambda: Table("x"), TypeError, "frame must be a data frame, a mapping"),
        (lambda: Table(["x", "y"]), TypeError, "frame must be a data frame, a mapping"),
        (lambda: Table({"a": [1.0, np.nan]}), ValueError, "'a' must hold finite numbers, not nan"),
        (lambda: Table({"a": [1.0, 2], "b": [1.0]}), ValueError, "columns of one length"),
        (lambda: Table({"a": [[1.0, 2]]}), ValueError, "one axis each"),
        (
            lambda: Table(pd.DataFrame({"a": ["x", None]})),
            ValueError,
            "'a' must have a value in each row",
        ),
        (lambda: Table(wine()).rows(wine()[["acid"]]), ValueError, "'sugar' is missing among"),
        (lambda: Table(wine()).rows(wine().assign(acid="x")), ValueError, "'acid' must hold numb"),
        (lambda: FromFunctions(1, print), TypeError, "fit must be a function"),
        (lambda: FromFunctions(print, 1), TypeError, "sample must be a function"),
        (lambda: FromFunctions(print, print, "text"), ValueError, "data must be 'numbers' or"),
        (lambda: FromEstimator(GaussianMixture), TypeError, "estimator must have fit and sample"),
        (lambda: FromEstimator(3), TypeError, "estimator must have fit and sample"),
        (lambda: FromEstimator(KernelDensity(), "table"), ValueError, "data must be 'numbers', "),
        (
            lambda: simulate(
                Normal(), FromFunctions(np.mean, lambda m, n, rng: [m]), n=9, generations=2
            ),
            ValueError,
            "sample must return 9 points, of shape",
        ),
        (
            lambda: metrics.column_variance("grape")(Table(wine()), Table(wine())),
            TypeError,
            "cannot measure column 'grape', which holds categories",
        ),
        (
            lambda: metrics.column_kinds("acid")(Table(wine()), Table(wine())),
            TypeError,
            "cannot measure column 'acid', which holds numbers",
        ),
        (
            lambda: metrics.column_range("port")(Table(wine()), Table(wine())),
            ValueError,
            "column must be one of 'acid', 'sugar', 'grape', not 'port'",
        ),
        (
            lambda: metrics.mean_association(Table({"a": [1.0, 2]}), Table({"a": [1.0, 2]})),
            ValueError,
            "at least 2 columns",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(build, error, match):
    with pytest.raises(error, match=match):
        build()


def test_categories_that_the_truth_has_not_are_not_counted():
    truth = Table({"k": list("aab")})
    rows = truth.rows({"k": list("abcd")})
    assert rows["k"].tolist() == [0, 1, -1, -1]
