"""What every public learner, regime and metric promises, found by looking, not by listing.

A new one is tested from the moment it is exported. Where it cannot be made without arguments,
its example stands in `EXAMPLES`; what it accepts, and what a metric does when truth and model
are moved, stands in the tables below. Without its entries the tests fail and say so.
"""

import inspect
import traceback
from functools import cache, partial, wraps
from pathlib import Path

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture
from test_reference import public_names

import collapse_lib
from collapse_lib import (
    Categorical,
    GaussianMLE,
    KernelDensity,
    LinearModel,
    MultivariateNormal,
    Normal,
    Poisson,
    Table,
    Zipf,
    images,
    language,
    learners,
    metrics,
    mistakes,
    regimes,
    simulate,
)
from collapse_lib.learners import Learner, Sampled
from collapse_lib.regimes import Blend, Crowd, Refresh, Regime, Replace, Rollback, Temperature

PIXELS = np.random.default_rng(0).normal(8, 3, (40, 9)) + 4 * np.eye(9)[np.arange(40) % 3]
TEXT = "b a a a a a " * 4 + " ".join(np.random.default_rng(0).choice(list("abcdefghijkl"), 300))
SHIFT, SCALE = 5.0, 4.0

TABLE = Table({"x": PIXELS[:, 0], "y": PIXELS[:, 1], "k": [str(i % 3) for i in range(40)]})
TABLED = learners.FromFunctions(  # each of its columns by itself
    lambda rows: rows, lambda rows, n, rng: {c: rng.choice(rows[c], n) for c in rows}, TABLE
)

TRUTHS = {
    "numbers": Normal(3, 2),
    "counts": Poisson(5),
    "categories": Zipf(12),
    "vectors": MultivariateNormal([1.0, 2.0], [[1.0, 0.5], [0.5, 2.0]]),
    "labelled": LinearModel([1.0, -2.0], 0.5),
    "classes": images.LabelledImages(PIXELS, np.arange(40) % 3, components=3),
    "text": language.Corpus(TEXT, length=6),
    "table": TABLE,
}
LEARNERS = {  # one for each kind, and for numbers one without a statistic
    "numbers": GaussianMLE(),
    "kernels": learners.KDE(),
    "counts": learners.PoissonMLE(),
    "categories": learners.CategoricalMLE(),
    "vectors": learners.MultivariateGaussianMLE(),
    "labelled": learners.LeastSquares(),
    "classes": images.ClassGaussianMLE(3),
    "text": language.NGram(2),
    "table": TABLED,
}
MOVED = {  # the truths, and points of them, moved by SHIFT and stretched by SCALE
    "numbers": (Normal(SHIFT + SCALE * 3, SCALE * 2), lambda x: SHIFT + SCALE * x),
    "vectors": (
        MultivariateNormal(
            SHIFT + SCALE * TRUTHS["vectors"].mean, SCALE**2 * TRUTHS["vectors"].cov
        ),
        lambda x: SHIFT + SCALE * x,
    ),
    # a response has no place of its own, nor has an image among its principal components
    "labelled": (LinearModel([SCALE, -2 * SCALE], SCALE / 2), lambda x: x * [1, 1, SCALE]),
    "classes": (
        images.LabelledImages(SCALE * PIXELS, np.arange(40) % 3, components=3),
        lambda x: x * [SCALE, SCALE, SCALE, 1],
    ),
}
EXAMPLES = {
    "Biased": lambda: mistakes.Biased(GaussianMLE(), 0.1),
    "Crowd": lambda: Crowd(Replace(), 2),
    "Curated": lambda: regimes.Curated(lambda x: -abs(x - 3)),
    "Detector": lambda: regimes.Detector(0.5, 0.1),
    "FromEstimator": lambda: learners.FromEstimator(GaussianMixture(1, reg_covar=0)),
    "FromFunctions": lambda: TABLED,
    "GradientDescent": lambda: learners.GradientDescent(steps=20, rate=0.1),
    "Gridded": lambda: learners.Gridded(GaussianMLE(), 0.1),
    "Growing": lambda: regimes.Growing(24),
    "HistogramMLE": lambda: learners.HistogramMLE(np.linspace(-5, 11, 9)),
    "Noisy": lambda: mistakes.Noisy(GaussianMLE(), 0.1),
    "Preferring": lambda: mistakes.Preferring(GaussianMLE(), [3.0], 2),
    "Rollback": lambda: Rollback(Replace(), at=3, to=1, real=5),
    "Rounded": lambda: learners.Rounded(GaussianMLE(), 7),
    "Sampled": lambda: Sampled(GaussianMLE()),
    "Screened": lambda: regimes.Screened(regimes.Web(0.5), regimes.Detector(0.5, 0.1)),
    "Shift": lambda: regimes.Shift(0.1),
    "Slip": lambda: regimes.Slip(lambda labels: labels < 3, 0.1),
    "Temperature": lambda: Temperature(0.9),
    "Tempered": lambda: regimes.Tempered(Refresh(0.2), Temperature([0.9, 1.1])),
    "TopK": lambda: regimes.TopK(3),
    "TopP": lambda: regimes.TopP(0.9),
    "TopUp": lambda: regimes.TopUp(np.arange(12)),  # a stratum for each label, edges for numbers
    "Typical": lambda: regimes.Typical(2),
    "Unlabelled": lambda: mistakes.Unlabelled([GaussianMLE(), GaussianMLE(1)], rng=0),
    "Verifier": lambda: regimes.Verifier(lambda x: x > 3, 0.9, 0.5),
    "images.ClassGaussianMLE": lambda: images.ClassGaussianMLE(3),
    "images.class_share": lambda: images.class_share(1),
    "images.nearest_real": lambda: images.nearest_real(1),
    "images.recognised": lambda: images.recognised(1),
    "images.variance_kept": lambda: images.variance_kept(1),
    "language.Recurrent": lambda: language.Recurrent(width=4, steps=3, streams=1, stretch=3),
    "language.metrics.decile_survivors": lambda: language.metrics.decile_survivors(10),
    "metrics.column_kinds": lambda: metrics.column_kinds("k"),
    "metrics.column_range": lambda: metrics.column_range("x"),
    "metrics.column_variance": lambda: metrics.column_variance("x"),
    "metrics.rank_correlation": lambda: metrics.rank_correlation("x", "y"),
    "metrics.decile_survivors": lambda: metrics.decile_survivors(10),
}
ON_DATA = {  # metrics that are made from data, which are moved with truth and model
    "metrics.log_likelihood": lambda move: metrics.log_likelihood(move(np.array([0, 1, 2]))),
    "metrics.log_likelihood of vectors": lambda move: metrics.log_likelihood(move(np.eye(2) + 0.5)),
}
IN_COMBINATION = {
    "Crowd of Tempered": lambda: Crowd(regimes.Tempered(Refresh(0.2), Temperature(0.9)), 3),
    "Rollback of Refresh": lambda: Rollback(Refresh(), at=4, to=1, real=3),
    "Tempered of shares": lambda: regimes.Tempered(Refresh([0.1, 0.5]), Temperature(0.9)),
}

