"""The coin game: everybody's wealth, counted or tossed, against the law of a fair coin."""

import numpy as np
import pytest
from scipy import stats

from collapse_lib.gallery import coin_wealth
from collapse_lib.gallery.coin_wealth import CROWDS, ROUNDS, SHOWN

LIMIT = 4.5
T = np.arange(ROUNDS + 1)


def heads(result, stake=0.5):
    """Number of heads of each of the 200 players, from their wealth."""
    up, down = np.log1p(stake), np.log1p(-stake)
    return (np.log(result.wealth) - down * T) / (up - down)


def test_every_player_tosses_a_fair_coin_and_only_that():
    tossed = heads(coin_wealth())
    steps = np.diff(tossed, axis=1)
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-9)
    share = (steps > 0.5).mean()
    assert abs(share - 0.5) < LIMIT * 0.5 / np.sqrt(steps.size)
    late = tossed[:, -1]
    error = late.std(ddof=1) / np.sqrt(SHOWN)
    assert abs(late.mean() - 50) < LIMIT * error
    assert abs(late.mean() - 52) > LIMIT * error  # a coin of 52 in 100 would be seen


def test_the_stake_changes_the_factors_and_not_the_coins():
    np.testing.assert_allclose(heads(coin_wealth()), heads(coin_wealth(stake=0.1), 0.1), atol=1e-6)
    result = coin_wealth(stake=0.1)
    assert (result.won, result.lost) == (1.1, 0.9)


@pytest.mark.parametrize("players", CROWDS[::3])
def test_the_counted_crowd_is_the_tossed_one_at_any_size(players):
    """Half of the players are below the median in theory at each even round."""
    result = coin_wealth(players=players)
    for t in (2, 10, 50, 100):
        tie = stats.binom.pmf(t // 2, t, 0.5)
        error = np.sqrt(0.25 / players) / tie  # of the grouped median, in heads
        off = np.log(result.median[t] / result.median_theory[t]) / np.log(3)
        assert abs(off) < LIMIT * error
    assert result.mean_theory.tolist() == [1.0] * (ROUNDS + 1)


def test_the_mean_stays_for_as_long_as_there_are_players_to_carry_it():
    """With two billion the mean holds where its own spread is small; with 200 it has gone."""
    many, few = coin_wealth(players=CROWDS[-1]), coin_wealth()
    for t in (1, 10, 30):
        error = np.sqrt((1.25**t - 1) / CROWDS[-1])  # E[w²] = (1 + stake²)^t
        assert abs(many.mean[t] - 1) < LIMIT * error
    error = np.sqrt((1.25**10 - 1) / SHOWN)
    assert abs(few.mean[10] - 1) < LIMIT * error
    finals = [coin_wealth(seed=seed).mean[ROUNDS] for seed in range(40)]
    assert np.median(finals) < 0.05  # the expected mean is 1, and hardly any 200 players see it
    counted = [coin_wealth(seed=s, players=CROWDS[-1]).mean[ROUNDS] for s in range(5)]
    assert np.median(counted) > 0.5


def test_mean_quantiles_and_shares_are_those_of_the_players():
    result = coin_wealth(player=7)
    tossed = heads(result)
    for t in (0, 5, 40, 100):
        ordered = np.sort(result.wealth[:, t])[::-1]
        held = [ordered[:1].sum(), ordered[1:10].sum(), ordered[10:100].sum(), ordered[100:].sum()]
        np.testing.assert_allclose(result.shares[t], np.array(held) / ordered.sum())
        assert result.mean[t] == pytest.approx(ordered.mean())
        assert result.rank[t] == 1 + np.sum(ordered > result.mine[t] * (1 + 1e-9))
        shown = np.array([result.band[0, t], result.median[t], result.band[1, t]])
        grouped = (np.log(shown) - np.log(0.5) * t) / np.log(3)
        counted = np.quantile(tossed[:, t], [0.1, 0.5, 0.9], method="inverted_cdf")
        assert np.all(np.abs(grouped - counted) <= 0.5 + 1e-9)
    np.testing.assert_array_equal(result.mine, result.wealth[6])


@pytest.mark.parametrize("players", CROWDS)
def test_the_shares_make_up_everything(players):
    result = coin_wealth(players=players)
    np.testing.assert_allclose(result.shares.sum(axis=1), 1)
    np.testing.assert_allclose(result.richest, 100 * result.shares[:, 0])
    assert result.richest[0] == pytest.approx(100 / players)


def test_a_click_on_a_line_rides_that_player():
    view = coin_wealth.scene({c.name: c.default for c in coin_wealth.inputs}).views["paths"]
    (crowd,) = (trace for trace in view["data"] if "pick" in trace.get("meta", {}))
    assert crowd["meta"] == {"pick": "player"}
    np.testing.assert_allclose(10 ** crowd["y"].lines, coin_wealth().wealth)
    panel = coin_wealth.widget()
    panel.figure._handle_custom_msg({"pick": {"player": 17}}, [])
    assert panel.values["player"] == 17
    panel.figure._handle_custom_msg({"other": 1}, [])
    assert panel.values["player"] == 17


def test_the_sentence_holds_the_numbers_of_the_result():
    result = coin_wealth(player=3)
    said = coin_wealth.sentence(player=3, rounds=100)
    assert said.startswith("Round 100.") and f"place {result.rank[100]:.0f} of 200" in said
    scene = coin_wealth.scene({c.name: c.default for c in coin_wealth.inputs})
    assert scene.readouts == {"stake": "× 1.5 or × 0.5"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"stake": 0.0}, "stake must be a number above 0 and below 1, not 0.0"),
        ({"stake": 1}, "stake must be a number above 0 and below 1, not 1"),
        ({"stake": "all"}, "stake must be a finite number, not 'all'"),
        ({"players": 100}, "players must be a whole number of at least 200, not 100"),
        ({"player": 0}, "player must be a whole number of at least 1, not 0"),
        ({"player": 201}, "player must be a whole number of at most 200, not 201"),
    ],
)
def test_bad_values_get_a_sentence(values, message):
    with pytest.raises(ValueError, match=message):
        coin_wealth(**values)
