"""What every public learner, regime and metric promises, found by looking, not by listing.

A new one is tested from the moment it is exported. Where it cannot be made without arguments,
its example stands in `EXAMPLES`; without one the tests fail and say so.
"""

import inspect

import numpy as np
import pytest

from collapse_lib import (
    Categorical,
    GaussianMLE,
    LinearModel,
    MultivariateNormal,
    Normal,
    Poisson,
    Zipf,
    learners,
    metrics,
    mistakes,
    regimes,
    simulate,
)
from collapse_lib.distributions import Distribution
from collapse_lib.learners import Learner, Sampled
from collapse_lib.regimes import Regime

TRUTHS = {
    "numbers": Normal(3, 2),
    "counts": Poisson(5),
    "categories": Zipf(12),
    "vectors": MultivariateNormal([1.0, 2.0], [[1.0, 0.5], [0.5, 2.0]]),
    "labelled": LinearModel([1.0, -2.0], 0.5),
}
LEARNERS = {
    "numbers": learners.GaussianMLE(),
    "counts": learners.PoissonMLE(),
    "categories": learners.CategoricalMLE(),
    "vectors": learners.MultivariateGaussianMLE(),
    "labelled": learners.LeastSquares(),
}
EXAMPLES = {
    "decile_survivors": lambda: metrics.decile_survivors(10),
    "log_likelihood": lambda: metrics.log_likelihood([0, 1, 2]),
    "Biased": lambda: mistakes.Biased(GaussianMLE(), 0.1),
    "Crowd": lambda: regimes.Crowd(regimes.Replace(), 2),
    "GradientDescent": lambda: learners.GradientDescent(steps=20, rate=0.1),
    "Gridded": lambda: learners.Gridded(GaussianMLE(), 0.1),
    "HistogramMLE": lambda: learners.HistogramMLE(np.linspace(-5, 11, 9)),
    "Noisy": lambda: mistakes.Noisy(GaussianMLE(), 0.1),
    "Preferring": lambda: mistakes.Preferring(GaussianMLE(), [3.0], 2),
    "Rollback": lambda: regimes.Rollback(regimes.Replace(), at=3, to=1, real=5),
    "Rounded": lambda: learners.Rounded(GaussianMLE(), 7),
    "Sampled": lambda: Sampled(GaussianMLE()),
    "Screened": lambda: regimes.Screened(regimes.Blend(0.3), regimes.Detector(0.5, 0.1)),
    "Tempered": lambda: regimes.Tempered(regimes.Replace(), regimes.Temperature(0.9)),
    "Unlabelled": lambda: mistakes.Unlabelled([GaussianMLE(), GaussianMLE(1)], rng=0),
}
SHIFT, SCALE = 5.0, 4.0
FIXED_TO_A_PLACE = {  # bins, grids, shifts and preferences do not move with the data
    "Biased",
    "Gridded",
    "HistogramMLE",
    "Preferring",
}


def public(module, kind):
    """The classes of a module that are exported, are of a kind, and can be made."""
    found = [getattr(module, name) for name in module.__all__]
    return {
        cls.__name__: cls
        for cls in found
        if inspect.isclass(cls) and issubclass(cls, kind) and not inspect.isabstract(cls)
    }


def example(cls):
    """One instance of a class, from `EXAMPLES` or without arguments."""
    try:
        return EXAMPLES.get(cls.__name__, cls)()
    except TypeError as error:
        raise AssertionError(f"give {cls.__name__} an example in EXAMPLES: {error}") from error


PUBLIC_LEARNERS = public(learners, Learner) | public(mistakes, Learner)
PUBLIC_REGIMES = public(regimes, Regime)


def is_metric(value):
    """Whether it is ``metric(model, truth)``, or a factory that says it returns one."""
    if not inspect.isfunction(value):
        return False
    signature = inspect.signature(value)
    return "model" in signature.parameters or signature.return_annotation == "Metric"


PUBLIC_METRICS = {
    name: getattr(metrics, name) for name in metrics.__all__ if is_metric(getattr(metrics, name))
}


def arrays(value):
    """Every array inside a distribution or statistic, by name."""
    slots = getattr(type(value), "__slots__", ())
    fields = {name: getattr(value, name) for name in slots} if slots else vars(value)
    found = {}
    for name, field in fields.items():
        if isinstance(field, np.ndarray):
            found[name] = field
        elif isinstance(field, Distribution):
            found |= {f"{name}.{inner}": array for inner, array in arrays(field).items()}
    return found


def copies(value):
    return {name: array.copy() for name, array in arrays(value).items()}


def assert_same(value, before):
    after = arrays(value)
    assert after.keys() == before.keys()
    for name, array in before.items():
        np.testing.assert_array_equal(after[name], array, err_msg=name)


