"""Five learners without labels, each of which gets something wrong again and again.

All learn from numbers with mean 0 and spread 1. In one generation they look alike: what they do
wrong is smaller than the luck of one sample. Let each teach itself, and its habit adds up until
it can be seen. Nobody knows the habits of a real architecture; its own chain shows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from collapse_lib import figures, metrics, style
from collapse_lib.checks import Array, one_of, whole
from collapse_lib.controls import Choice, Cursor, Reroll, Slider
from collapse_lib.distributions import Normal
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import KDE, GaussianMLE, Learner
from collapse_lib.mistakes import Biased, Preferring
from collapse_lib.simulate import simulate

HORIZON = 100
REPLICATES = 50
HONEST = GaussianMLE(ddof=1)
NAMES = "ABCDE"
LEARNERS: dict[str, Learner] = {
    "A": Preferring(HONEST, (1.0, 3.0), strength=4.0),
    "B": HONEST,
    "C": KDE(0.2),
    "D": Biased(HONEST, 0.03),
    "E": Preferring(HONEST, (0.0,), strength=4.0),
}


@dataclass(frozen=True, eq=False)
class Habit:
    """What the views and the sentence of `whose_habit` show.

    ``(101,)`` arrays hold one number per generation, of which 0 is the truth.

    Parameters
    ----------
    mean, spread : ndarray, shape ``(50, 101)``
        Mean and standard deviation of the models, one lineage per row, in the unit of the data.
    typical_mean, typical_spread : ndarray, shape ``(101,)``
        The medians over the lineages.
    mean_low, mean_high, spread_low, spread_high : ndarray, shape ``(101,)``
        The 10 % and the 90 % quantiles.
    """

    mean: Array
    spread: Array
    typical_mean: Array
    typical_spread: Array
    mean_low: Array
    mean_high: Array
    spread_low: Array
    spread_high: Array


def means(result: Habit) -> View:
    """Draw the means of the models along the chain."""
    return figures.lines(
        _curves(result.mean, result.typical_mean, 0.0),
        title="Mean of the models",
        quantity="mean (real: 0)",
        y_range=(-4.5, 4.5),
    )


def spreads(result: Habit) -> View:
    """Draw the spreads of the models along the chain."""
    return figures.lines(
        _curves(result.spread, result.typical_spread, 1.0),
        title="Spread of the models",
        quantity="standard deviation (real: 1)",
        y_range=(0, 5),
    )


@explorable(
    title="Whose habit is it?",
    views=(means, spreads),
    cursor=Cursor("generations", 0, HORIZON, start=1),
    say="Learner {learner}, generation {generations:d}: the mean is {typical_mean:.2g} in the "
    "typical (median) lineage, and in eight of ten it lies between {mean_low:.2g} and "
    "{mean_high:.2g}; the spread is {typical_spread:.2g}, in eight of ten between "
    "{spread_low:.2g} and {spread_high:.2g}.",
    caveat="A toy: five learners with one simple habit each. A real one has many at once, and its "
    "chain shows their sum.",
    lesson="notebooks/04_four_suspects.ipynb",
)
def whose_habit(
    learner: Annotated[str, Choice({name: name for name in NAMES}, label="learner")] = "A",
    n: Annotated[int, Slider(20, 1_000, log=True, label="sample size")] = 100,
    seed: Annotated[int, Reroll()] = 0,
) -> Habit:
    """Simulate 50 chains of one learner over 100 generations.

    Parameters
    ----------
    learner : {"A", "B", "C", "D", "E"}
        Which of the five; who they are is the question.
    n : int
        Numbers that each generation learns from.
    seed : int
        Which dice to roll.

    Returns
    -------
    Habit
        Means and spreads of the models, in the unit of the data.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """
    one_of("learner", learner, tuple(NAMES))
    lineage = simulate(
        Normal(),
        LEARNERS[learner],
        n=whole("n", n, least=2),
        generations=HORIZON,
        replicates=REPLICATES,
        rng=seed,
    )
    mean, spread = lineage.trace(metrics.mean), lineage.trace(metrics.sd)
    mean_low, mean_high = np.quantile(mean, [0.1, 0.9], axis=1)
    spread_low, spread_high = np.quantile(spread, [0.1, 0.9], axis=1)
    return Habit(
        mean=mean.T,
        spread=spread.T,
        typical_mean=np.median(mean, axis=1),
        typical_spread=np.median(spread, axis=1),
        mean_low=mean_low,
        mean_high=mean_high,
        spread_low=spread_low,
        spread_high=spread_high,
    )


def _curves(lineages: Array, typical: Array, real: float) -> list[Curve]:
    return [
        Curve(
            "50 lineages",
            lineages,
            style.line(style.faint(style.GREY, 0.35), width=1),
            kind="crowd",
        ),
        Curve("real", np.full(HORIZON + 1, real), style.line(style.GREEN, width=2, dash="dash")),
        Curve("typical (median)", typical, style.line(style.ORANGE, width=3.5)),
    ]
