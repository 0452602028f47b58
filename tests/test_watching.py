"""Who notices when, and what a rollback saves."""

import numpy as np
import pytest

from collapse_lib import (
    Accumulate,
    CategoricalMLE,
    GaussianMLE,
    Normal,
    Refresh,
    Replace,
    Zipf,
    metrics,
    simulate,
    theory,
)
from collapse_lib.watching import notice, rescue

LIMIT = 4.5


def run(learner=None, regime=Replace(), truth=Normal(), **options):  # noqa: B008 (frozen)
    options = {"n": 50, "generations": 120, "replicates": 2_000, "rng": 1} | options
    return simulate(truth, learner or GaussianMLE(), regime, **options)


def test_the_tail_notices_first_and_the_average_never():
    lineage = run(GaussianMLE(ddof=1), generations=60, replicates=20_000)
    tail = notice(lineage, metrics.tail_mass(3))
    typical = notice(lineage, metrics.variance)
    average = notice(lineage, metrics.variance, over=np.mean)
    assert tail < typical < 60
    assert average == np.inf
    assert typical == pytest.approx(theory.half_life(50, 1), abs=3)


def test_the_average_notices_late():
    lineage = run()
    average = notice(lineage, metrics.variance, 0.2, over=np.mean)
    typical = notice(lineage, metrics.variance, 0.2)
    expected = np.log(0.2) / np.log(1 - 1 / 50)
    assert average == pytest.approx(expected, abs=3)
    assert typical < 0.7 * average


def test_what_is_noticed_is_the_first_crossing():
    lineage = run(replicates=5, n=np.array([10, 50]))
    trace = lineage.trace(metrics.variance)
    each = notice(lineage, metrics.variance, 0.3, over=None)
    assert each.shape == (2, 5)
    for index in np.ndindex(each.shape):
        first = int(each[index])
        series = trace[(slice(None), *index)]
        assert series[first] <= 0.3 < series[:first].min()
    several = notice(lineage, metrics.variance, 0.3)
    assert several.shape == (2,)
    never = run(replicates=5, generations=2)
    assert np.all(notice(never, metrics.variance, 0.01, over=None) == np.inf)


@pytest.mark.parametrize("regime", [Replace(), Refresh(0.02)])
def test_a_rescue_repeats_the_past_and_changes_the_future(regime):
    lineage = run(regime=regime, replicates=50)
    rescued = rescue(lineage, noticed=40, to=5, real=30)
    before, after = (one.trace(metrics.variance) for one in (lineage, rescued))
    assert len(rescued) == len(lineage)
    np.testing.assert_array_equal(after[:41], before[:41])
    assert np.median(after[41]) > 2 * np.median(before[41])


def test_what_was_recorded_is_recorded_again():
    record = {"spread": metrics.variance, "centre": metrics.mean}
    kept, recorded = run(replicates=9), run(replicates=9, record=record)
    saved = rescue(recorded, noticed=40, to=5, real=30)
    assert saved.models == () and saved.recorded.keys() == record.keys()
    for name, metric in record.items():
        expected = rescue(kept, noticed=40, to=5, real=30).trace(metric)
        np.testing.assert_array_equal(saved.recorded[name], expected)
    again = rescue(saved, noticed=60, to=50)
    np.testing.assert_array_equal(again.recorded["spread"][:61], saved.recorded["spread"][:61])


def test_what_can_still_be_saved():
    """An early checkpoint saves more than a late one; real points bring back some of the rest."""
    truth = Zipf(50)
    lineage = run(CategoricalMLE(), truth=truth, n=100, replicates=400, generations=60)
    noticed = notice(lineage, metrics.survivors)
    assert 1 <= noticed < 20
    alive = lineage.trace(metrics.survivors)

    def saved(to, real):
        return rescue(lineage, noticed, to, real).trace(metrics.survivors)[int(noticed) + 1]

    early, late, topped = saved(1, 0), saved(int(noticed), 0), saved(int(noticed), 100)
    assert late.mean() < early.mean() < truth.categories
    assert late.mean() < topped.mean()
    for to, got in ((1, early), (int(noticed), late)):
        assert np.all(got <= alive[to])  # nothing that was lost by then comes back
    assert np.any(topped > alive[int(noticed)])
    lost = lineage[int(noticed)].p == 0
    again = rescue(lineage, noticed, int(noticed), 100)[int(noticed) + 1].p > 0
    for category in (5, 20, 40):
        back = again[lost[:, category], category]
        chance = theory.recovery_probability(100, truth.p[category])
        assert abs(back.mean() - chance) < LIMIT * np.sqrt(chance * (1 - chance) / back.size)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda lineage: notice(lineage, metrics.variance, 0),
            "fraction must be a number above 0, not 0.0",
        ),
        (lambda lineage: notice(lineage, metrics.mean), "metric must be above 0 for the truth"),
        (
            lambda lineage: rescue(lineage, np.inf, 1),
            "noticed must be before the last generation, 5, not inf",
        ),
        (lambda lineage: rescue(lineage, 5, 1), "noticed must be before the last generation, 5, n"),
        (lambda lineage: rescue(lineage, 0, 1), "noticed must be a whole number of at least 1, no"),
        (lambda lineage: rescue(lineage, 3, 4), "to must be a generation before at = 4, not 4"),
        (
            lambda lineage: rescue(lineage, notice(lineage, metrics.variance, over=None), 1),
            r"noticed must be one generation for all lineages, not an array of shape \(3,\)",
        ),
        (lambda lineage: rescue(lineage, "a", 1), "noticed must be a whole number of at least 1"),
        (
            lambda lineage: notice(lineage, metrics.variance, 50),
            "fraction must be a number between 0 and 1, not 50",
        ),
        (
            lambda lineage: notice(lineage, metrics.variance, [0.5, 0.2]),
            r"fraction must be one number, not \[0.5, 0.2\]",
        ),
        (lambda lineage: notice(lineage, 3), "metric must be a function such as metrics.variance"),
        (
            lambda lineage: notice(lineage, metrics.variance, over="median"),
            "over must be a function such as numpy.median, not 'median'",
        ),
        (
            lambda lineage: notice(lineage.models, metrics.variance),
            "lineage must be what simulate returns, not",
        ),
        (lambda lineage: rescue(3, 3, 1), "lineage must be what simulate returns, not 3"),
    ],
)
def test_bad_input_gets_a_sentence(make, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        make(run(generations=5, replicates=3))


def test_a_pool_cannot_be_rolled_back():
    with pytest.raises(ValueError, match="regime must not pool, but Accumulate keeps all"):
        rescue(run(regime=Accumulate(), generations=5, replicates=3), 2, 1)
