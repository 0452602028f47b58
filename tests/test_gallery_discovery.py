"""The discovery curve: counts against the theory, and a rule that is right about its source."""

import numpy as np
import pytest

from collapse_lib import Zipf, gallery, theory
from collapse_lib.gallery.discovery import A_DAY, KINDS

discovery = gallery.discovery
DAYS = (1, 10, 50, 200)
RUNS = [discovery(seed=seed) for seed in range(40)]


def off(values, expected):
    """How many standard errors the mean of many runs is off."""
    return (np.mean(values) - expected) / (np.std(values, ddof=1) / np.sqrt(len(values)))


@pytest.mark.parametrize("day", DAYS)
def test_the_world_is_discovered_as_theory_says(day):
    p = Zipf(KINDS).p
    n = A_DAY * day
    assert RUNS[0].pictures[day] == n
    assert RUNS[0].world_theory[day] == theory.one_generation_survivors(n, p)
    assert abs(off([run.world[day] for run in RUNS], RUNS[0].world_theory[day])) < 4.5
    expected = 100 * theory.missing_mass_mean(n, p)
    assert abs(off([run.world_missing[day] for run in RUNS], expected)) < 4.5
    wrong = theory.one_generation_survivors(n, Zipf(KINDS, 1.2).p)
    assert abs(off([run.world[day] for run in RUNS], wrong)) > 4.5


@pytest.mark.parametrize("day", DAYS)
def test_the_rule_is_right_about_the_world(day):
    expected = 100 * theory.good_turing_mean(A_DAY * day, Zipf(KINDS).p)
    assert abs(off([run.world_estimate[day] for run in RUNS], expected)) < 4.5


def test_the_rule_is_right_about_the_machine_and_wrong_about_the_world():
    for run in RUNS:
        assert run.machine_estimate[200] == pytest.approx(0, abs=0.1)
        assert run.machine_missing[200] > 30
        assert run.machine[200] <= run.known
        assert np.all(np.diff(run.machine) >= 0)


def test_new_kinds_add_up():
    run = RUNS[0]
    np.testing.assert_array_equal(run.world_new.cumsum(), run.world)
    np.testing.assert_array_equal(run.machine_new.cumsum(), run.machine)


def test_counts_of_a_small_album_by_hand():
    from collapse_lib import Categorical
    from collapse_lib.gallery.discovery import _Album

    class Scripted(Categorical):
        def sample(self, n, rng):
            labels = np.zeros(n, dtype=int)
            labels[0], labels[60], labels[61] = 1, 2, 2
            return labels

    album = _Album(Scripted([0.5, 0.3, 0.2]), np.array([0.5, 0.3, 0.2]), None)
    np.testing.assert_array_equal(album.kinds[:4], [0, 2, 3, 3])
    np.testing.assert_allclose(album.missing[:4], [100, 20, 0, 0], atol=1e-12)
    np.testing.assert_allclose(album.estimate[1:4], [100 / 50, 100 / 100, 100 / 150])
    assert np.isnan(album.estimate[0])


def test_a_machine_that_saw_much_is_as_good_as_the_world():
    much = discovery(n=100_000)
    assert much.known > 0.95 * KINDS
    assert abs(much.machine[200] - much.world[200]) < 0.05 * much.world[200]


def test_the_sentence_holds_the_numbers():
    said = discovery.sentence(days=40)
    assert f"{discovery().world[40]:,.0f} kinds" in said and "2,000 pictures" in said


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"n": 0}, "n must be a whole number of at least 1, not 0"),
        ({"steepness": -0.5}, "exponent must be a number of at least 0, not -0.5"),
    ],
)
def test_bad_values_get_a_sentence(values, message):
    with pytest.raises(ValueError, match=message):
        discovery(**values)