# --- what is public --------------------------------------------------------------------------


def found():
    """Every public function and class, by the shortest of its names."""
    short = {name.removeprefix("collapse_lib."): value for name, value in public_names().items()}
    once = {}
    for name in sorted(short, key=lambda name: (name.count("."), name)):
        once.setdefault(id(short[name]), (name, short[name]))
    return dict(sorted(once.values(), key=lambda pair: pair[0]))


PUBLIC = found()


def classes(kind):
    return {
        name: cls
        for name, cls in PUBLIC.items()
        if inspect.isclass(cls) and issubclass(cls, kind) and not inspect.isabstract(cls)
    }


def asks_for(value):
    """What the instances of a class are called with, or a function; None if they cannot be."""
    if inspect.isclass(value):
        calls = [vars(base)["__call__"] for base in value.__mro__ if "__call__" in vars(base)]
        return list(inspect.signature(calls[0]).parameters)[1:] if calls else None
    return list(inspect.signature(value).parameters)


def is_metric(value):
    """Whether it is ``metric(model, truth)``, or a factory that says it returns one."""
    if not inspect.isfunction(value):
        return False
    made = inspect.signature(value).return_annotation
    return asks_for(value) == ["model", "truth"] or made == "Metric"


PUBLIC_LEARNERS = classes(Learner)
PUBLIC_METRICS = {name: value for name, value in PUBLIC.items() if is_metric(value)}
PUBLIC_REGIMES = classes(Regime)
CALLED = {name: asked for name, cls in classes(object).items() if (asked := asks_for(cls))}
PUBLIC_CHANGES = [name for name, asked in CALLED.items() if asked == ["model"]]
PUBLIC_SCHEDULES = [name for name, asked in CALLED.items() if asked == ["t"]]
PUBLIC_SCREENS = [name for name, value in PUBLIC.items() if asks_for(value) == ["parts", "shares"]]


def example(name):
    """A public function as it is, or one instance of a class, or one metric of a factory."""
    value = PUBLIC[name]
    if name in EXAMPLES:
        return EXAMPLES[name]()
    if inspect.isfunction(value) and asks_for(value)[:1] in (["model"], ["parts"]):
        return value
    try:
        return value()
    except TypeError as error:
        raise AssertionError(f"give {name} an example in EXAMPLES: {error}") from error


def tempered(name):
    return regimes.Tempered(Replace(), example(name))


def screened(name):
    return regimes.Screened(Blend(0.3), example(name))


