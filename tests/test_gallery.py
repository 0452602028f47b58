"""The explorables: what they show is what the library says."""

import dataclasses
import functools
from itertools import product

import numpy as np
import pytest

from collapse_lib import (
    Anchor,
    Empirical,
    GaussianMLE,
    Normal,
    Refresh,
    StudentT,
    gallery,
    metrics,
    simulate,
    theory,
)
from collapse_lib.fields import Result
from collapse_lib.figures import resolve, static
from collapse_lib.language import Corpus
from collapse_lib.metrics import Ensemble

EXPLORABLES = [getattr(gallery, name) for name in gallery.__all__]
FLOWERS = Empirical(np.random.default_rng(1).gamma(4.0, size=150))
WORDS = np.array("a cat sees the dog and the dog sees a bird . no one sees the fox".split())
TEXT = Corpus(" ".join(np.random.default_rng(1).choice(WORDS, 600)), length=40)
MOST_CORNERS = 48  # beyond it, one input at a time
T = np.arange(201)
collapse = gallery.variance_collapse


@pytest.mark.parametrize("ex", EXPLORABLES, ids=lambda ex: ex.name)
def test_every_explorable_is_named_and_explained(ex):
    assert ex.name in gallery.__all__
    assert ex.title and ex.function.__doc__
    assert ex.name in gallery.__doc__
    assert all(control.label for control in ex.controls)


@pytest.mark.parametrize(
    ("values", "regime", "ddof", "truth"),
    [
        ({"n": 50}, Refresh(0.0), 0, Normal()),
        ({"n": 20, "real": 0.1, "ddof": 1}, Refresh(0.1), 1, Normal()),
        ({"n": 20, "real": 0.1, "real_data": "fixed"}, Anchor(0.1), 0, Normal()),
        ({"n": 30, "truth": FLOWERS}, Refresh(0.0), 0, FLOWERS),
    ],
)
def test_it_shows_the_simulation(values, regime, ddof, truth):
    lineage = simulate(
        truth, GaussianMLE(ddof), regime, n=values["n"], generations=200, replicates=200, rng=0
    )
    variance = lineage.trace(metrics.variance)
    result = collapse(**values)
    np.testing.assert_allclose(result.variance * truth.variance, variance)
    np.testing.assert_allclose(result.median, np.median(result.variance, axis=1))
    np.testing.assert_allclose(result.mean, result.variance.mean(axis=1))
    np.testing.assert_allclose(result.band, np.quantile(result.variance, [0.1, 0.9], axis=1))
    np.testing.assert_allclose(result.location, lineage.trace(metrics.mean)[:, 0])
    np.testing.assert_allclose(result.scale, np.sqrt(variance[:, 0]))


def errors(simulated, curve, t):
    """How many standard errors the mean over lineages is off a curve."""
    return (simulated[t].mean() - curve[t]) / (simulated[t].std(ddof=1) / simulated[t].size ** 0.5)


@pytest.mark.parametrize("real_data", ["fresh", "fixed"])
@pytest.mark.parametrize("truth", [Normal(3, 2), FLOWERS], ids=["normal", "data"])
def test_with_real_data_the_theory_is_that_of_the_mean(real_data, truth):
    result = collapse(n=50, real=0.2, real_data=real_data, truth=truth)
    assert result.case == "mixed" and result.real_count == 10
    assert result.median_theory.size == 0
    other = collapse(n=50, real=0.02, real_data=real_data, truth=truth).mean_theory
    for t in (1, 5, 30, 200):
        assert abs(errors(result.variance, result.mean_theory, t)) < 4.5
    assert abs(errors(result.variance, other, 200)) > 4.5


@pytest.mark.parametrize("ddof", [0, 1])
def test_without_real_data_the_theory_is_that_of_the_median(ddof):
    result = collapse(n=50, ddof=ddof)
    assert result.case == "none"
    np.testing.assert_allclose(result.mean_theory, theory.replace_variance_mean(T, 50, ddof))
    assert abs(errors(result.variance, result.mean_theory, 5)) < 4.5
    for t in (1, 20, 100, 200):  # the number of lineages below a median is Binomial(200, 1/2)
        below = np.sum(result.variance[t] < result.median_theory[t])
        assert abs(below - 100) < 4.5 * np.sqrt(50)
    wrong = theory.replace_variance_median(T, 50, 1 - ddof)
    assert abs(np.sum(result.variance[200] < wrong[200]) - 100) > 4.5 * np.sqrt(50)


def test_it_says_which_average_it_means():
    for values in ({}, {"real": 0.1}, {"truth": FLOWERS}):
        sentence = collapse.sentence(**values)
        assert "typical (median)" in sentence and "average (mean)" in sentence
    assert "for the mean" in collapse.sentence(real=0.1)
    assert "Were the data a perfect bell" in collapse.sentence(truth=FLOWERS)


def test_the_sentence_holds_the_numbers_of_the_result():
    result = collapse(n=20)
    said = collapse.sentence(n=20, generations=7)
    assert said.startswith("Generation 7:")
    assert f"{result.median[7]:.2g}" in said and f"{result.median_theory[7]:.2g}" in said


def test_tiny_numbers_read_well():
    assert "·10⁻⁴" in collapse.sentence(n=5, generations=200)


def test_the_readout_counts_the_real_points():
    scene = collapse.scene({**{c.name: c.default for c in collapse.inputs}, "n": 50, "real": 0.1})
    assert scene.readouts == {"real": "5 of 50 real"}


def test_the_density_shows_the_lineage_that_the_fan_names():
    view = collapse.scene({c.name: c.default for c in collapse.inputs}).views["density"]
    result = collapse()
    truth, model = resolve(view["data"], 60)
    peak = 1 / np.sqrt(2 * np.pi * result.variance[60, 0])
    assert model["y"].max() == pytest.approx(peak)
    np.testing.assert_allclose(truth["y"], Normal().density(truth["x"]))


