"""Rare kinds over the generations: the shares, and what a check finds, held to theory."""

import numpy as np
import pytest

from collapse_lib import CategoricalMLE, Refresh, Zipf, gallery, metrics, simulate
from collapse_lib.figures import resolve
from collapse_lib.gallery.tail_loss import CHECK, KINDS, RARE, REPLICATES, SIZES

tail_loss = gallery.tail_loss
TIMES = (1, 5, 20, 60)


def errors(sample):
    """Mean of a sample, in its own standard errors."""
    return sample.mean() / (sample.std(ddof=1) / np.sqrt(sample.size))


@pytest.mark.parametrize(("n", "real"), [(1000, 0.0), (300, 0.1)])
def test_it_shows_the_simulation(n, real):
    lineage = simulate(
        Zipf(KINDS),
        CategoricalMLE(),
        Refresh(real),
        n=n,
        generations=60,
        replicates=REPLICATES,
        rng=3,
    )
    result = tail_loss(n=n, real=real, seed=3)
    np.testing.assert_allclose(result.left * KINDS, lineage.trace(metrics.survivors))
    np.testing.assert_allclose(result.served, lineage.trace(metrics.coverage))
    for tenth in (0, 9):  # the metric counts its deciles from the rarest
        kept = lineage.trace(metrics.decile_survivors(10 - tenth))
        np.testing.assert_allclose(result.alive[:, tenth], kept.mean(axis=1))


@pytest.mark.parametrize("steepness", [0.0, 1.0, 2.0])
def test_the_theory_is_a_close_lower_bound(steepness):
    """Kinds of a lineage hinder each other, so that a binomial error is too large, if anything."""
    runs = [tail_loss(steepness=steepness, seed=seed) for seed in range(6)]
    found = np.mean([run.alive for run in runs], axis=0)
    bound = runs[0].alive_theory
    error = np.sqrt(bound * (1 - bound) / (len(runs) * REPLICATES * KINDS / 10)) + 1e-4
    assert ((found - bound) / error).min() > -4.5
    assert (found - bound).max() < 0.03
    wrong = tail_loss(n=1100, steepness=steepness).alive_theory
    assert ((found - wrong) / error).min() < -4.5


def test_the_first_generation_is_the_chance_to_be_photographed():
    p = Zipf(KINDS).p
    met = (1 - (1 - p) ** 1000).reshape(10, -1).mean(axis=1)
    np.testing.assert_allclose(tail_loss().alive_theory[1], met)
    np.testing.assert_allclose(tail_loss().alive_theory[0], 1)


@pytest.mark.parametrize("t", TIMES)
def test_sums_do_not_notice_luck(t):
    """Frequencies are neutral: neither the average nor the rarer half's share has a trend."""
    result = tail_loss()
    assert abs(errors(result.size[t])) < 4.5
    assert abs(errors(result.rare[t])) < 4.5
    assert errors(result.variety[t]) < -10


@pytest.mark.parametrize("t", (5, 20, 60))
def test_sums_notice_a_push(t):
    result = tail_loss(machine="favours")
    assert (result.rare[t] < -2).mean() > 0.9
    assert (np.abs(tail_loss().rare[t]) < 2).mean() > 0.3
    assert result.alive[t, 9] < tail_loss().alive[t, 9]


def test_a_check_is_off_by_what_chance_would_make_of_it():
    """Standard errors of a real check of 200 pictures, against drawn checks."""
    truth = Zipf(KINDS)
    drawn = truth.expand((4000,)).sample(CHECK, np.random.default_rng(5))
    result = tail_loss(n=50, seed=1)
    model = simulate(truth, CategoricalMLE(), n=50, generations=1, replicates=REPLICATES, rng=1)[1]
    p = model.p[0]
    for value, off in ((SIZES, result.size), (RARE, result.rare)):
        means = value[drawn].mean(axis=0)
        expected = (p @ value - truth.p @ value) / means.std(ddof=1)
        assert off[1, 0] == pytest.approx(expected, rel=4.5 / np.sqrt(2 * means.size), abs=0.01)
    kinds = (np.sort(drawn, axis=0)[1:] != np.sort(drawn, axis=0)[:-1]).sum(axis=0) + 1
    fewer = (1 - (1 - p) ** CHECK).sum() - kinds.mean()
    assert result.variety[1, 0] == pytest.approx(fewer / kinds.std(ddof=1), rel=0.06)


def test_most_kinds_can_go_before_any_check_notices():
    """At a steep frequency four kinds in five are gone at once, and nobody's check stirs."""
    result = tail_loss(steepness=2.0)
    assert result.kinds[1] < 25 and result.coverage[1] > 97
    for off in (result.size, result.rare, result.variety):
        assert np.abs(np.median(off[1])) < 1


def test_real_photographs_hold_what_they_show():
    kept, alone = tail_loss(real=0.1), tail_loss()
    assert kept.case == "mixed" and kept.real_count == 100
    assert kept.kinds[60] > 4 * alone.kinds[60]
    assert np.isnan(kept.alive_theory).all()
    grey, orange = tail_loss.draw(kept)["survivors"]["data"]
    assert grey["x"] == [] and len(orange["x"]) == 10  # no gap beside the bars


def test_the_sentence_counts_who_comes_and_goes():
    lineage = simulate(
        Zipf(KINDS),
        CategoricalMLE(),
        Refresh(0.1),
        n=1000,
        generations=60,
        replicates=REPLICATES,
        rng=0,
    )
    before, now = (lineage[t].p > 0 for t in (39, 40))
    kept, alone = tail_loss(real=0.1), tail_loss()
    assert kept.back[40] == np.median((now & ~before).sum(axis=-1)) > 5
    assert kept.gone[40] == np.median((before & ~now).sum(axis=-1)) > 5
    assert alone.gone[1] > 5 and not alone.back.any()  # without real photographs none comes back


def test_the_bars_are_the_shares_at_the_generation():
    result = tail_loss()
    theory, simulated = resolve(tail_loss.draw(result)["survivors"]["data"], 7)
    np.testing.assert_allclose(theory["y"], 100 * result.alive_theory[7])
    np.testing.assert_allclose(simulated["y"], 100 * result.alive[7])


def test_the_sentence_names_the_average_and_the_tail():
    result = tail_loss()
    said = tail_loss.sentence(generations=5)
    assert f"{result.kinds[5]:.0f} % of the kinds" in said
    assert "average size" in said and "number of kinds" in said
    assert "100 real photographs" in tail_loss.sentence(real=0.1)
    assert "taken together" in tail_loss.sentence(machine="favours")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"n": 0}, "n must be a whole number of at least 1, not 0"),
        ({"real": 1.5}, "real must be a number between 0 and 1, not 1.5"),
        ({"steepness": -1.0}, "exponent must be a number of at least 0, not -1.0"),
    ],
)
def test_bad_values_get_a_sentence(values, message):
    with pytest.raises(ValueError, match=message):
        tail_loss(**values)
