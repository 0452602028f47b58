"""Who watches an average is told too late to find the rare kinds in an old model."""

import numpy as np
import pytest

from collapse_lib import CategoricalMLE, Refresh, Replace, Zipf, metrics, simulate, watching
from collapse_lib.gallery import watch_and_roll_back


@pytest.fixture(scope="module")
def alone():
    return simulate(
        Zipf(60), CategoricalMLE(), Replace(), n=500, generations=120, replicates=50, rng=0
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
    assert shown[result.rang] <= 0.9 < shown[: result.rang].min()
    assert result.to == max(1, result.rang - 5)
    assert result.found == result.alone[result.to]
    np.testing.assert_array_equal(result.saved[: result.rang + 1], result.alone[: result.rang + 1])


def test_the_tail_is_told_in_time_and_the_average_is_not():
    late, early = watch_and_roll_back(dial="average"), watch_and_roll_back(dial="rare")
    assert early.rang < 5 < 30 < late.rang
    assert early.found > 45 and late.found < 20


def test_the_run_is_the_library_s_own_rescue(alone):
    result = watch_and_roll_back(real=0.1)
    saved = watching.rescue(alone, result.rang, result.to, after=Refresh(0.1))
    kinds = saved.trace(metrics.survivors)
    np.testing.assert_array_equal(result.saved, np.median(kinds, axis=1))
    assert result.real_count == 50


def test_without_real_data_what_was_saved_fades_again_and_with_them_it_does_not():
    alone, pulled = watch_and_roll_back(dial="rare"), watch_and_roll_back(dial="rare", real=0.1)
    assert alone.saved[-1] < 12
    assert pulled.saved[-1] > 40


def test_an_alarm_that_never_rings_says_so():
    assert watch_and_roll_back(loss=50, n=5000).case == "never"
    assert "nobody has noticed" in watch_and_roll_back.sentence(loss=50, n=5000)