REGIMES = (
    {name: partial(example, name) for name in PUBLIC_REGIMES}
    | {f"by {name}": partial(tempered, name) for name in PUBLIC_CHANGES}
    | {f"by {name}": partial(screened, name) for name in PUBLIC_SCREENS}
    | IN_COMBINATION
)
METRICS = {name: partial(example, name) for name in PUBLIC_METRICS if name not in ON_DATA} | {
    name: partial(make, lambda x: x) for name, make in ON_DATA.items()
}

# --- what is expected ------------------------------------------------------------------------

# Which of `LEARNERS` a regime takes; a star where an array of sample sizes will do as well.
CRAWL = "numbers* kernels counts categories*"
EVERY = "numbers* kernels counts* categories* vectors* labelled* classes* text"
ANY = f"{EVERY} table"
TAKES = {
    "Accumulate": ANY,
    "Anchor": ANY,
    "Blend": CRAWL,
    "Crowd": "numbers* categories*",
    "Crowd of Tempered": "numbers* categories*",
    "Refresh": ANY,
    "Replace": ANY,
    "Rollback": EVERY,
    "Rollback of Refresh": EVERY,
    "Screened": CRAWL,
    "Subsample": "numbers kernels counts categories vectors labelled classes text table",
    "Tempered": "numbers* categories* vectors*",
    "Tempered of shares": "numbers* categories* vectors*",  # which are an array of sizes
    "Web": CRAWL,
    "Weighted": EVERY,
    "by Curated": "numbers kernels counts categories*",
    "by Detector": CRAWL,
    "by Greedy": "categories* text",
    "by Importance": "numbers categories*",
    "by Shift": "numbers* categories* vectors*",
    "by Slip": "categories*",
    "by Temperature": "numbers* categories* vectors* text",
    "by TopK": "categories* text",
    "by TopP": "categories* text",
    "by TopUp": "numbers kernels counts categories*",
    "by Typical": "numbers kernels counts",
    "by Verifier": "numbers kernels counts categories*",
    "by language.Beam": "text",
    "by regimes.mix": CRAWL,
}

# Which families of models a metric measures, each against the truth that it learnt from.
CURVES = "Normal GaussianMixture Histogram KernelDensity"
LINE = f"{CURVES} Poisson"
WRITERS = "NGramModel Network"
MEASURES = {
    "images.average_images": "ClassNormals",
    "images.class_share": "ClassNormals",
    "images.nearest_real": "ClassNormals",
    "images.recognised": "ClassNormals",
    "images.variance_kept": "ClassNormals",
    "language.metrics.accuracy": WRITERS,
    "language.metrics.conditional_entropy": WRITERS,
    "language.metrics.confidence": WRITERS,
    "language.metrics.decile_survivors": WRITERS,
    "language.metrics.distinct": WRITERS,
    "language.metrics.divergence": WRITERS,
    "language.metrics.held_out_perplexity": WRITERS,
    "language.metrics.loop_length": WRITERS,
    "language.metrics.loop_start": WRITERS,
    "language.metrics.looping": WRITERS,
    "language.metrics.own_perplexity": WRITERS,
    "language.metrics.repetition": WRITERS,
    "language.metrics.survivors": WRITERS,
    "language.metrics.type_token_ratio": WRITERS,
    "language.metrics.unigram_entropy": WRITERS,
    "language.metrics.zipf_slope": WRITERS,
    "metrics.column_kinds": "Fitted",
    "metrics.column_range": "Fitted",
    "metrics.column_variance": "Fitted",
    "metrics.condition_number": "MultivariateNormal",
    "metrics.coverage": "Categorical",
    "metrics.decile_survivors": "Categorical",
    "metrics.effective_dimension": "MultivariateNormal",
    "metrics.entropy": "Categorical Normal",
    "metrics.hallucination": f"Categorical {LINE}",
    "metrics.heterozygosity": "Categorical",
    "metrics.kl": f"Categorical MultivariateNormal {LINE}",
    "metrics.log_likelihood": f"Categorical {LINE}",
    "metrics.log_likelihood of vectors": "MultivariateNormal",
    "metrics.mean": LINE,
    "metrics.mean_association": "Fitted",
    "metrics.missing_mass": "Categorical",
    "metrics.modes": CURVES,
    "metrics.rank_correlation": "Fitted",
    "metrics.reverse_kl": f"Categorical MultivariateNormal {LINE}",
    "metrics.sd": LINE,
    "metrics.survivors": "Categorical",
    "metrics.tail_mass": LINE,
    "metrics.total_variance": "MultivariateNormal",
    "metrics.total_variation": f"Categorical {LINE}",
    "metrics.variance": LINE,
    "metrics.wasserstein1": LINE,
    "metrics.wasserstein2": f"MultivariateNormal {LINE}",
}


