"""Digits that learn from digits: exact laws, what fades, and what a reader sees of it."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import chisquare, ks_2samp

from collapse_lib import (
    Accumulate,
    Categorical,
    LeastSquares,
    Lineage,
    LinearModel,
    Refresh,
    Replace,
    Sampled,
    images,
    metrics,
    simulate,
    theory,
)
from collapse_lib.images import ClassGaussianMLE, LabelledImages, read_digits, read_sevens
from collapse_lib.suffstats import Sample

DIGITS = read_digits()
RARE = 8
GENERATIONS = 10


def lineage(truth=DIGITS, n=500, rng=0, replicates=200, learner=None, regime=None):
    return simulate(
        truth,
        learner or ClassGaussianMLE(),
        regime or Replace(),
        n=n,
        generations=GENERATIONS,
        replicates=replicates,
        rng=rng,
    )


BALANCED = lineage()
UNEQUAL = lineage(DIGITS.reweighted({RARE: 0.1}), n=455, rng=1)  # 50 of each, but 5 eights


def error(samples):
    return samples.std(ddof=1) / np.sqrt(samples.size)


def distance(first, second):
    """In standard errors of the difference."""
    return abs(first.mean() - second.mean()) / np.hypot(error(first), error(second))


# --- the images ------------------------------------------------------------------------------


def test_the_digits_are_seen_through_their_components():
    assert (DIGITS.classes, DIGITS.event, DIGITS.batch) == (10, (21,), ())
    assert repr(DIGITS) == "LabelledImages(1797 images of 10 classes)"
    every = read_digits(components=64)
    np.testing.assert_allclose(every.picture(every.features), every.pixels, atol=1e-9)
    np.testing.assert_allclose(every.features[:, :20], DIGITS.features, atol=1e-9)
    left_out = DIGITS.pixels - DIGITS.picture(DIGITS.features)
    share = left_out.var(axis=0).sum() / DIGITS.pixels.var(axis=0).sum()
    assert 0.08 < share < 0.12  # "about a tenth"


def test_draws_are_real_images_in_their_shares():
    truth = DIGITS.reweighted({3: 0.5, 7: 0})
    draws = truth.expand((2,)).sample(20_000, np.random.default_rng(0))
    assert draws.shape == (20_000, 2, 21)
    labels = draws[..., -1].astype(int)
    counts = np.bincount(labels.ravel(), minlength=10)
    expected = 40_000 * np.array([1, 1, 1, 0.5, 1, 1, 1, 0, 1, 1]) / 8.5
    assert counts[7] == 0
    assert chisquare(np.delete(counts, 7), np.delete(expected, 7)).pvalue > 1e-4
    real = {
        (row.tobytes(), label) for row, label in zip(DIGITS.features, DIGITS.labels, strict=True)
    }
    assert all((row[:-1].tobytes(), int(row[-1])) in real for row in draws[:200, 0])


def test_a_style_becomes_a_class():
    truth = DIGITS.split(1)
    styles = truth.labels[DIGITS.labels == 1]
    assert set(styles) == {1, 10}
    assert abs((styles == 1).sum() - (styles == 10).sum()) <= 1
    np.testing.assert_allclose(truth.shares[[0, 1, 10]], [0.1, 0.05, 0.05])
    within = metrics_of_spread(truth, 1) + metrics_of_spread(truth, 10)
    assert within / 2 < 0.85 * metrics_of_spread(DIGITS, 1)  # the halves are alike within
    model = lineage(truth, learner=ClassGaussianMLE(classes=11), replicates=2)[-1]
    assert model.shares.shape == (2, 11)


def metrics_of_spread(truth, label):
    return truth.features[truth.labels == label].var(axis=0).sum()


def of_labels(label):
    learner = ClassGaussianMLE(3)
    return learner.fit(Sample.of(np.array([[0.0, 1], [2, 1], [1, label]]), 1))


ROWS = np.arange(12.0).reshape(6, 2) ** 2
PAIRS = [0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: LabelledImages(ROWS, PAIRS[:5]),
            r"labels must hold one class for each row of pix",
        ),
        (lambda: LabelledImages(ROWS, [0, 0, 0, 0, 0, 2]), "at least 2 images, but class 1 has 0"),
        (lambda: LabelledImages(ROWS, [0.5] * 6), "labels must hold whole numbers of at least 0"),
        (lambda: LabelledImages(ROWS, PAIRS, [1, 2, 3]), "one number for each of 2 classes, not"),
        (lambda: LabelledImages(ROWS, PAIRS, [0, 0]), "shares must hold one number for each of 2"),
        (lambda: LabelledImages(ROWS, PAIRS, components=3), "at most the 2 pixels, not 3"),
        (lambda: LabelledImages(ROWS * np.nan, PAIRS), "pixels must be a finite number, not nan"),
        (lambda: DIGITS.reweighted({10: 1}), "label must be below the number of classes, 10"),
        (lambda: DIGITS.reweighted({1: -1}), "factors must be a number of at least 0, not -1"),
        (lambda: DIGITS.split(10), "label must be below the number of classes, 10"),
        (lambda: ClassGaussianMLE(0), "classes must be a whole number of at least 1, not 0"),
        (lambda: ClassGaussianMLE(2.5), "classes must be a whole number of at least 1, not 2.5"),
        (lambda: of_labels(0.5), "labels must hold whole numbers of at least 0, not 0.5"),
        (lambda: of_labels(-1), "labels must hold whole numbers of at least 0, not -1.0"),
        (lambda: of_labels(3), "labels must be below classes = 3, not 3"),
        (lambda: read_sevens(1.5), "plain must be a number between 0 and 1, not 1.5"),
        (lambda: lineage(DIGITS.split(1)), "classes must be at least the 11 of the images, not 10"),
        (lambda: read_digits(0), "components must be a whole number of at least 1, not 0"),
        (lambda: images.variance_kept(-1), "label must be a whole number of at least 0, not -1"),
        (lambda: images.class_share(10)(BALANCED[1], DIGITS), "label must be below 10, not 10"),
        (lambda: images.recognised(1, samples=0), "samples must be a whole number of at least 1"),
        (lambda: images.nearest_real(1, seed=-1), "seed must be a whole number of at least 0"),
    ],
)
def test_what_is_out_of_range_gets_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


@pytest.mark.parametrize(
    "metric",
    [
        images.average_images,
        images.class_share(1),
        images.variance_kept(1),
        images.nearest_real(1),
        images.recognised(1),
    ],
    ids=lambda metric: metric.__name__,
)
def test_other_models_get_a_sentence(metric):
    with pytest.raises(TypeError, match=f"{metric.__name__} needs a model of labelled images, not"):
        metric(Categorical([0.5, 0.5]), DIGITS)
    if metric.__name__ in ("average_images", "nearest_real", "recognised"):
        with pytest.raises(TypeError, match="needs real images as the truth, not ClassNormals"):
            metric(BALANCED[1], BALANCED[2])


def test_factors_that_are_no_mapping_get_a_sentence():
    with pytest.raises(TypeError, match="factors must be a mapping of classes to factors such as"):
        DIGITS.reweighted(3)


def test_classes_are_not_numbers_to_regress_on():
    with pytest.raises(TypeError, match=r"LeastSquares fits labelled, .* LabelledImages yields"):
        simulate(DIGITS, LeastSquares(), n=500, generations=2)
    with pytest.raises(TypeError, match=r"ClassGaussianMLE fits classes, .* LinearModel yields"):
        simulate(LinearModel(np.ones(20)), ClassGaussianMLE(), n=30, generations=2)


def test_a_whole_float_is_a_number_of_classes():
    assert ClassGaussianMLE(12.0).classes == 12
    shares = lineage(learner=ClassGaussianMLE(12.0), replicates=2)[-1].shares
    np.testing.assert_array_equal(
        shares, lineage(learner=ClassGaussianMLE(12), replicates=2)[-1].shares
    )
    assert read_digits(2.0).features.shape == (1797, 2)


# --- laws ------------------------------------------------------------------------------------

ALPHA = 0.01 / 60
SMALL = LabelledImages(DIGITS.pixels[:120], DIGITS.labels[:120] // 4, components=3)
REGIMES = [Replace(), Accumulate(), Refresh(0.4)]


@dataclass(frozen=True)
class IgnoresTheMissingDegree(ClassGaussianMLE):
    """The wrong twin: a class of m images keeps 1 of its variance, not (m - 1) / m."""

    def fit(self, data):
        parts = data.parts
        grown = np.maximum(parts.w / np.maximum(parts.w - 1, 1), 1)
        root = parts.root * np.sqrt(grown)[..., None, None]
        return super().fit(type(data)(type(parts)(parts.w, parts.w2, parts.mean, root)))


def functionals(learner, regime, rng):
    model = simulate(SMALL, learner, regime, n=15, generations=3, replicates=4000, rng=rng)[-1]
    factor = model.parts.factor
    alive = model.shares[:, 0] > 0
    cov = (factor @ factor.swapaxes(-1, -2))[alive, 0]
    return model.shares[:, 0], model.parts.mean[alive, 0, 1], cov[:, 0, 0], cov[:, 0, 1]


@pytest.mark.parametrize("regime", REGIMES, ids=lambda regime: type(regime).__name__)
def test_the_exact_law_is_that_of_points(regime):
    drawn = functionals(ClassGaussianMLE(3), regime, 1)
    sampled = functionals(Sampled(ClassGaussianMLE(3)), regime, 2)
    p = [ks_2samp(a, b, method="asymp").pvalue for a, b in zip(drawn, sampled, strict=True)]
    assert min(p) > ALPHA
    wrong = functionals(IgnoresTheMissingDegree(3), regime, 1)
    assert ks_2samp(wrong[2], sampled[2], method="asymp").pvalue < ALPHA


def test_statistics_add():
    rng = np.random.default_rng(3)
    x = SMALL.expand((2,)).sample(40, rng)
    x[:9, 0, -1] = 2  # no image of some classes in one part
    learner = ClassGaussianMLE(4)
    whole = learner.fit(learner.reduce(x))
    union = learner.fit(learner.reduce(x[:9]) + learner.reduce(x[9:]))
    doubled = learner.fit(2 * learner.reduce(x))
    for model in (union, doubled):
        np.testing.assert_allclose(model.shares, whole.shares)
        alive = whole.shares > 0
        np.testing.assert_allclose(model.parts.mean[alive], whole.parts.mean[alive])
        np.testing.assert_allclose(model.parts.cov[alive], whole.parts.cov[alive], atol=1e-9)
    assert not whole.shares[:, 3].any()
    one = x[x[:, 1, -1] == 1, 1]
    np.testing.assert_allclose(whole.parts.mean[1, 1], one[:, :-1].mean(axis=0))
    np.testing.assert_allclose(whole.parts.cov[1, 1], np.cov(one[:, :-1].T, ddof=0))


def test_contract():
    learner = ClassGaussianMLE(3)
    options = {"n": 30, "generations": 3, "replicates": 2}
    first = simulate(SMALL, learner, rng=5, **options)
    again = simulate(SMALL, learner, rng=5, **options)
    longer = simulate(SMALL, learner, rng=5, **(options | {"generations": 9}))
    assert isinstance(first, Lineage)
    for other in (again, longer):
        np.testing.assert_array_equal(other[3].parts.mean, first[3].parts.mean)
    diagram = simulate(SMALL, learner, rng=5, **(options | {"n": [[30], [60]]}))
    assert diagram.trace(images.variance_kept(1)).shape == (4, 2, 1, 2)
    assert images.average_images(diagram[2], SMALL).shape == (2, 1, 2, 3, 64)
    model = first[2].expand((4, 2))
    for metric in (
        images.class_share,
        images.variance_kept,
        images.nearest_real,
        images.recognised,
    ):
        assert np.shape(metric(1)(model, SMALL)) == (4, 2)
        assert np.shape(metric(1)(SMALL, SMALL)) == ()
    assert images.nearest_real(1)(SMALL, SMALL) == 0
    assert images.recognised(1)(SMALL, SMALL) == images.variance_kept(1)(SMALL, SMALL) == 1
    points = simulate(SMALL, Sampled(learner), Accumulate(), rng=5, **options)
    assert points.trace(images.class_share(1)).shape == (4, 2)


# --- what fades ------------------------------------------------------------------------------


def test_a_common_class_loses_what_theory_says():
    """Each generation keeps 1 - 1/m of the variance, m images of the class; m drifts, too."""
    kept = np.stack([BALANCED.trace(images.variance_kept(k))[1] for k in range(10)])
    expected = theory.replace_variance_mean(1, 50)
    assert abs(kept.mean() - expected) < 4.5 * error(kept.mean(axis=0))
    final = np.stack([BALANCED.trace(images.variance_kept(k))[-1] for k in range(10)])
    expected = theory.replace_variance_mean(GENERATIONS, 50)
    assert abs(final.mean() - expected) < 0.01 + 4.5 * error(final.mean(axis=0))


def test_a_rare_class_fades_first():
    """Fifty images down to five: the row of eights, by far more than five standard errors."""
    measure = images.variance_kept(RARE)
    rare, common = UNEQUAL.trace(measure)[-1], BALANCED.trace(measure)[-1]
    assert common.mean() > 5 * rare.mean()
    assert distance(rare, common) > 5
    others = [images.variance_kept(k) for k in range(10) if k != RARE]
    unharmed = np.mean([UNEQUAL.trace(metric)[-1] for metric in others], axis=0)
    beside = np.mean([BALANCED.trace(metric)[-1] for metric in others], axis=0)
    assert distance(unharmed, beside) < 4.5  # the nine others do as in the balanced case


def test_a_rare_class_dies_as_often_as_theory_says():
    gone = UNEQUAL.trace(images.class_share(RARE))[-1] == 0
    shares = np.array([5] + 9 * [50]) / 455
    dead = 10 - theory.replace_survivors_mean(GENERATIONS, 455, shares)  # the nine others live
    assert abs(gone.mean() - dead) < 4.5 * np.sqrt(dead * (1 - dead) / gone.size)
    assert gone.mean() > 5 * np.sqrt(gone.mean() / gone.size)
    assert not (BALANCED.trace(images.class_share(RARE))[-1] == 0).any()


def smallest(run):
    shares = np.stack([run.trace(images.class_share(k))[-1] for k in range(10)])
    return np.bincount(shares.argmin(axis=0), minlength=10)


def test_who_fades_first_is_luck_where_all_are_equal():
    assert chisquare(smallest(BALANCED)).pvalue > 1e-3
    first = smallest(UNEQUAL)
    assert chisquare(first).pvalue < 1e-12  # the same test sees a rare class
    assert first.argmax() == RARE


def test_a_rare_style_fades_first_too():
    """The new label of half the ones: 25 images of a generation down to 5."""
    truth, learner = DIGITS.split(1), ClassGaussianMLE(classes=11)
    equal = lineage(truth, learner=learner, rng=6, replicates=100)
    unequal = lineage(truth.reweighted({10: 0.2}), n=480, learner=learner, rng=7, replicates=100)
    measure = images.variance_kept(10)
    assert distance(equal.trace(measure)[-1], unequal.trace(measure)[-1]) > 5


def test_fresh_real_images_keep_a_rare_class_alive():
    truth = DIGITS.reweighted({RARE: 0.1})
    helped = lineage(truth, n=455, rng=8, regime=Refresh(0.5), replicates=60)
    measure = images.variance_kept(RARE)
    assert distance(helped.trace(measure)[-1], UNEQUAL.trace(measure)[-1]) > 5


# --- what a reader sees ----------------------------------------------------------------------


def test_average_images():
    real = images.average_images(DIGITS, DIGITS)
    assert real.shape == (10, 64)
    threes = DIGITS.pixels[DIGITS.labels == 3].mean(axis=0)
    assert np.abs(real[3] - threes).max() < 1  # of 16 grey levels, lost to the components
    averages = images.average_images(UNEQUAL[-1], DIGITS)
    assert averages.shape == (200, 10, 64)
    gone = UNEQUAL[-1].shares == 0
    assert gone.any()
    np.testing.assert_array_equal(np.isnan(averages).all(axis=-1), gone)
    wandered = [
        np.abs(images.average_images(run[-1], DIGITS)[:, RARE] - real[RARE]).mean(axis=-1)
        for run in (UNEQUAL, BALANCED)
    ]
    rare, common = wandered[0][~gone[:, RARE]], wandered[1]
    assert rare.mean() > common.mean()
    assert distance(rare, common) > 5


def test_the_classifier_names_left_out_digits():
    """One nearest neighbour on 20 components: the docstring says 98 of 100."""
    real = DIGITS.features
    squares = (real**2).sum(axis=1)
    distances = squares[:, None] + squares - 2 * real @ real.T
    np.fill_diagonal(distances, np.inf)
    right = (DIGITS.labels[distances.argmin(axis=1)] == DIGITS.labels).mean()
    assert 0.98 < right < 0.99


def test_samples_are_named_and_measured_against_real_images():
    model = BALANCED[1]
    named, near = images.recognised(3)(model, DIGITS), images.nearest_real(3)(model, DIGITS)
    again = images.recognised(3)(model, DIGITS)
    np.testing.assert_array_equal(named, again)
    assert named.mean() > 0.9
    lied = images.ClassNormals(model.shares, model.parts.altered(lambda a: np.roll(a, 1, axis=1)))
    assert images.recognised(3)(lied, DIGITS).mean() < 0.1  # twos that say they are threes
    mean, factor = DIGITS.features[[7]], np.zeros((1, 20, 20))
    copies = images.ClassNormals(np.ones(1), type(model.parts)(mean, factor=factor))
    one = images.nearest_real(0)(copies, DIGITS)
    assert one == pytest.approx(0, abs=1e-5)
    away = type(model.parts)(mean + 3 * np.eye(20)[0], factor=factor)
    assert images.nearest_real(0)(images.ClassNormals(np.ones(1), away), DIGITS) <= 3 + 1e-9
    assert near.mean() > 5


def test_a_dying_class_may_be_named_better_and_a_dead_one_is_no_number():
    """The misreading of the docstring: fewer variants, and each of them a plain eight."""
    named, gone = images.recognised(RARE)(UNEQUAL[-1], DIGITS), UNEQUAL[-1].shares[:, RARE] == 0
    np.testing.assert_array_equal(np.isnan(named), gone)
    np.testing.assert_array_equal(np.isnan(images.nearest_real(RARE)(UNEQUAL[-1], DIGITS)), gone)
    assert named[~gone].mean() > 0.9
    kept = images.variance_kept(RARE)(UNEQUAL[-1], DIGITS)
    np.testing.assert_array_equal(kept[gone], 0)
    assert kept[~gone].mean() < 0.3


def test_a_trace_begins_with_the_real_images():
    assert np.all(BALANCED.trace(images.variance_kept(3))[0] == 1)
    np.testing.assert_allclose(BALANCED.trace(images.class_share(3))[0], 0.1)
    with pytest.raises(TypeError, match="variance needs a distribution over numbers"):
        BALANCED.trace(metrics.variance)
