"""Who watches an average is told too late to find the rare kinds in an old model."""

import numpy as np
import pytest

from collapse_lib import CategoricalMLE, Refresh, Replace, Zipf, metrics, simulate, watching
from collapse_lib.gallery import watch_and_roll_back


@pytest.fixture(scope="module")
def alone():
    return simulate(
        Zipf(60), CategoricalMLE(), Replace(), n=1000, generations=120, replicates=50, rng=0
    )


def test_the_dials_and_kinds_are_those_of_the_simulation(alone):
    result = watch_and_roll_back()
    kinds = alone.trace(metrics.survivors)
    np.testing.assert_array_equal(result.alone, np.median(kinds, axis=1))
    np.testing.assert_array_equal(result.alone_band, np.quantile(kinds, [0.1, 0.9], axis=1))
    variety = np.median(alone.trace(metrics.heterozygosity), axis=1)
    np.testing.assert_allclose(result.dials["average"], variety / variety[0])
    rarer = np.median([(model.p[..., 30:] > 0).mean(axis=-1) for model in alone.models[1:]], axis=1)
    np.testing.assert_allclose(result.dials["rare"][1:], rarer)


@pytest.mark.parametrize("dial", ["average", "questions", "rare"])
def test_the_alarm_rings_where_the_dial_crosses_it_and_not_before(dial):
    result = watch_and_roll_back(dial=dial)
    shown = result.dials[dial]
    assert shown[result.rang] <= 0.95 < shown[: result.rang].min()
    assert result.to[-1] == max(1, result.rang - 5)
    assert result.found[-1] == result.alone[result.to[-1]]
    np.testing.assert_array_equal(result.saved[: result.rang + 1], result.alone[: result.rang + 1])


def test_nothing_is_said_of_the_alarm_before_it_rings():
    result = watch_and_roll_back()
    assert result.alarms.tolist() == [0] * result.rang + [1] * (121 - result.rang)
    before = np.arange(result.rang)
    np.testing.assert_array_equal(result.to[before], np.maximum(before - 5, 1))
    np.testing.assert_array_equal(result.found, result.alone[result.to])
    assert set(result.to[result.rang :]) == {result.rang - 5}


def test_the_tail_is_told_in_time_and_the_average_is_not():
    late, early = watch_and_roll_back(dial="average"), watch_and_roll_back(dial="rare")
    assert early.rang < 5 < 30 < late.rang
    assert early.found[-1] == 60 and late.found[-1] < 20
    assert watch_and_roll_back(dial="questions").found[-1] == 58


@pytest.mark.parametrize("dial", ["average", "rare"])
def test_who_trains_no_more_keeps_what_the_old_model_has(dial):
    result = watch_and_roll_back(dial=dial)
    assert set(result.saved[result.rang + 1 :]) == {result.found[-1]}


def test_the_run_is_the_library_s_own_rescue(alone):
    for then, after in (("on", None), ("real", Refresh(0.1))):
        result = watch_and_roll_back(then=then)
        saved = watching.rescue(alone, result.rang, int(result.to[-1]), after=after)
        kinds = saved.trace(metrics.survivors)
        np.testing.assert_array_equal(result.saved, np.median(kinds, axis=1))


def test_without_real_data_what_was_saved_fades_again_and_with_them_it_does_not():
    for dial, least in (("average", 17), ("questions", 48), ("rare", 54)):
        assert watch_and_roll_back(dial=dial, then="on").saved[-1] == 11
        pulled = watch_and_roll_back(dial=dial, then="real").saved
        assert pulled[-1] == 55 and pulled.min() == least
    pulled = watch_and_roll_back(then="real").saved
    assert (pulled < 40).sum() == 53


def test_an_alarm_that_never_rings_says_so():
    result = watch_and_roll_back(loss=50, n=5000)
    assert result.rang == 0 and not result.alarms.any()
    np.testing.assert_array_equal(result.saved, result.alone)
    assert "Alarms so far: 0" in watch_and_roll_back.sentence(loss=50, n=5000)