# What becomes of a metric's value where model, truth and data are moved and stretched, in
# `event` dimensions.
def same(value, event=1):
    return value


def moves(value, event=1):
    return SHIFT + SCALE * value


def scales(value, event=1):
    return SCALE * value


def squares(value, event=1):
    return SCALE**2 * value


def gains_volume(value, event=1):
    return value + event * np.log(SCALE)


def loses_volume(value, event=1):
    return value - event * np.log(SCALE)


WHEN_MOVED = {
    "images.average_images": scales,
    "images.class_share": same,
    "images.nearest_real": scales,
    "images.recognised": same,
    "images.variance_kept": same,
    "metrics.condition_number": same,
    "metrics.effective_dimension": same,
    "metrics.entropy": gains_volume,
    "metrics.hallucination": same,
    "metrics.kl": same,
    "metrics.log_likelihood": loses_volume,
    "metrics.log_likelihood of vectors": loses_volume,
    "metrics.mean": moves,
    "metrics.modes": same,
    "metrics.reverse_kl": same,
    "metrics.sd": scales,
    "metrics.tail_mass": same,
    "metrics.total_variance": squares,
    "metrics.total_variation": same,
    "metrics.variance": squares,
    "metrics.wasserstein1": scales,
    "metrics.wasserstein2": scales,
}
DISTANCES = {  # 0 where the model is the truth
    "images.nearest_real",
    "language.metrics.divergence",
    "metrics.kl",
    "metrics.missing_mass",
    "metrics.reverse_kl",
    "metrics.total_variation",
    "metrics.wasserstein1",
    "metrics.wasserstein2",
}

# What cannot be kept, by which test and by whom, and why.
CANNOT = {
    "test_a_learners_statistic_adds": {
        "FromFunctions": "the model of its example is the rows themselves, in their order",
        "language.NGram": "a text is no heap of words: end to end, two documents make a third",
        "language.Recurrent": "it reads documents of one length, in their order",
    },
    "test_how_points_are_stored_does_not_matter": {
        "GradientDescent": "its rate has the unit of the features, which are made larger here",
    },
    "test_a_weighted_statistic_is_its_points_repeated": {
        "FromEstimator": "the mixture of its example takes no weights, and that is said",
        "FromFunctions": "a pair of functions takes no weights, and that is said",
        "Unlabelled": "with 1/(n-1) weights say how reliable a point is, see `Moments`",
        "language.Recurrent": "it reads each document once, in their order",
    },
    "test_moving_the_data_moves_the_model": {
        "Biased": "its error has the unit of the data",
        "GaussianLocationMLE": "its standard deviation is known, and has the unit of the data",
        "Gridded": "its grid stays in its place",
        "HistogramMLE": "its bins stay in their places",
        "Preferring": "what it prefers stays in its place",
        "Rounded": "floating-point numbers lie closer together around 0",
    },
    "test_moving_the_truth_moves_the_models_of_a_regime": {
        "by Curated": "what is liked stays in its place",
        "by Shift": "its step has the unit of the data",
        "by TopUp": "its strata stay in their places",
        "by Verifier": "what it calls good stays in its place",
    },
    "test_a_metric_answers_with_the_models_batch": {
        "images.average_images": "it answers with a picture of each class",
    },
    "test_renaming_the_categories_changes_no_metric": {
        "metrics.log_likelihood": "its data keep their names",
    },
}

# Public functions that read something else than a model and the truth: examples of what they are
# given for a batch, and the shape of the answer.
INSTRUMENTS = {
    "images.read_as": lambda batch: (
        (fitted("images.ClassGaussianMLE", batch), TRUTHS["classes"].features),
        (*batch, 40),
    ),
    "language.metrics.perplexity": lambda batch: (
        (fitted("language.NGram", batch), TRUTHS["text"].held_out),
        batch,
    ),
    "metrics.good_turing": lambda batch: ((points("counts", batch).T,), batch[::-1]),
    "metrics.nearest_neighbour_ratio": lambda batch: (
        (points("numbers", batch)[:9], points("numbers", batch)[9:12], points("numbers", batch)),
        batch,
    ),
    "metrics.time_to": lambda batch: ((points("numbers", batch), 0.5), batch),
}
ELSEWHERE = {
    "language.greedy_successors": "its states of all members stand in one row",
    "regimes.shifted": "`Shift` and `Biased`, which are tested here, do no more",
}

# --- how it is tested ------------------------------------------------------------------------


def promise(names):
    """Run a test for each name; where `CANNOT` says that a promise cannot be kept, it must fail."""

    def decorate(test):
        @pytest.mark.parametrize("name", list(names))
        @wraps(test)
        def checked(name, **rest):
            if name not in CANNOT.get(test.__name__, {}):
                return test(name, **rest)
            with pytest.raises((AssertionError, TypeError, ValueError)):
                test(name, **rest)

        checked.names = set(names)
        return checked

    return decorate


