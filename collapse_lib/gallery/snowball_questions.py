"""What the lesson on the error snowball asks: guesses to commit to, and checks that answer back.

One function per question, in the order of the lesson; each returns a card that is shown as the
last line of a cell. Right answers come from a run or from theory, when they are asked for.
"""

from __future__ import annotations

import numpy as np

from collapse_lib import metrics, theory
from collapse_lib.checks import Array
from collapse_lib.classroom import Check, Guess, Number, Several, Sketch, Task
from collapse_lib.distributions import Normal
from collapse_lib.gallery.coin_wealth import CROWDS, ROUNDS, coin_wealth
from collapse_lib.learners import GaussianMLE
from collapse_lib.simulate import simulate
from collapse_lib.surfaces.live import Panel

WORLDS = 20
ANYTHING = float("inf")


def average() -> Guess:
    """Ask what two billion players of the coin game own on average."""
    return Guess(
        "Two billion people play a hundred rounds. What do they own on average at the end?",
        {
            "It has grown: heads adds more than tails takes (above 1.5)": (1.5, ANYTHING),
            "About what they began with (0.5 to 1.5)": (0.5, 1.5),
            "A part of it (0.01 to 0.5)": (0.01, 0.5),
            "Next to nothing (below 0.01)": (0, 0.01),
        },
        measure=_worlds,
        say="In twenty worlds of two billion players each, the average at the end was typically "
        "{median:.2g}, and in eight of ten worlds between {low:.2g} and {high:.2g}. A toss is "
        "worth 1.5 or 0.5, so 1 on average: nothing is won and nothing is lost.",
        key="02.average",
    )


def yours() -> Guess:
    """Ask for the typical player's wealth, as a curve."""
    return Guess(
        "And you? Draw what a typical player owns over the hundred rounds.",
        Sketch(
            ROUNDS, 1e-12, 1e12, start=1.0, log=True, quantity="wealth (start = 1)", along="round"
        ),
        measure=lambda: coin_wealth().wealth.T,
        say="After a hundred rounds the typical (median) player of 200 owns {median:.2g}; eight in "
        "ten own between {low:.2g} and {high:.2g}. (10⁻⁶ is a millionth.)",
        key="02.yours",
    )


def half() -> Check:
    """Ask for the half-life of the typical wealth at a stake of 0.2, read off a large crowd."""
    return Check(
        "Set the stake to 0.2 and the players to two billion, for with 200 the typical one still "
        "depends on luck. After how many rounds has the typical player lost half?",
        Number(
            _half_at_a_fifth,
            wrong=(
                ((99.5, 1e9), "Never is true of the average, which stays. Follow the blue line."),
                ((4, 6), "That is the stake of 0.5. Move the stake to 0.2 first."),
                ((66, 70), "Then three quarters are gone: half, and half of the rest."),
                ((16, 18), "Then 17 heads and 17 tails are needed: count both."),
                *(
                    (
                        some,
                        "Among 200 players it can be so, by luck. Drag the players up to two "
                        "billion, and read it again.",
                    )
                    for some in ((22, 31.9), (36.1, 44))
                ),
            ),
            within=0.06,
            low=1,
            high=100,
            unit="rounds",
        ),
        hints=(
            "Look at the blue line and its theory, and read the sentence above them.",
            "Move the round until the sentence says that the typical player owns 0.5.",
            "A head and a tail multiply by 1.2 × 0.8 = 0.96. How many of both make a half?",
        ),
        praise="A head and a tail leave 0.96, and 17 such pairs leave a half.",
        key="02.half",
    )


def larger() -> Guess:
    """Ask what a hundred times the points are worth."""
    return Guess(
        "With 10 points a generation (and 1/n), half of the typical variance is gone after 3 "
        "generations. With 1,000 points, what is left of it after 300?",
        {
            "All of it: 1,000 points are enough (above 0.9)": (0.9, ANYTHING),
            "Most of it (0.7 to 0.9)": (0.7, 0.9),
            "About half of it (0.4 to 0.7)": (0.4, 0.7),
            "Little: 300 generations are too many (below 0.4)": (0, 0.4),
        },
        measure=_thousand,
        say="Of 200 lineages the typical (median) one kept {median:.2g}; eight in ten kept between "
        "{low:.2g} and {high:.2g}. A hundred times the points, a hundred times the generations.",
        key="02.larger",
    )


