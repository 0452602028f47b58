"""The one-way door: what is at zero stays there, unless real data come in."""

import numpy as np
import pytest
from scipy import stats

from collapse_lib.figures import resolve
from collapse_lib.gallery import one_way_door
from collapse_lib.gallery.one_way_door import HORIZON, REPLICATES

LIMIT = 4.5


def ends(n, p, t):
    """Exact probabilities of 0 and of 1 after t generations: powers of the transition matrix."""
    count = np.arange(n + 1)
    step = stats.binom.pmf(count, n, count[:, None] / n)
    law = stats.binom.pmf(count, n, p) @ np.linalg.matrix_power(step, t - 1)
    return law[0], law[-1]


def errors(per_cent, probability):
    """How many standard errors a share of 200 lineages is off a probability."""
    error = np.sqrt(probability * (1 - probability) / REPLICATES)
    return (per_cent / 100 - probability) / error


@pytest.mark.parametrize(("n", "rare"), [(20, 0.1), (50, 0.1), (50, 0.3)])
def test_as_many_lineages_are_through_the_doors_as_in_theory(n, rare):
    result = one_way_door(n=n, rare=rare)
    for t in (5, 30, HORIZON):
        lost, alone = ends(n, rare, t)
        assert abs(errors(result.lost[t], lost)) < LIMIT
        assert abs(result.alone[t] / 100 - alone) < LIMIT * np.sqrt(0.25 / REPLICATES)
    other = ends(4 * n, rare, 30)[0]
    assert abs(errors(result.lost[30], other)) > LIMIT


def test_nobody_comes_back_without_real_data():
    frequency = one_way_door(n=20).frequency
    for end in (0, 1):
        arrived = np.maximum.accumulate(frequency == end, axis=1)
        np.testing.assert_array_equal(arrived, frequency == end)


def test_one_real_example_opens_the_door():
    alone, helped = one_way_door(n=50), one_way_door(n=50, real=1)
    back = (helped.frequency[:, :-1] == 0) & (helped.frequency[:, 1:] > 0)
    assert back.sum() > 100
    assert helped.lost[HORIZON] < alone.lost[HORIZON] - 20
    # a lineage at 0 leaves it with the probability that the one real example is of the rare kind
    trials = (helped.frequency[:, :-1] == 0).sum()
    assert abs(back.sum() - 0.1 * trials) < LIMIT * np.sqrt(trials * 0.1 * 0.9)


@pytest.mark.parametrize("real", [0, 2])
def test_the_mean_stays(real):
    result = one_way_door(n=100, rare=0.2, real=real)
    for t in (1, 20, HORIZON):
        values = result.frequency[:, t]
        assert abs(values.mean() - 0.2) < LIMIT * values.std(ddof=1) / np.sqrt(REPLICATES)
    assert set(result.mean_theory) == {0.2}


def test_each_lineage_is_in_one_of_three_places():
    result = one_way_door(rare=0.3)
    np.testing.assert_allclose(result.lost + result.alone + result.open, 100)


def test_a_click_rides_a_lineage():
    result = one_way_door(lineage=9)
    crowd, mine, *_ = resolve(one_way_door.draw(result)["paths"]["data"], HORIZON)
    assert crowd["meta"] == {"pick": "lineage"}
    np.testing.assert_array_equal(mine["y"], result.frequency[8])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"n": 4}, "n must be a whole number of at least 5, not 4"),
        ({"rare": 1.5}, "rare must be a number above 0 and below 1, not 1.5"),
        ({"rare": 0.0}, "rare must be a number above 0 and below 1, not 0.0"),
        ({"real": -1}, "real must be a whole number of at least 0, not -1"),
        ({"real": 60}, "real must be a whole number of at most n = 50, not 60"),
        ({"lineage": 0}, "lineage must be a whole number of at least 1, not 0"),
        ({"lineage": 201}, "lineage must be a whole number of at most 200, not 201"),
    ],
)
def test_bad_values_get_a_sentence(values, message):
    with pytest.raises(ValueError, match=message):
        one_way_door(**values)
