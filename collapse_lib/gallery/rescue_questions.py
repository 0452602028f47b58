"""What the lesson on rescues asks: guesses to commit to, tasks in its panels, and checks.

One function per question, in the order of the lesson; each returns a card that is shown as the
last line of a cell. Right answers come from a run or from theory, when they are asked for.
"""

from __future__ import annotations

import numpy as np

from collapse_lib import metrics, theory
from collapse_lib.budget import Prices, best_plan
from collapse_lib.checks import Array
from collapse_lib.classroom import Check, Guess, Number, Several, Task
from collapse_lib.distributions import Normal
from collapse_lib.gallery.budget_game import BUDGET, NEAR, budget_game
from collapse_lib.gallery.verifier_belief import verifier_belief
from collapse_lib.learners import GaussianMLE
from collapse_lib.regimes import Refresh
from collapse_lib.simulate import simulate
from collapse_lib.surfaces.live import Panel

MARKETS = 200
ANYTHING = float("inf")


def coins() -> Guess:
    """Ask how many of a hundred coins go to human data in the best plan."""
    return Guess(
        "In each generation you have 100 coins for the examples that the next model learns from. "
        "A human example costs about 1 coin, checking a generated one about a tenth, generating "
        "one about a hundredth; a generated one that nobody checks carries a small error. The "
        "models shall stay as near to the truth as they can, for ever. How many coins do you spend "
        "on human data?",
        {
            "Hardly any: generating is a hundred times cheaper (below 20)": (0, 20),
            "Some, and some for checking (20 to 60)": (20, 60),
            "Most of them, not all (60 to 98)": (60, 98),
            "All of them: nothing else can be trusted (above 98)": (98, ANYTHING),
        },
        measure=_markets,
        say="The prices are made up, so 200 price lists were tried, each price up to twice as high "
        "or half as high. The best plan typically spent {median:d} coins on human data, in eight "
        "of ten lists between {low:d} and {high:d}. These are coins: of the examples bought, "
        "typically most were generated. And it is a toy: no number for a real AI.",
        key="06.coins",
    )


def same_number() -> Guess:
    """Ask what a crowd of generated points does to a world, with luck as the only error."""
    return Guess(
        "Two worlds get 10 new real points in each generation. World A has few generated points "
        "beside them, 10; world B has many, 200. The only error is luck: which points happen to "
        "be drawn. After 200 generations A typically has about 0.9 of its variance (its spread). "
        "How much has B?",
        {
            "Hardly anything: 5 % real data cannot hold it (below 0.2)": (0, 0.2),
            "Clearly less (0.2 to 0.6)": (0.2, 0.6),
            "About as much (0.6 to 1.5)": (0.6, 1.5),
            "More than at the start: it has more data (above 1.5)": (1.5, ANYTHING),
        },
        measure=_crowded,
        say="In 200 simulated worlds like B the variance was typically {median:.2g}; in eight of "
        "ten between {low:.2g} and {high:.2g}. With 210 generated points and no real one it is "
        "typically 0.15. With luck as the only error it is the number of real points that holds a "
        "world; with another error it is not.",
        key="06.number",
    )


def half_left(panel: Panel) -> Task:
    """Ask how many generated points leave half of the variance, at a loss of 2 %.

    Parameters
    ----------
    panel : Panel
        A live panel of `share_or_count`.
    """
    return Task(
        panel,
        lambda seen: (
            seen["loss"] == 0.02
            and seen["real_points"] == 100
            and seen["generations"] >= 100
            and abs(seen["crowded"] - 0.5) < 0.04
        ),
        "Set the loss to 0.02 and the new real points to 100, and run to generation 200. Then move "
        "'many generated' until the crowded world comes to rest at half of its variance.",
        Check(
            "With about how many generated points is half of the variance left?",
            Number(
                _half_point,
                wrong=(
                    ((80, 120), "With as many generated points as real ones 2 % are lost."),
                    ((8_000, 12_000), "There a third is left. Move 'many generated' down."),
                    ((200, 1_800), "There seven tenths or more are left: the share still holds."),
                    ((40_000, 1e9), "There next to nothing is left."),
                ),
                within=0.2,
                almost=0.4,
                low=10,
                high=1_000_000,
                log=True,
                unit="points",
            ),
            hints=(
                "Move 'many generated' until the orange curve comes to rest at 0.5.",
                "The right picture shows the long run, by how much is generated.",
                "Half is left where the share of real data is about as large as the loss.",
            ),
            praise="About 5,000: there the share of real data, 2 %, is as large as the loss.",
            key="06.half.points",
        ),
        key="06.half",
    )


