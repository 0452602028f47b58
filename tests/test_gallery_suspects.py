"""Four suspects, a learner without a label, and a crowd: each has the signature that it should."""

import numpy as np
import pytest

from collapse_lib import (
    Accumulate,
    GaussianMLE,
    LeastSquares,
    Normal,
    gallery,
    metrics,
    simulate,
    theory,
)
from collapse_lib.gallery.cats_and_horses import GAP, TRUTH
from collapse_lib.gallery.crowd_of_models import ERROR
from collapse_lib.gallery.four_suspects import (
    DESIGN,
    EASE,
    HEIGHTS,
    NOISE,
    PLACES,
    WAVES,
    Holding,
)
from collapse_lib.gallery.four_suspects import TRUTH as LANDSCAPE

T = np.arange(61)
SUSPECTS = ("data", "procedure", "form", "hardware")
GUILTY = {"measured": 10, "steps": 100, "waves": 5, "bits": 5}


def innocent_but(name, result):
    return [getattr(result, other).max() for other in SUSPECTS if other != name]


# --- four suspects ---------------------------------------------------------------------------


def test_the_waves_are_orthogonal_and_the_landscape_has_variance_one():
    gram = DESIGN.rows.T @ DESIGN.rows / PLACES
    np.testing.assert_allclose(gram, np.diag(EASE**2), atol=1e-12)
    assert (HEIGHTS**2).sum() == pytest.approx(1)


def test_all_innocent_nothing_is_lost():
    result = gallery.four_suspects()
    assert max(result.together.max(), *innocent_but("", result)) < 1e-5


def test_finite_data_alone_err_in_proportion_to_the_generations():
    """Its mean is known: 8 σ² t / n, from plain least squares on the same design."""
    n = PLACES * 10
    learner = LeastSquares(noise=NOISE, features=DESIGN)
    run = simulate(LANDSCAPE, learner, n=n, generations=60, replicates=2000, rng=1)
    for t in (1, 20, 60):
        wrong = 100 * ((run[t].coefficients * EASE - HEIGHTS) ** 2).sum(axis=-1)
        expected = 100 * WAVES * NOISE**2 * t / n
        error = wrong.std(ddof=1) / np.sqrt(wrong.size)
        assert abs(wrong.mean() - expected) < 4.5 * error
        assert abs(wrong.mean() - 1.3 * expected) > 4.5 * error
        spread = 1.2533 * wrong.std(ddof=1) / np.sqrt(30)  # of a median over 30 lineages
        shown = gallery.four_suspects(measured=10).data[t]
        assert abs(shown - np.median(wrong)) < 4.5 * spread


def test_the_procedure_alone_takes_the_narrow_waves_one_after_the_other():
    result = gallery.four_suspects(steps=100)
    left = (1 - (1 - EASE**2) ** 100) ** T[:, None]
    expected = 100 * ((HEIGHTS * (1 - left)) ** 2).sum(axis=1)
    np.testing.assert_allclose(result.procedure, expected, atol=1e-3)
    steps = np.diff(result.procedure)
    assert steps[:10].mean() > 3 * steps[-10:].mean() > 0
    assert max(innocent_but("procedure", result)) < 1e-5


def test_the_form_alone_takes_its_toll_once():
    result = gallery.four_suspects(waves=5)
    np.testing.assert_allclose(result.form[1:], 100 * (HEIGHTS[5:] ** 2).sum(), atol=1e-3)
    assert result.form[0] == 0 and max(innocent_but("form", result)) < 1e-5


def test_the_hardware_alone_is_slow_and_then_fast():
    result = gallery.four_suspects(bits=5)
    assert result.hardware[1] < 0.1 < 3 < result.hardware[20]
    steps = np.diff(result.hardware)
    assert steps[-10:].mean() > 3 * steps[:10].mean()
    assert max(innocent_but("hardware", result)) < 1e-5


def test_together_they_are_less_than_their_sum_and_the_lesson_says_how_much():
    result = gallery.four_suspects(**GUILTY)
    said = {"data": 36, "procedure": 30, "form": 26, "hardware": 23, "total": 114, "together": 61}
    for name, number in said.items():
        assert getattr(result, name)[60] == pytest.approx(number, abs=0.6)
    assert result.procedure[20] == pytest.approx(22, abs=0.6)
    unlimited = gallery.four_suspects(steps=100, waves=5)
    assert unlimited.together[60] < 0.6 * unlimited.total[60]  # no matter of medians or of luck


@pytest.mark.parametrize(
    "values",
    [{"measured": 10}, {"steps": 10}, {"waves": 1}, {"bits": 2}, {"measured": 10, "bits": 2}],
    ids=str,
)
def test_no_setting_of_the_sliders_leaves_the_picture(values):
    result = gallery.four_suspects(**values)
    view = gallery.four_suspects.draw(result)["errors"]
    low, high = view["layout"]["yaxis"]["range"]
    drawn = [trace["y"].at(60) for trace in view["data"]]
    assert low <= np.min(drawn) and 30 < np.max(drawn) < high
    for control in gallery.four_suspects.inputs:
        if control.name in values:
            assert values[control.name] == control.stops[0]  # the worst there is


def test_the_sentence_names_those_who_are_loose():
    def said(**values):
        return gallery.four_suspects.sentence(generations=60, **values)

    assert said() == "Generation 60: no suspect is loose, and nothing is lost."
    for name, value in GUILTY.items():
        assert "alone" in said(**{name: value})
    assert "error of 61 %" in said(**GUILTY) and "adds up to 114 %" in said(**GUILTY)
    assert "adds up to" in said(measured=10, waves=5)