def arrays(value, name=""):
    """Every array inside a distribution, a statistic or a regime, by its place."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":  # a tool's own models
        value = list(value.flat)
    if isinstance(value, np.ndarray):
        return {name: value}
    if isinstance(value, tuple | list):
        inside = dict(enumerate(value))
    elif isinstance(value, dict):
        inside = value
    elif type(value).__module__.partition(".")[0] in ("collapse_lib", "sklearn"):
        slots = getattr(type(value), "__slots__", ())
        inside = {slot: getattr(value, slot) for slot in slots} if slots else vars(value)
    else:
        return {}
    return {
        place: array
        for key, field in inside.items()
        for place, array in arrays(field, f"{name}.{key}").items()
    }


def copies(value):
    return {name: array.copy() for name, array in arrays(value).items()}


def assert_same(value, before):
    """All arrays are as they were; a value may have computed some more in between."""
    after = arrays(value)
    assert after.keys() >= before.keys()
    for name, array in before.items():
        np.testing.assert_array_equal(after[name], array, err_msg=name)


ONE_SIZE = "n must be one number"


def refuses(attempt, *received):
    """Whether an attempt is refused by a sentence of ours, which names what it received.

    Any other error, such as one of numpy's, goes on.
    """
    try:
        attempt()
    except (TypeError, ValueError) as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        ours = Path(collapse_lib.__file__).parent in Path(where.filename).parents
        if not (ours and where.line.startswith("raise")):
            raise
        words = {*received, ONE_SIZE}
        assert any(word in str(error) for word in words), f"{error} names none of {words}"
        return True
    return False


def assert_entered(name, table, found):
    """What was found out stands in a table, so that nothing is lost or gained unnoticed."""
    assert name in table, f"enter {name!r}, which accepts {' '.join(found)!r}"
    assert set(table[name].split()) == set(found), f"{name} accepts {' '.join(found)!r}"


def kind_of(name):
    """The kind of data that a public learner fits."""
    return example(name).kind


def final(truth, learner, regime=Replace(), generations=4, seed=0, n=24, replicates=3):  # noqa: B008
    if regime.picks_points and not learner.keeps_points:
        learner = Sampled(learner)
    options = {"generations": generations, "replicates": replicates, "rng": seed}
    return simulate(truth, learner, regime, n=n, **options)


def test_there_is_something_to_test():
    assert {"GaussianMLE", "Sampled", "images.ClassGaussianMLE", "language.NGram"} <= set(
        PUBLIC_LEARNERS
    )
    assert {"Replace", "Accumulate", "Refresh", "Anchor", "Subsample"} <= set(PUBLIC_REGIMES)
    assert {"Temperature", "Typical", "Verifier", "language.Beam"} <= set(PUBLIC_CHANGES)
    assert {"Detector", "Importance", "TopUp", "regimes.mix"} == set(PUBLIC_SCREENS)
    assert {"metrics.kl", "images.recognised", "language.metrics.looping"} <= set(PUBLIC_METRICS)


def test_whatever_can_be_called_is_a_change_a_screen_or_a_schedule():
    known = {*PUBLIC_CHANGES, *PUBLIC_SCREENS, *PUBLIC_SCHEDULES}
    assert set(CALLED) <= known | {"Explorable"}  # a panel runs its own function


def test_every_entry_is_of_something_that_is_there():
    assert set(EXAMPLES) <= set(PUBLIC)
    assert set(TAKES) <= set(REGIMES)
    assert set(MEASURES) <= set(METRICS)
    assert set(WHEN_MOVED) == {name for name in MEASURES if movable(name)}
    assert set(DISTANCES) <= set(METRICS)
    for test, names in CANNOT.items():
        assert set(names) <= globals()[test].names, test


# --- learners --------------------------------------------------------------------------------

BATCHES = [(), (3,), (2, 3)]


@pytest.mark.parametrize("batch", BATCHES)
@promise(PUBLIC_LEARNERS)
def test_a_learner_keeps_the_shape_sentence(name, batch):
    learner, truth = example(name), TRUTHS[kind_of(name)]
    source = truth.expand(batch)
    before = copies(source)
    data = learner.observe(source, 30, np.random.default_rng(0))
    kept = copies(data)
    model = learner.fit(data)
    assert model.batch == batch
    assert model.kind == learner.kind
    assert model.event == truth.event
    draws = model.sample(4, np.random.default_rng(1))
    assert draws.shape == (4, *batch, *truth.event)
    columns = [draws[name] for name in draws.dtype.names] if draws.dtype.names else [draws]
    assert np.all(np.isfinite(columns))
    wide = model.expand((5, *batch))
    assert wide.sample(4, np.random.default_rng(1)).shape == (4, 5, *batch, *truth.event)
    assert_same(source, before)
    assert_same(data, kept)


@promise(PUBLIC_LEARNERS)
def test_a_learners_statistic_adds(name):
    """The union of two data sets, in either order, is their points side by side."""
    learner, source = example(name), TRUTHS[kind_of(name)].expand((3,))
    x, y = (source.sample(n, np.random.default_rng(n)) for n in (17, 25))
    parts = learner.reduce(x), learner.reduce(y)
    before = [copies(part) for part in parts]
    direct = learner.fit(learner.reduce(np.concatenate([x, y])))
    for summed in (learner.fit(parts[0] + parts[1]), learner.fit(parts[1] + parts[0])):
        assert_alike(summed, direct)
    for part, copy in zip(parts, before, strict=True):
        assert_same(part, copy)


@promise(PUBLIC_LEARNERS)
def test_a_weighted_statistic_is_its_points_repeated(name):
    """Three times a sample, beside another, is what the sample added three times is."""
    learner, source = example(name), TRUTHS[kind_of(name)].expand((3,))
    x, y = (learner.reduce(source.sample(n, np.random.default_rng(n))) for n in (18, 24))
    weighted, repeated = laws(learner.fit(x + 3 * y)), laws(learner.fit(x + y + y + y))
    assert weighted.keys() == repeated.keys()
    for place, wanted in repeated.items():
        np.testing.assert_allclose(weighted[place], wanted, rtol=1e-7, atol=1e-9, err_msg=place)
    once = laws(learner.fit(x + y))
    assert any(not np.allclose(once[place], wanted) for place, wanted in repeated.items())


def laws(model):
    """The arrays of a model, but not which of its documents or points are one and the same."""
    if isinstance(model, KernelDensity):
        return {
            "density": model.density(np.linspace(-5, 11, 33).reshape(-1, *(1,) * len(model.batch)))
        }
    return {
        name: array @ array.swapaxes(-1, -2) if name.endswith("factor") else array
        for name, array in arrays(model).items()
        if ".parts." not in name
    }


def assert_alike(model, other):
    """All arrays are equal to rounding, of a root those of its square, of points in any order."""
    found, wanted = arrays(model), arrays(other)
    assert found.keys() == wanted.keys()
    for name, array in wanted.items():
        pair = [found[name], array]
        if name.endswith("factor"):
            pair = [root @ root.swapaxes(-1, -2) for root in pair]
        elif "points" in name:
            pair = [np.sort(x, axis=0) for x in pair]
        np.testing.assert_allclose(*pair, rtol=1e-7, atol=1e-9, err_msg=name)


@promise(PUBLIC_LEARNERS)
def test_how_points_are_stored_does_not_matter(name):
    """A fit to float32 is the fit to the same numbers in float64; so is one to their weights."""
    learner = example(name)
    x = TRUTHS[kind_of(name)].expand((3,)).sample(40, np.random.default_rng(7))
    if x.dtype.names:
        return  # a table has types of its own
    stored = x.astype(np.float32 if x.dtype.kind == "f" else np.int32)
    models = [learner.fit(learner.reduce(points)) for points in (stored, stored.astype(x.dtype))]
    assert_alike(*models)
    if x.dtype.kind == "f" and kind_of(name) != "classes":  # a class is no number to be scaled
        assert all(array.dtype != np.float32 for array in arrays(models[0]).values())
        large = (300 * x).astype(np.float16)  # whose sum is beyond the largest float16
        model = learner.fit(learner.reduce(large))
        assert np.all(np.isfinite(model.sample(4, np.random.default_rng(1))))


@promise(PUBLIC_LEARNERS)
def test_points_are_left_as_they_were(name):
    learner = example(name)
    x = TRUTHS[kind_of(name)].expand((3,)).sample(20, np.random.default_rng(2))
    before = x.copy()
    learner.fit(learner.reduce(x))
    np.testing.assert_array_equal(x, before)


@promise(PUBLIC_LEARNERS)
def test_a_learners_runs_repeat_and_extend(name):
    learner, truth = example(name), TRUTHS[kind_of(name)]
    short = final(truth, learner)
    for same in (final(truth, learner), final(truth, learner, generations=7)):
        for model, again in zip(short.models[1:], same.models[1:5], strict=True):
            assert model.batch == (3,)
            assert_same(again, copies(model))
    first, other = (arrays(run[-1]) for run in (short, final(truth, learner, seed=1)))
    assert any(not np.array_equal(x, other.get(key)) for key, x in first.items())


@promise([name for name in PUBLIC_LEARNERS if kind_of(name) in MOVED])
def test_moving_the_data_moves_the_model(name):
    learner, kind = example(name), kind_of(name)
    _, move = MOVED[kind]
    x = TRUTHS[kind].expand((3,)).sample(40, np.random.default_rng(3))
    plain, moved = (
        learner.fit(learner.reduce(points)).sample(50, np.random.default_rng(4))
        for points in (x, move(x))
    )
    np.testing.assert_allclose(moved, move(plain), rtol=1e-7, atol=1e-7)


def test_scaling_by_a_power_of_two_passes_through_rounding():
    learner = learners.Rounded(GaussianMLE(), 7, "nearest")
    x = Normal(3, 2).expand((3,)).sample(40, np.random.default_rng(5))
    plain, scaled = (learner.fit(learner.reduce(factor * x)) for factor in (1, 4))
    np.testing.assert_array_equal(scaled.sd, 4 * plain.sd)


# --- regimes, changes, screens and schedules -------------------------------------------------


def taken(name):
    """What a regime takes as `TAKES` says: truth, learner, and whether with an array of sizes."""
    for entry in TAKES.get(name, "").split():
        learner = LEARNERS[entry.removesuffix("*")]
        yield TRUTHS[learner.kind], learner, entry.endswith("*")


def sizes(regime):
    """Two sample sizes, as an array whose axis stands in front of the regime's own."""
    return np.array([24, 30]).reshape(2, *(1 for _ in regime.batch))