def dials() -> Check:
    """Ask what is true of the three dials."""
    return Check(
        "Which of these are true in the panel above?",
        Several(
            {
                "Somebody who watches only the variety hears of it when most kinds are gone.": (
                    True,
                    "Choose that dial, and read how many kinds the old model still has.",
                ),
                "The variety falls first, and the rare kinds last.": (
                    False,
                    "Look at the left picture: it is the other way round.",
                ),
                "Going back once is enough, even if one then goes on as before.": (
                    False,
                    "Choose 'go on as before' and look at the last generation: all three dials "
                    "end alike.",
                ),
                "With a tenth of real data then, kinds come back even after a late alarm.": (
                    True,
                    "Choose 'go on, a tenth real', with the dial on variety: the kinds come back, "
                    "from the real data and not from the old model.",
                ),
                "Keeping 60 old models, not 5, changes nothing for who watches the variety.": (
                    False,
                    "Try it: the model of generation 4 still has nearly all kinds. Old models are "
                    "a floor, if somebody kept them.",
                ),
            }
        ),
        hints=(
            "Two of the five are true.",
            "Each of them can be tried: choose the dial, change one thing, read the sentence.",
            "The variety is told late; real data bring back what an old model has lost.",
        ),
        praise="To go back you must notice, and to stay there something must pull.",
        key="06.dials",
    )


def filters() -> Check:
    """Ask what is true of the four filters."""
    return Check(
        "Which of these are true of the filters?",
        Several(
            {
                "Output that is 100 % clean can have lost most of its kinds.": (
                    True,
                    "Look at the dashed curve, 'keep what looks typical', in both pictures.",
                ),
                "Keeping what looks typical is harmless as long as there is no nonsense.": (
                    False,
                    "Set the new nonsense to 0: it goes on eating kinds. They are what it takes "
                    "for nonsense.",
                ),
                "A verifier who lets all nonsense through does no harm.": (
                    False,
                    "Let it miss everything: it still drops one good point in twenty, and the "
                    "nonsense gains on them.",
                ),
                "A good verifier brings back the kinds that are lost.": (
                    False,
                    "It only lets through. Set the real data to 0: behind it kinds die out too.",
                ),
                "The same few real points save more kinds if they go where kinds are missing.": (
                    True,
                    "Compare the green curve with the blue one: same filter, same number of them.",
                ),
            }
        ),
        hints=(
            "Two of the five are true.",
            "Move one slider to its end for each statement, and compare both pictures.",
            "Clean is the left picture, representative the right one.",
        ),
        praise="Filter for what is wrong, not for what is rare; and ask what is missing.",
        key="06.filters",
    )


def closest() -> Guess:
    """Ask when the models behind a verifier who is nearly right are closest to the truth."""
    return Guess(
        "The truth is 0, and the fifty real numbers are off by 0.14 on average. The verifier takes "
        "the middle to be at 0.15. Twenty generations learn one from the other, each from numbers "
        "that he has let through. In which of them are the models closest to the truth?",
        {
            "in the first, before he has judged anything": (0, 1.5),
            "in the second or third": (1.5, 3.5),
            "in the last: the more he has judged, the better": (3.5, ANYTHING),
        },
        measure=lambda: np.array([verifier_belief(seed=seed).best[-1] for seed in range(8)]),
        say="In eight tries it was typically generation {median:d}, in most of them between "
        "{low:d} and {high:d}. At first his filter takes away scatter; then the models arrive at "
        "what he believes.",
        key="06.closest",
    )


def spend(panel: Panel) -> Task:
    """Ask for a plan nearly as good as the best, and what flawless generated data are worth.

    Parameters
    ----------
    panel : Panel
        A live panel of `budget_game`.
    """
    return Task(
        panel,
        lambda seen: seen["worth"] >= NEAR * seen["best_worth"],
        "Spend your coins so that your plan is as good as 95 % of the best one or more.",
        Check(
            "Now set the error of a generated point to 0, so that nothing needs to be checked. "
            "What is the best plan worth then, in human points?",
            Number(
                _free_worth,
                wrong=(
                    ((95, 105), "So much are human data alone. Read the sentence to its end."),
                    ((130, 145), "That is with an error of 0.05. Move that slider to 0."),
                    (
                        (580, 720),
                        "So many points it buys, most of them generated. What are they worth?",
                    ),
                    (
                        (1_000, 1e9),
                        "Generated points cannot know so much more than the real ones they come "
                        "from. Read the sentence.",
                    ),
                ),
                within=0.02,
                low=1,
                high=10_000,
                log=True,
                unit="human points",
            ),
            hints=(
                "Only one slider has to move: 'error of a generated point'.",
                "The sentence ends with what the best plan is worth.",
                "It is between 150 and 200.",
            ),
            praise="174, from 93 human points: nearly twice as many, and never more. Even without "
            "an error generated points only carry on what earlier real data said.",
            key="06.spend.free",
        ),
        key="06.spend",
    )


def _markets() -> Array:
    rng = np.random.default_rng(0)
    spent = []
    for factors in 2 ** rng.uniform(-1, 1, (MARKETS, 3)):
        prices = Prices(*(factors * (1, 0.1, 0.01)))
        plan = best_plan(BUDGET, prices, 0.05)
        spent.append(plan.real * (prices.real + prices.compute))
    return np.array(spent)


def _crowded() -> Array:
    lineage = simulate(
        Normal(), GaussianMLE(), Refresh(10 / 210), n=210, generations=200, replicates=200, rng=0
    )
    return np.asarray(lineage.trace(metrics.variance)[200])


def _half_point() -> float:
    made = np.arange(200, 20_000, 10)
    left = theory.refresh_variance_limit(100 + made, 100, bias=0.98)
    return float(made[np.abs(left - 0.5).argmin()])


def _free_worth() -> float:
    return float(budget_game(bias=0.0).best_worth)