def clock() -> Check:
    """Ask for the half-life of the variance at a million points."""
    million = 1_000_000
    return Check(
        "A model learns from 1,000,000 made-up points each generation, with the estimator 1/n. "
        "Nothing pulls back. After how many generations is half of its typical variance gone?",
        Number(
            lambda: float(theory.half_life(million)),
            wrong=(
                (
                    lambda: float(theory.half_life(million, 1)),
                    "That is the clock of the estimator 1/(n-1).",
                ),
                (million, "After n generations not a half is left, but about a seventh."),
                ((1, 5_000), "So soon? What does a larger n do to the clock?"),
                ((1e8, 1e18), "It does end. Divide by n, and the curve is the one you know."),
            ),
            within=0.15,  # as the panel's curves can be read
            almost=0.3,
            low=1,
            high=1e9,
            log=True,
            unit="generations",
        ),
        hints=(
            "All curves are one on the clock of generations divided by n.",
            "Move the generations until the sentence says that 1,000 points have lost half.",
            "A million points take a thousand times as long as a thousand.",
        ),
        praise="About 0.35 n, so 350,000 generations. With so many points, luck is not quick.",
        key="02.clock",
    )


def door() -> Check:
    """Ask what is true of a kind that is drawn no more."""
    return Check(
        "Each generation learns from the one before, with no real data. What is true?",
        Several(
            {
                "A kind that a lineage no longer draws can come back if one waits long enough.": (
                    False,
                    "Waiting does not help: what has probability 0 is never drawn.",
                ),
                "Averaged over all lineages, the rare kind stays as frequent as in the truth.": (
                    True,
                    "Look at the green line: up and down weigh the same, so the mean stays.",
                ),
                "Rare kinds get lost because they are drawn too rarely for their frequency.": (
                    False,
                    "On average they are drawn just as often as they should be. The loss is luck "
                    "that cannot be undone, and no bias.",
                ),
                "With a sample ten times as large the loss takes about ten times as long.": (
                    True,
                    "Try 50 and 500: the curves keep their shape and move to the right.",
                ),
                "A common kind is safe.": (
                    False,
                    "Look at the top: in some lineages it is the common kind that is lost.",
                ),
            }
        ),
        hints=(
            "Two of the five are true.",
            "For each one, say what the panel would look like if it were true.",
            "The average stays, and the clock is generations divided by n.",
        ),
        praise="The average is fair to every kind, and nearly every lineage loses one.",
        key="02.door",
    )


def pull(panel: Panel) -> Task:
    """Ask for the weakest pull that holds a bias of 0.03 at an error of 0.15.

    Parameters
    ----------
    panel : Panel
        A live panel of `bounded_errors`.
    """
    return Task(
        panel,
        lambda seen: (
            abs(seen["bias"] - 0.03) < 1e-9 and abs(seen["bias"] - 0.15 * seen["real"]) < 1e-9
        ),
        "Left: set the bias to 0.03; find the least real data that hold the blue curve at 0.15.",
        Check(
            "Which share of each generation's data has to be real?",
            Number(
                20,
                wrong=(
                    ((2, 4), "As large as the bias: then the error rests at 1, far too high."),
                    (
                        15,
                        "That is the error you allow, in per cent. The pull is share times error.",
                    ),
                    (50, "More than you need: then the error rests at 0.06."),
                    ((80, 100), "A good pull does not need everything to be real."),
                ),
                low=0,
                high=100,
                unit="%",
            ),
            hints=(
                "Where the curve rests, the pull is exactly as strong as the bias.",
                "The pull is the real share times the error, so here the share times 0.15.",
                "Share × 0.15 = 0.03.",
            ),
            praise="Share times error must be the bias: 0.2 × 0.15 = 0.03.",
            key="02.pull.share",
        ),
        key="02.pull",
    )


def _worlds() -> Array:
    every = [coin_wealth(players=CROWDS[-1], seed=seed) for seed in range(WORLDS)]
    return np.array([world.mean[ROUNDS] for world in every])


def _half_at_a_fifth() -> float:
    typical = coin_wealth(stake=0.2).median_theory
    return float((typical > 0.5).sum())  # the first round at which it is no longer above


def _thousand() -> Array:
    lineage = simulate(Normal(), GaussianMLE(), n=1_000, generations=300, replicates=200, rng=0)
    last: Array = lineage.trace(metrics.variance)[-1]
    return last
