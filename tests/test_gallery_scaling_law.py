"""Twice the data: the law of real examples, the floor of a machine's, and what lifts it."""

import numpy as np
import pytest

from collapse_lib import theory
from collapse_lib.gallery import headline_questions as ask
from collapse_lib.gallery import scaling_law as panel

LIMIT = 4.5
SEEDS = range(20)


def over_seeds(*fields, **inputs):
    """Mean and standard error of some fields, one row each, one number per doubling."""
    runs = [panel(seed=seed, **inputs) for seed in SEEDS]
    values = np.array([[getattr(run, field) for field in fields] for run in runs])
    return values.mean(axis=0), values.std(axis=0, ddof=1) / len(SEEDS) ** 0.5


@pytest.mark.parametrize("steepness", [1.4, 2.0])
def test_the_curves_follow_theory(steepness):
    inputs = {"steepness": steepness, "known": 300, "share": 0.1}
    expected = panel(**inputs).theory
    mean, error = over_seeds("real", "made", "mixed", **inputs)
    room = LIMIT * error + 5e-4  # per cent: what is so rare that no learner has met it
    assert np.all(np.abs(mean - expected) < room)
    for wrong in (np.roll(expected, 1, axis=0), np.roll(expected, 1, axis=1)):
        assert np.all(np.any(np.abs(mean - wrong) > room, axis=1))


def test_the_law_is_the_published_one():
    """With kinds without end the missing mass falls like T^-(1-1/β), and cut, to a floor."""
    shown = panel()
    sizes = shown.examples
    law = 100 * theory.heavy_tail_missing_mass(sizes.astype(int), 1.5)
    np.testing.assert_allclose(shown.theory[0], law, rtol=0.02)
    assert shown.theory[1, -1] == pytest.approx(shown.floor, rel=1e-3)
    assert shown.floor == pytest.approx(2.42, abs=5e-3)
    at_worth = 100 * theory.heavy_tail_missing_mass(shown.worth, 1.5)
    assert at_worth == pytest.approx(shown.floor, rel=1e-3)


def test_real_ones_count_as_many_as_they_are():
    """In the end the machine's examples among the real ones are as good as not there."""
    half = panel(share=0.5, known=10)
    np.testing.assert_allclose(half.theory[2, 6:], half.theory[0, 5:-1], rtol=0.02)
    none = panel(share=0)
    np.testing.assert_array_equal(none.mixed, none.made)
    assert none.mixed_gain[-1] < 1 < panel().mixed_gain[-1]


def test_one_view_says_what_the_other_does():
    shown = panel()
    fallen = 100 * (1 - shown.mixed[1:] / shown.mixed[:-1])
    np.testing.assert_allclose(shown.mixed_gain[1:], fallen)
    assert np.isnan(shown.mixed_gain[0])
    views = panel.draw(shown)
    assert set(views) == {"missing", "bought"}


def test_what_is_out_of_range_gets_a_sentence():
    with pytest.raises(ValueError, match="known must be a whole number of at least 1, not 0"):
        panel(known=0)
    with pytest.raises(ValueError, match="share must be a number between 0 and 1, not 2"):
        panel(share=2)


def test_the_guess_about_one_more_doubling():
    from classroom.hand import played

    gains = ask.last_doublings()
    assert np.quantile(gains, 0.9) < 1
    assert over_seeds("real_gain")[0][0, -1] > 19
    assert played(ask.doubling(), "next to nothing").answer == "next to nothing"
