"""Many properties at once: what is counted in the sample, against exact formulas."""

import numpy as np
import pytest

from collapse_lib import gallery, theory

high_dimensions = gallery.high_dimensions


@pytest.mark.parametrize("tail", [0.01, 0.1])
def test_the_share_of_rare_things_is_that_of_theory(tail):
    n = 5000
    result = high_dimensions(n=n, tail=tail)
    for d in (1, 5, 30, 100):
        p = result.rare_theory[d] / 100
        assert p == pytest.approx(1 - (1 - tail) ** d)
        assert abs(result.rare[d] / 100 - p) < 4.5 * np.sqrt(p * (1 - p) / n)
    p = high_dimensions(n=n, tail=tail / 2).rare_theory[30] / 100
    assert abs(result.rare[30] / 100 - p) > 4.5 * np.sqrt(p * (1 - p) / n)


def test_combinations_are_counted_one_by_one():
    result = high_dimensions(n=200, seed=4)
    above = np.random.default_rng(4).random((200, 100)) > 0.5
    for d in range(1, 101):
        assert result.met[d] == len({tuple(row) for row in above[:, :d]})
    assert result.met[0] == result.combinations[0] == 1


def test_meeting_every_combination_takes_as_long_as_theory_says():
    """The collector of 2³ coupons, drawn until complete."""
    rng = np.random.default_rng(0)
    waits = []
    for cells in rng.integers(8, size=(2000, 300)):
        first = np.unique(cells, return_index=True)[1]
        assert first.size == 8
        waits.append(first.max() + 1)
    expected = high_dimensions().needed[3]
    assert abs(np.mean(waits) - expected) < 4.5 * np.std(waits, ddof=1) / np.sqrt(len(waits))


def test_what_a_sample_spans_is_a_formula_of_the_library():
    result = high_dimensions(n=100)
    expected = 100 * theory.bounding_box_escape_mean(100, np.arange(1, 101))
    np.testing.assert_allclose(result.outside_theory[1:], expected)
    assert result.outside_theory[0] == result.rare[0] == 0


def test_the_sentence_holds_the_numbers():
    said = high_dimensions.sentence(dimensions=10)
    assert "Of the 1020 mixtures" in said and "10" in said


def test_bad_values_get_a_sentence():
    with pytest.raises(ValueError, match="n must be a whole number of at least 1, not 0"):
        high_dimensions(n=0)