@pytest.mark.parametrize("name", REGIMES)
def test_a_regime_takes_what_the_table_says_and_refuses_the_rest_with_a_sentence(name):
    regime, found = REGIMES[name](), []
    for entry, learner in LEARNERS.items():
        truth = TRUTHS[learner.kind]
        run = partial(final, truth, learner, regime)
        model = final(truth, learner)[1]
        if not refuses(run, truth.kind, type(truth).__name__, type(model).__name__):
            found.append(entry + "*" * (not refuses(partial(run, n=sizes(regime)))))
    assert_entered(name, TAKES, found)


@promise(REGIMES)
def test_a_regimes_models_have_the_batch_of_sizes_regime_and_replicates(name):
    regime = REGIMES[name]()
    for truth, learner, many in taken(name):
        for sized in [(), (2,)] if many else [()]:
            for replicates in (1, 3):
                n = sizes(regime) if sized else 24
                run = final(truth, learner, regime, n=n, replicates=replicates)
                batch = (*sized, *regime.batch, replicates)
                assert [model.batch for model in run.models[1:]] == [batch] * 4


@promise(REGIMES)
def test_a_regimes_runs_repeat_and_extend(name):
    """And leave regime, truth and earlier models as they were."""
    regime = REGIMES[name]()
    for truth, learner, _ in taken(name):
        before = copies(truth), copies(regime)
        short, again, longer = (final(truth, learner, regime, g) for g in (4, 4, 7))
        for same in (again, longer):
            for model, other in zip(short.models[1:], same.models[1:5], strict=True):
                assert_same(other, copies(model))
        assert_same(truth, before[0])
        assert_same(regime, before[1])