def test_real_data_are_shown_as_their_histogram():
    view = collapse.scene({c.name: c.default for c in collapse.inputs} | {"truth": FLOWERS})
    outline = view.views["density"]["data"][0]
    assert outline["name"] == "real data"
    assert np.trapezoid(outline["y"], outline["x"]) == pytest.approx(1)
    assert outline["x"].min() == FLOWERS.data.min()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"n": 0}, "n must be a whole number of at least 2, not 0"),
        ({"n": "many"}, "n must be a whole number of at least 2, not 'many'"),
        ({"real": 1.5}, "real must be a number between 0 and 1, not 1.5"),
        ({"real": np.nan}, "real must be a number between 0 and 1, not nan"),
        (
            {"truth": StudentT(2.0)},
            "truth must have a variance above 0 and below infinity, not inf",
        ),
        ({"truth": Normal(0, 0)}, "truth must have a variance above 0 and below infinity, not 0.0"),
    ],
)
def test_bad_values_get_a_sentence(values, message):
    with pytest.raises(ValueError, match=message):
        collapse(**values)


def corners(ex):
    """Values of every input at the ends of its range, and own data where it takes data."""
    ends = []
    for control in ex.inputs:
        stops = control.stops or (control.default,)
        own = {"truth": (control.default, FLOWERS), "text": (None, TEXT)}.get(control.name)
        ends.append(own or tuple(dict.fromkeys((stops[0], stops[-1], control.default))))
    names = [control.name for control in ex.inputs]
    every = [dict(zip(names, values, strict=True)) for values in product(*ends)]
    if len(every) <= MOST_CORNERS:
        return every
    start = {control.name: control.default for control in ex.inputs}
    single = [{**start, name: end} for name, own in zip(names, ends, strict=True) for end in own]
    return [every[0], every[-1], *single]


@pytest.mark.parametrize("ex", EXPLORABLES, ids=lambda ex: ex.name)
def test_the_three_laws(ex):
    """L1 views are functions of result and cursor; L2 shape-stable; L3 they know no future."""
    first = ex.scene(corners(ex)[0]).flat()
    kinds = {path: type(leaf) for path, leaf in first.items()}
    for values in corners(ex):
        result, again = ex(**values), ex(**values)
        flat = ex.scene(values).flat()
        assert {path: type(leaf) for path, leaf in flat.items()} == kinds  # L2
        views, same = ex.draw(result, **values), ex.draw(again, **values)
        for g in (ex.cursor.low, ex.cursor.high // 4, ex.cursor.high):
            drawn = resolve(views, g)
            np.testing.assert_equal(drawn, resolve(same, g))  # L1
            static(views, g, "")  # plotly's own validation
            if g != ex.cursor.high:
                future = other_future(result, g, ex.cursor.high + 1)
                np.testing.assert_equal(drawn, resolve(ex.draw(future, **values), g))  # L3


def other_future(result, g, size=T.size):
    """The same result, but for what happened after generation g of size - 1."""
    assert dataclasses.is_dataclass(result) or isinstance(result, Result), (
        f"a result must have fields by name, not be a {type(result).__name__}"
    )
    parts = {name: _changed_after(value, g, size) for name, value in vars(result).items()}
    return type(result)(**parts)


def _changed_after(value, g, size):
    if isinstance(value, Ensemble):
        return Ensemble(_changed_after(value.trace, g, size))
    if isinstance(value, dict):
        return {key: _changed_after(part, g, size) for key, part in value.items()}
    if isinstance(value, tuple) and len(value) == size:
        return (*value[: g + 1], *(value[0] for _ in value[g + 1 :]))
    if not isinstance(value, np.ndarray) or size not in value.shape:
        return value
    changed = np.moveaxis(value.astype(float), value.shape.index(size), 0)
    changed[g + 1 :] = (changed[g + 1 :] * 1e-30).astype(changed.dtype)  # counts become 0
    return np.moveaxis(changed, 0, value.shape.index(size))


def test_a_bare_array_is_no_result():
    """An author who returns one hears it from the panel, and from whoever tests the laws."""
    with pytest.raises(AssertionError, match="a result must have fields by name, not be a ndarray"):
        other_future(np.arange(5.0), 2, 5)
    values = {control.name: control.default for control in collapse.inputs}
    bare = dataclasses.replace(collapse, function=named_like(collapse.function, np.arange(201.0)))
    with pytest.raises(TypeError, match="variance_collapse must return its fields by name"):
        bare.scene(values)


def named_like(function, result):
    """A function of the same signature and name that returns something else."""

    @functools.wraps(function)
    def other(**values):
        return result

    return other


def test_the_third_law_can_fail():
    """A view whose axis knows the whole run tells the future, and the test of L3 sees it."""
    result = collapse()

    def prophet(result):
        view = collapse.draw(result)["fan"]
        low = float(np.log10(result.median.min()))
        return {**view, "layout": {**view["layout"], "yaxis": {"range": [low, 1]}}}

    with pytest.raises(AssertionError):
        np.testing.assert_equal(
            resolve(prophet(result), 50), resolve(prophet(other_future(result, 50)), 50)
        )


def test_the_lesson_bounds_what_a_handful_does():
    """Five real examples hold where luck is the only fault; with 5 % too little variance, less."""
    n = np.array([50, 500, 5_000])
    assert (theory.refresh_variance_limit(n, 5) > 0.9).all()
    left = theory.refresh_variance_limit(n, 5, bias=0.95)
    np.testing.assert_allclose(left, [0.64, 0.17, 0.02], atol=0.005)
