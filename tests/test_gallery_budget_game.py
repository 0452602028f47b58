"""What a hundred coins buy, checked by brute force over everything they could have bought."""

import numpy as np
import pytest

from collapse_lib import GaussianMLE, Normal, metrics, simulate
from collapse_lib.budget import long_run_error
from collapse_lib.gallery import budget_game

LIMIT = 4.5  # standard errors
OFFERS = [
    {},
    {"coins": 85, "checking": 0.9},
    {"bias": 0.0, "coins": 60},
    {"price_made": 5.0, "coins": 1},
    {"price_human": 0.05, "coins": 100, "checking": 1.0},
    {"price_check": 5.0, "bias": 0.5, "coins": 99},
]


@pytest.mark.parametrize("offer", OFFERS, ids=str)
def test_nobody_pays_more_than_a_hundred_coins(offer):
    result = budget_game(**offer)
    assert result.yours.real >= 1
    for plan in (result.yours, result.best):
        assert plan.cost <= 100 * (1 + 1e-9)
        error = long_run_error(plan.real, plan.synthetic, plan.verified, offer.get("bias", 0.05))
        assert plan.error == pytest.approx(float(error))
    assert result.best_worth >= result.worth * (1 - 1e-12)


@pytest.mark.parametrize("offer", OFFERS[:3], ids=str)
def test_the_best_plan_is_the_best_of_all_on_a_grid(offer):
    result = budget_game(**offer)
    price = {"price_human": 1.0, "price_check": 0.1, "price_made": 0.01} | offer
    k = np.arange(1, 101)[:, None, None]
    s = np.arange(0, 4_000, 3)[:, None]
    v = np.linspace(0, 1, 21)
    cost = (
        k * (price["price_human"] + price["price_made"])
        + s * price["price_made"]
        + v * s * price["price_check"]
    )
    error = np.where(cost <= 100, long_run_error(k, s, v, offer.get("bias", 0.05)), np.inf)
    assert result.best.error <= error.min() * (1 + 1e-12)
    assert result.best.error > 0.98 * error.min()  # the grid is nearly as fine as the points


def test_the_curve_of_the_trade_off_has_the_best_plan_on_top():
    result = budget_game()
    assert result.least.max() == pytest.approx(result.best_worth, rel=0.01)
    assert np.all(result.least <= result.best_worth * (1 + 1e-12))


def test_the_errors_are_those_of_the_plan_simulated():
    offer = {"coins": 60, "checking": 0.9, "bias": 0.02}
    result = budget_game(**offer)
    lineage = simulate(
        Normal(),
        GaussianMLE(),
        result.yours.regime(),
        n=result.yours.n,
        generations=60,
        replicates=400,
        rng=0,
    )
    squares = lineage.trace(metrics.mean)[60] ** 2
    assert result.error_yours[60] == pytest.approx(squares.mean())
    spread = squares.std(ddof=1) / 400**0.5
    assert abs(squares.mean() - result.yours.error) < LIMIT * spread
    assert abs(squares.mean() - 1 / result.yours.n) > LIMIT * spread  # as if all were human


def test_the_sentence_says_what_the_best_plan_buys_only_near_it():
    ruined = budget_game.sentence()
    assert "buy 29 human points and 7,071 generated ones, 0 % of them checked" in ruined
    assert "worth less than a single human point" in ruined
    assert "Human data only: 99. The best plan: 137." in ruined
    short = budget_game.sentence(coins=50, checking=1)
    assert "100 % of them checked. In the long run that is worth 93 human points" in short
    near = budget_game.sentence(coins=86, checking=0.95)
    assert "The best plan, 85 and 138 with 93 % checked: 137" in near
    for said in (ruined, short):
        assert "85 and 138" not in said


def test_the_curve_with_the_best_plan_on_top_is_drawn_only_near_it():
    for offer, shown in (({}, False), ({"coins": 86}, False), ({"coins": 86, "checking": 0.95}, 1)):
        curve = budget_game.draw(budget_game(**offer), **offer)["trade"]["data"][1]["y"]
        assert np.isfinite(curve).any() == shown


def test_a_dear_check_is_not_worth_its_price():
    dear = budget_game(price_check=0.5, coins=99, checking=0.05)
    assert dear.case == "near" and dear.best_checked < 3
    assert (dear.best_human, dear.best_made) == (98, 50) and round(dear.best_worth) == 121