@promise(REGIMES)
def test_the_first_generation_of_a_regime_sees_real_data_only(name):
    """So any model before it, the truth apart, is none of its business."""
    for draw in REGIMES[name]().recipe(1, 24):
        assert getattr(draw.source, "generation", 0) == 0
        assert np.all(np.asarray(draw.n) >= 0)


@promise([name for name in REGIMES if any(truth.kind in MOVED for truth, *_ in taken(name))])
def test_moving_the_truth_moves_the_models_of_a_regime(name):
    regime = REGIMES[name]()
    for truth, learner, _ in taken(name):
        if truth.kind not in MOVED:
            continue
        there, move = MOVED[truth.kind]
        plain, moved = (
            final(each, learner, regime)[-1].sample(9, np.random.default_rng(4))
            for each in (truth, there)
        )
        np.testing.assert_allclose(moved, move(plain), rtol=1e-7, atol=1e-7, err_msg=repr(learner))


@promise(PUBLIC_SCHEDULES)
def test_a_schedules_runs_repeat_and_extend(name):
    schedule = example(name)
    for learner in LEARNERS.values():
        truth = TRUTHS[learner.kind]
        short, again, longer = (final(truth, learner, generations=g, n=schedule) for g in (4, 4, 7))
        for same in (again, longer):
            for model, other in zip(short.models[1:], same.models[1:5], strict=True):
                assert_same(other, copies(model))


# --- metrics ---------------------------------------------------------------------------------


@cache
def families():
    """For each family of models, a public learner that fits it; none that changes another one."""
    own = [name for name in PUBLIC_LEARNERS if not hasattr(example(name), "learner")]
    return {type(fitted(name, ())).__name__: name for name in own}


def points(kind, batch):
    """Points of a truth; of a text all words, so that each member has the same vocabulary."""
    x = TRUTHS[kind].expand(batch).sample(36, np.random.default_rng(6))
    if kind == "text":
        x[:12] = np.arange(12).reshape(12, *(1 for _ in batch))
    return x