def test_more_data_cure_what_luck_does_and_no_more():
    """As lesson 4 says: from 10 measurements to 1,000."""
    few, many = (gallery.four_suspects(measured=k, waves=5) for k in (10, 1_000))
    assert few.together[60] == pytest.approx(51, abs=0.6)
    assert many.together[60] == pytest.approx(26, abs=0.6)
    assert many.data[60] == pytest.approx(0.36, abs=0.006)


def test_the_picture_is_the_model():
    result = gallery.four_suspects(waves=3)
    places = np.linspace(0, 1, 161)
    waves = np.sqrt(2) * np.cos(np.pi * np.outer(places, np.arange(1, 9)))
    np.testing.assert_allclose(result.landscape, waves @ HEIGHTS)
    np.testing.assert_allclose(result.models[9], waves[:, :3] @ HEIGHTS[:3], atol=1e-3)


def test_a_model_that_holds_few_waves_obeys_every_regime():
    learner = Holding(LeastSquares(noise=NOISE, features=DESIGN), 2)
    run = simulate(LANDSCAPE, learner, Accumulate(), n=PLACES, generations=3, replicates=2, rng=0)
    assert not run[3].coefficients[:, 2:].any() and run[3].coefficients[:, :2].all()


# --- cats and horses -------------------------------------------------------------------------


def test_one_bump_makes_animals_that_no_data_prevent():
    result = gallery.cats_and_horses()
    bump = Normal(TRUTH.mean, np.sqrt(TRUTH.variance))
    expected = 100 * (1 - np.sum(bump.tails(*GAP)))
    np.testing.assert_allclose(result.one_between[1:], expected, atol=0.01)
    assert expected == pytest.approx(35, abs=0.5)
    assert bump.tails(0.0, 0.0)[0] == pytest.approx(0.085, abs=0.001)  # of a height below 0
    assert result.one_between[0] < 1e-3
    assert result.two_between.max() < 1e-2


def test_a_bump_on_every_animal_grows_and_fills_the_gap_slowly():
    wide, copied = gallery.cats_and_horses(n=1000), gallery.cats_and_horses(bandwidth=0.0)
    variance = theory.kde_variance_mean(np.arange(31), 1000, 10 / np.sqrt(TRUTH.variance))
    np.testing.assert_allclose(wide.every_spread**2, variance, rtol=0.1)
    assert wide.every_spread[30] > 1.2 and copied.every_spread[30] < 1.05
    assert wide.every_between[1] < 1 < 10 < wide.every_between[30]
    assert copied.every_between[1:].max() == 0


def test_the_densities_are_densities():
    result = gallery.cats_and_horses()
    heights = np.linspace(-60, 260, 161) / 100
    for rows in (result.one, result.two[:3], result.every):
        np.testing.assert_allclose(np.trapezoid(rows, heights, axis=1), 1, atol=0.03)


# --- learners without labels -----------------------------------------------------------------


@pytest.fixture(scope="module")
def habits():
    return {name: gallery.whose_habit(learner=name) for name in "ABCDE"}


def test_the_chains_show_the_habits(habits):
    at = {name: (r.mean.median[100], r.spread.median[100]) for name, r in habits.items()}
    assert at["A"][0] == pytest.approx(2, abs=0.4)
    assert habits["A"].mean.median[100] - habits["A"].mean.median[70] < 0.3
    assert at["D"][0] == pytest.approx(3, abs=0.6)
    assert at["C"][1] > 1.3 > 1 > at["B"][1] > 3 * at["E"][1]
    assert abs(at["E"][0]) < 0.1


def test_one_generation_does_not_tell_them_apart(habits):
    for one in habits.values():
        for other in habits.values():
            assert one.mean.low[1] < other.mean.high[1]
            assert one.spread.low[1] < other.spread.high[1]


def test_the_honest_one_is_the_honest_one(habits):
    run = simulate(Normal(), GaussianMLE(ddof=1), n=100, generations=100, replicates=50, rng=0)
    np.testing.assert_array_equal(habits["B"].mean.trace, run.trace(metrics.mean))


# --- crowds ----------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [{}, {"architectures": 2}, {"models": 3, "shared": 0.0}])
def test_the_errors_of_crowds_are_those_of_theory(values):
    result = gallery.crowd_of_models(**values)
    for errors, expected in (
        (result.alike, result.alike_theory),
        (result.diverse, result.diverse_theory),
    ):
        for t in (1, 10, 30):
            squares = errors[:, t] ** 2
            error = squares.std(ddof=1) / np.sqrt(squares.size)
            assert abs(squares.mean() - expected[t] ** 2) < 4.5 * error
            assert abs(squares.mean() - 2.5 * expected[t] ** 2) > 4.5 * error
    models, shared = values.get("models", 8), values.get("shared", 0.5)
    square = theory.correlated_error_mean_square(np.arange(31), models, shared, ERROR)
    np.testing.assert_allclose(result.alike_theory**2, square)


def test_copies_are_worth_little_and_other_architectures_more():
    result = gallery.crowd_of_models()
    single = np.sqrt(theory.correlated_error_mean_square(30, 1, 0.5, ERROR))
    assert result.alike_theory[30] > 0.95 * single
    assert result.diverse_theory[30] == pytest.approx(single / np.sqrt(8))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: gallery.four_suspects(waves=9),
            "waves must be a whole number of at most 8, not 9",
        ),
        (
            lambda: gallery.cats_and_horses(bandwidth=-1.0),
            r"bandwidth must be a number of at least 0, not -1\.0",
        ),
        (lambda: gallery.whose_habit(learner="F"), "learner must be .*, not 'F'"),
        (
            lambda: gallery.crowd_of_models(shared=1.5),
            r"shared must be a number between 0 and 1, not 1\.5",
        ),
    ],
)
def test_what_is_out_of_range_gets_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
