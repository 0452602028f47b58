"""A hundred coins a generation: human data, checking, or more generated data.

What each generation trains on has to be paid for. Human points are dear; generated points are
cheap and carry a small error, the same in every generation; checking removes that error from the
points that are checked. The reader spends the coins, the best plan is recomputed whenever a price
moves, and both plans are simulated.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, metrics, style
from collapse_lib.budget import Plan, Prices, best_plan, least_error
from collapse_lib.checks import Array
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.distributions import Normal
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.figures.scales import snug
from collapse_lib.learners import GaussianMLE
from collapse_lib.simulate import simulate

BUDGET = 100
HORIZON = 60
REPLICATES = 400
NEAR = 0.95  # of the best plan's worth: then the panel says what the best one buys
PRICES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
ERRORS = (0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
T = np.arange(HORIZON + 1)
COINS = np.arange(1, BUDGET + 1)


def over_time(error_yours: Array, error_best: Array, yours: Plan, best: Plan) -> View:
    """Draw the error of both plans over the generations."""

    def level(plan: Plan) -> Array:
        return np.full(T.size, plan.error)

    dashes = style.line(style.VERMILLION, width=2, dash="dash")
    return figures.lines(
        [
            Curve("your plan", error_yours, style.line(style.ORANGE, width=3.5)),
            Curve("best plan", error_best, style.line(style.BLUE, width=3.5, dash="dot")),
            Curve(
                "long run in theory", level(yours), dashes, column="your plan, long run in theory"
            ),
            Curve("best plan, long run in theory", level(best), dashes, listed=False),
        ],
        title="Error of the model",
        quantity="squared error (mean)",
        log=True,
    )


def trade(coins: int, worth: float, least: Array, case: str, only: int) -> View:
    """Draw what the plan is worth; and, once it is near the best one, what others would be."""
    here = np.where(COINS == coins, worth, np.nan)
    found = least if case == "near" else np.full(COINS.size, np.nan)
    return figures.profile(
        [
            Curve(
                "human data only",
                np.full(COINS.size, float(only)),
                style.line(style.GREY, width=2, dash="dash"),
            ),
            Curve("best plans, once found", found, style.line(style.BLUE, width=3)),
            Curve("your plan", here, style.line(style.ORANGE), kind="points"),
        ],
        COINS,
        title="What a plan is worth in the long run",
        quantity="human points that do as well",
        along="coins for human data",
        y_range=(0.0, snug(least, at_least=(0, 1))[1]),
    )


@explorable(
    title="A hundred coins: what do you buy?",
    views=(over_time, trade),
    cursor=Cursor("generations", 1, HORIZON, start=HORIZON),
    say={
        "ruined": "Your hundred coins buy {human:,d} human points and {made:,d} generated ones, "
        "{checked:d} % of them checked. In the long run that is worth less than a single human "
        "point. Human data only: {only:,d}. The best plan: {best_worth:,d}.",
        "short": "Your hundred coins buy {human:,d} human points and {made:,d} generated ones, "
        "{checked:d} % of them checked. In the long run that is worth {worth:,d} human points. "
        "Human data only: {only:,d}. The best plan: {best_worth:,d}.",
        "near": "Your hundred coins buy {human:,d} human points and {made:,d} generated ones, "
        "{checked:d} % of them checked. In the long run that is worth {worth:,d} human points. "
        "Human data only: {only:,d}. The best plan, {best_human:,d} and {best_made:,d} with "
        "{best_checked:d} % checked: {best_worth:,d}.",
    },
    caveat="A toy: one number is learned, the error is the same in every generation, and checking "
    "removes it completely. Prices are yours, not the market's.",
    definition=(2, 3),
    lesson="notebooks/06_what_rescues_us.ipynb",
    vary={
        "coins": (1, 10, 30, 50, 70, 90, 100),
        "checking": (0, 0.5, 1),
        "price_human": (1,),
        "price_check": (0.1, 5),
        "price_made": (0.01,),
        "bias": (0, 0.05, 0.5),
    },
)
def budget_game(
    coins: Annotated[
        int,
        Slider(
            1,
            BUDGET,
            label="coins for human data",
            help="For human points; at least one point is bought, whatever it costs.",
        ),
    ] = 30,
    checking: Annotated[
        float,
        Slider(
            0,
            1,
            step=0.05,
            label="generated: share checked",
            help="Share of the generated points that is checked; all other coins go to "
            "making points and to these checks.",
        ),
    ] = 0.0,
    price_human: Annotated[
        float,
        Slider(
            0.01,
            5,
            values=PRICES,
            label="price of a human point",
            help="Coins for a human point, for a check of a generated point, and for making "
            "a point or fetching it and training on it, human or not.",
        ),
    ] = 1.0,
    price_check: Annotated[
        float,
        Slider(
            0.01,
            5,
            values=PRICES,
            label="price of a check",
            help="Coins for a human point, for a check of a generated point, and for making "
            "a point or fetching it and training on it, human or not.",
        ),
    ] = 0.1,
    price_made: Annotated[
        float,
        Slider(
            0.01,
            5,
            values=PRICES,
            label="price of generating",
            help="Coins for a human point, for a check of a generated point, and for making "
            "a point or fetching it and training on it, human or not.",
        ),
    ] = 0.01,
    bias: Annotated[
        float,
        Slider(
            0,
            0.5,
            values=ERRORS,
            label="error of a generated point",
            help="Error of a generated point that is not checked, in units of the truth's sd.",
        ),
    ] = 0.05,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Spend a hundred coins a generation, and simulate 400 lineages of that and of the best plan.

    Errors are mean squared errors of the fitted mean, in units of the truth's variance. What a plan
    is worth is counted in human points that alone would do as well in the long run; `least` is what
    the best use of all other coins makes of each number of coins for human data.
    """
    prices = Prices(price_human, price_check, price_made)
    each = price_human + price_made
    human = np.maximum(COINS // each, 1).astype(int)
    bought = int(human[coins - 1])
    left = max(BUDGET - bought * each, 0.0)
    made = int(left / (price_made + checking * price_check) + 1e-9)
    yours = Plan.of(bought, made, checking if made else 0.0, bias, prices)
    best = best_plan(BUDGET, prices, bias)
    near = yours.effective >= NEAR * best.effective
    return {
        "case": "near" if near else "short" if yours.effective >= 1 else "ruined",
        "yours": yours,
        "human": yours.real,
        "made": yours.synthetic,
        "checked": 100 * yours.verified,
        "worth": yours.effective,
        "best": best,
        "best_human": best.real,
        "best_made": best.synthetic,
        "best_checked": 100 * best.verified,
        "best_worth": best.effective,
        "error_yours": _simulated(yours, seed),
        "error_best": _simulated(best, seed),
        "least": 1 / least_error(human, BUDGET, prices, bias),
        "only": int(human[-1]),
    }


def _simulated(plan: Plan, seed: int) -> Array:
    """Return the mean squared error of the fitted mean in each generation."""
    lineage = simulate(
        Normal(),
        GaussianMLE(),
        plan.regime(),
        n=max(plan.n, 2),
        generations=HORIZON,
        replicates=REPLICATES,
        rng=seed,
    )
    return np.asarray((lineage.trace(metrics.mean) ** 2).mean(axis=1))