@cache
def fitted(name, batch, member=None, moved=False):
    """The model of a learner, or of one member of the batch, or of the points moved."""
    kind, learner = kind_of(name), example(name)
    x = points(kind, batch)
    x = x if member is None else x[:, member]
    return learner.fit(learner.reduce(MOVED[kind][1](x) if moved else x))


def measured(name):
    """The truth and the learner of each family that a metric measures as `MEASURES` says."""
    learner_of = families()
    for family in MEASURES.get(name, "").split():
        yield TRUTHS[kind_of(learner_of[family])], learner_of[family]


def can_move(learner):
    return (
        kind_of(learner) in MOVED and learner not in CANNOT["test_moving_the_data_moves_the_model"]
    )


def movable(name):
    return any(can_move(learner) for _, learner in measured(name))


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_measures_what_the_table_says_and_refuses_the_rest_with_a_sentence(name):
    metric, found = METRICS[name](), []
    for family, learner in families().items():
        truth, model = TRUTHS[kind_of(learner)], fitted(learner, ())
        received = family, type(truth).__name__, truth.kind, "data must"
        if not any(refuses(partial(metric, each, truth), *received) for each in (truth, model)):
            found.append(family)
    assert_entered(name, MEASURES, found)


@promise(METRICS)
def test_a_metric_answers_with_the_models_batch(name):
    metric = METRICS[name]()
    for truth, learner in measured(name):
        before = copies(truth)
        assert np.shape(metric(truth, truth)) == ()
        for batch in BATCHES:
            model = fitted(learner, batch)
            kept = copies(model)
            value = metric(model, truth)
            assert np.shape(value) == batch
            np.testing.assert_array_equal(metric(model, truth), value)
            assert_same(model, kept)
            assert_same(truth, before)


@promise(METRICS)
def test_a_metric_of_a_batch_is_that_of_its_members(name):
    metric = METRICS[name]()
    for truth, learner in measured(name):
        together = metric(fitted(learner, (3,)), truth)
        alone = [metric(fitted(learner, (3,), member), truth) for member in range(3)]
        np.testing.assert_allclose(alone, together, rtol=1e-7, atol=1e-9, err_msg=learner)


@promise(METRICS)
def test_a_metric_of_a_moved_model_is_moved_as_the_table_says(name):
    for truth, learner in measured(name):
        if not can_move(learner):
            continue
        assert name in WHEN_MOVED, f"say in WHEN_MOVED what becomes of {name} of a moved model"
        there, move = MOVED[kind_of(learner)]
        value = METRICS[name]()(fitted(learner, (3,)), truth)
        metric = ON_DATA[name](move) if name in ON_DATA else METRICS[name]()
        moved = metric(fitted(learner, (3,), moved=True), there)
        wanted = WHEN_MOVED[name](value, *truth.event)
        np.testing.assert_allclose(moved, wanted, rtol=1e-6, atol=1e-6, err_msg=learner)


@promise([name for name, families in MEASURES.items() if "Categorical" in families.split()])
def test_renaming_the_categories_changes_no_metric(name):
    order = np.array([3, 0, 5, 1, 4, 2, 11, 7, 9, 10, 8, 6])
    truth, metric = TRUTHS["categories"], METRICS[name]()
    model = final(truth, LEARNERS["categories"])[-1]
    turned = Categorical(truth.p[order]), Categorical(model.p[:, order])
    np.testing.assert_allclose(metric(turned[1], turned[0]), metric(model, truth))


@promise(METRICS)
def test_a_distance_is_nothing_at_the_truth_itself(name):
    metric = METRICS[name]()
    values = [metric(truth, truth) for truth, _ in measured(name)]
    nothing = bool(values) and all(np.allclose(value, 0, atol=1e-7) for value in values)
    assert nothing == (name in DISTANCES), f"enter {name} in DISTANCES, or take it out"


# --- what reads something else ---------------------------------------------------------------


def test_every_public_instrument_is_tested():
    """Whatever a module of metrics exports, and whatever reads a model."""
    wanted = {
        name
        for name, value in PUBLIC.items()
        if inspect.isfunction(value)
        and ("metrics." in name or asks_for(value)[:1] == ["model"])
        and name not in PUBLIC_METRICS
    }
    assert wanted == {*INSTRUMENTS, *ELSEWHERE}


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_an_instrument_answers_with_its_shape(name):
    for batch in BATCHES:
        given, shape = INSTRUMENTS[name](batch)
        before = [copies(value) for value in given]
        value = PUBLIC[name](*given)
        assert np.shape(value) == shape
        np.testing.assert_array_equal(PUBLIC[name](*given), value)
        for each, copy in zip(given, before, strict=True):
            assert_same(each, copy)