def test_there_is_something_to_test():
    assert {"GaussianMLE", "CategoricalMLE", "Sampled"} <= PUBLIC_LEARNERS.keys()
    assert {"Replace", "Accumulate", "Refresh", "Anchor", "Subsample"} <= PUBLIC_REGIMES.keys()
    assert {"mean", "variance", "tail_mass", "kl"} <= PUBLIC_METRICS.keys()


# --- learners --------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [(), (3,), (2, 3)])
@pytest.mark.parametrize("name", PUBLIC_LEARNERS)
def test_a_learner_keeps_the_shape_sentence(name, batch):
    learner = example(PUBLIC_LEARNERS[name])
    truth = TRUTHS[learner.kind]
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
    assert np.all(np.isfinite(draws))
    assert model.expand((5, *batch)).sample(4, np.random.default_rng(1)).shape[1:] == (
        5,
        *batch,
        *truth.event,
    )
    assert_same(source, before)
    assert_same(data, kept)


@pytest.mark.parametrize("name", PUBLIC_LEARNERS)
def test_a_learners_statistic_adds(name):
    """The union of two data sets, in either order, is their points side by side."""
    learner = example(PUBLIC_LEARNERS[name])
    source = TRUTHS[learner.kind].expand((3,))
    x, y = (source.sample(n, np.random.default_rng(n)) for n in (17, 25))
    parts = learner.reduce(x), learner.reduce(y)
    before = [copies(part) for part in parts]
    direct = learner.fit(learner.reduce(np.concatenate([x, y])))
    summed = learner.fit(parts[0] + parts[1])
    for part, copy in zip(parts, before, strict=True):
        assert_same(part, copy)
    for name, array in arrays(direct).items():
        other = arrays(summed)[name]
        if name == "factor":  # any root of the same covariance will do
            array, other = direct.cov, summed.cov
        np.testing.assert_allclose(other, array, rtol=1e-9, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("name", PUBLIC_LEARNERS)
def test_points_and_draws_are_left_as_they_were(name):
    learner = example(PUBLIC_LEARNERS[name])
    x = TRUTHS[learner.kind].expand((3,)).sample(20, np.random.default_rng(2))
    before = x.copy()
    learner.fit(learner.reduce(x))
    np.testing.assert_array_equal(x, before)


def final(truth, learner, regime=regimes.Replace(), generations=4, seed=0):  # noqa: B008
    return simulate(truth, learner, regime, n=24, generations=generations, replicates=3, rng=seed)


@pytest.mark.parametrize("name", PUBLIC_LEARNERS)
def test_a_learners_runs_repeat_and_extend(name):
    learner = example(PUBLIC_LEARNERS[name])
    truth = TRUTHS[learner.kind]
    short = final(truth, learner)
    for same in (final(truth, learner), final(truth, learner, generations=7)):
        for model, again in zip(short.models[1:], same.models[1:5], strict=True):
            assert model.batch == (3,)
            assert_same(again, copies(model))
    other = final(truth, learner, seed=1)[-1]
    assert any(not np.array_equal(x, arrays(other)[key]) for key, x in arrays(short[-1]).items())


LOCATION_SCALE = [
    name
    for name, learner in PUBLIC_LEARNERS.items()
    if example(learner).kind in ("numbers", "vectors")
    and name not in FIXED_TO_A_PLACE | {"Rounded"}
]


@pytest.mark.parametrize("name", LOCATION_SCALE)
def test_shifting_and_scaling_the_data_does_the_same_to_the_model(name):
    learner = example(PUBLIC_LEARNERS[name])
    x = TRUTHS[learner.kind].expand((3,)).sample(40, np.random.default_rng(3))
    plain = learner.fit(learner.reduce(x))
    moved = learner.fit(learner.reduce(SHIFT + SCALE * x))
    for draws, other in zip(
        plain.sample(50, np.random.default_rng(4)),
        moved.sample(50, np.random.default_rng(4)),
        strict=True,
    ):
        np.testing.assert_allclose(other, SHIFT + SCALE * draws, rtol=1e-8, atol=1e-8)


def test_scaling_by_a_power_of_two_passes_through_rounding():
    learner = example(PUBLIC_LEARNERS["Rounded"])
    learner = learners.Rounded(learner.learner, 7, "nearest")
    x = Normal(3, 2).expand((3,)).sample(40, np.random.default_rng(5))
    plain, scaled = (learner.fit(learner.reduce(factor * x)) for factor in (1, 4))
    np.testing.assert_array_equal(scaled.sd, 4 * plain.sd)


# --- regimes ---------------------------------------------------------------------------------


def learner_for(kind, regime):
    return Sampled(LEARNERS[kind]) if regime.picks_points else LEARNERS[kind]


def runs_of(regime, **options):
    """One run for each kind of data that the regime accepts."""
    runs, refused = {}, {}
    for kind, truth in TRUTHS.items():
        try:
            runs[kind] = final(truth, learner_for(kind, regime), regime, **options)
        except TypeError as sentence:
            refused[kind] = sentence
    assert runs, f"{regime} accepts no kind of data: {refused}"
    return runs


@pytest.mark.parametrize("name", PUBLIC_REGIMES)
def test_a_regimes_runs_repeat_and_extend(name):
    regime = example(PUBLIC_REGIMES[name])
    runs, again, longer = (runs_of(regime, generations=g) for g in (4, 4, 7))
    for kind, run in runs.items():
        for same in (again[kind], longer[kind]):
            for model, other in zip(run.models[1:], same.models[1:5], strict=True):
                assert model.batch == (*regime.batch, 3)
                assert_same(other, copies(model))


@pytest.mark.parametrize("name", PUBLIC_REGIMES)
def test_a_regime_leaves_truth_and_models_as_they_were(name):
    regime = example(PUBLIC_REGIMES[name])
    before = {kind: copies(truth) for kind, truth in TRUTHS.items()}
    short, longer = runs_of(regime, generations=2), runs_of(regime, generations=6)
    for kind, run in short.items():
        assert_same(TRUTHS[kind], before[kind])
        assert_same(longer[kind][2], copies(run[2]))


@pytest.mark.parametrize("name", PUBLIC_REGIMES)
def test_the_first_generation_of_a_regime_sees_real_data_only(name):
    """So any model before it, the truth apart, is none of its business."""
    regime = example(PUBLIC_REGIMES[name])
    for draw in regime.recipe(1, 24):
        assert getattr(draw.source, "generation", 0) == 0
        assert np.all(np.asarray(draw.n) >= 0)


# --- metrics ---------------------------------------------------------------------------------


def metric_from(function):
    """The metric itself, or the one that its factory makes without arguments."""
    return function if "model" in inspect.signature(function).parameters else function()


def measurable(name):
    """The kinds of data that a metric accepts, each with its truth and a fitted model."""
    try:
        metric = EXAMPLES[name]() if name in EXAMPLES else metric_from(PUBLIC_METRICS[name])
    except TypeError as error:
        raise AssertionError(f"give {name} an example in EXAMPLES: {error}") from error
    found = {}
    for kind, truth in TRUTHS.items():
        models = [
            LEARNERS[kind].fit(
                LEARNERS[kind].observe(truth.expand(batch), 40, np.random.default_rng(6))
            )
            for batch in ((), (3,), (2, 3))
        ]
        try:
            metric(truth, truth)
            metric(models[0], truth)
        except (TypeError, ValueError):  # not for this kind, or not for data of this shape
            continue
        found[kind] = truth, models
    assert found, f"{name} measures none of the models here: give it an example in EXAMPLES"
    return metric, found


@pytest.mark.parametrize("name", PUBLIC_METRICS)
def test_a_metric_answers_with_the_models_batch(name):
    metric, found = measurable(name)
    for truth, models in found.values():
        before = copies(truth)
        for model in models:
            kept = copies(model)
            value = metric(model, truth)
            assert np.shape(value) == model.batch
            np.testing.assert_array_equal(metric(model, truth), value)
            assert_same(model, kept)
            assert_same(truth, before)


@pytest.mark.parametrize("name", PUBLIC_METRICS)
def test_a_metric_of_a_batch_is_that_of_its_members(name):
    metric, found = measurable(name)
    for kind, (truth, (_, model, _)) in found.items():
        together = metric(model, truth)
        for member in range(3):
            alone = type(model).trusted(
                **{key: array[member] for key, array in arrays(model).items() if "." not in key}
                | {
                    key: field
                    for key, field in vars(model).items()
                    if not isinstance(field, np.ndarray)
                }
            )
            np.testing.assert_allclose(
                metric(alone, truth), together[member], rtol=1e-9, atol=1e-12, err_msg=kind
            )


@pytest.mark.parametrize("name", ["kl", "reverse_kl", "wasserstein2"])
def test_a_divergence_of_the_truth_from_itself_is_nothing(name):
    metric, found = measurable(name)
    for truth, _ in found.values():
        np.testing.assert_allclose(metric(truth, truth), 0, atol=1e-7)


def test_renaming_the_categories_changes_no_frequency_metric():
    order = np.array([3, 0, 5, 1, 4, 2])
    truth = Zipf(6)
    model = simulate(truth, learners.CategoricalMLE(), n=9, generations=2, replicates=4, rng=7)[-1]
    turned = Categorical(truth.p[order]), Categorical(model.p[:, order])
    for name in ("entropy", "survivors", "kl", "reverse_kl"):
        metric = PUBLIC_METRICS[name]
        np.testing.assert_allclose(metric(turned[1], turned[0]), metric(model, truth))
