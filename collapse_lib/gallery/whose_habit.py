"""Five learners without labels, each of which gets something wrong again and again.

All learn from numbers with mean 0 and spread 1. In one generation they look alike: what they do
wrong is smaller than the luck of one sample. Let each teach itself, and its habit adds up until
it can be seen. Nobody knows the habits of a real architecture; its own chain shows them.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, metrics, style
from collapse_lib.controls import Choice, Cursor, Reroll, Slider
from collapse_lib.distributions import Normal
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import KDE, GaussianMLE, Learner
from collapse_lib.metrics import Ensemble
from collapse_lib.mistakes import Biased, Preferring
from collapse_lib.simulate import simulate
from collapse_lib.words import Message

HORIZON = 100
HONEST = GaussianMLE(ddof=1)
LEARNERS: dict[str, Learner] = {
    "A": Preferring(HONEST, (1.0, 3.0), strength=4.0),
    "B": HONEST,
    "C": KDE(0.2),
    "D": Biased(HONEST, 0.03),
    "E": Preferring(HONEST, (0.0,), strength=4.0),
}


def means(mean: Ensemble) -> View:
    """Draw the means of the models along the chain."""
    return _chains(mean, 0.0, "Mean of the models", "mean (real: 0)", (-4.5, 4.5))


def spreads(spread: Ensemble) -> View:
    """Draw the spreads of the models along the chain."""
    return _chains(spread, 1.0, "Spread of the models", "standard deviation (real: 1)", (0, 5))


@explorable(
    title="Whose habit is it?",
    views=(means, spreads),
    cursor=Cursor("generations", 0, HORIZON, start=1),
    say="Learner {learner}, generation {generations:d}: the mean is {mean.median:.2g} in the "
    "typical (median) lineage, and in eight of ten it lies between {mean.low:.2g} and "
    "{mean.high:.2g}; the spread is {spread.median:.2g}, in eight of ten between "
    "{spread.low:.2g} and {spread.high:.2g}.",
    caveat="A toy: five learners with one simple habit each. A real one has many at once, and its "
    "chain shows their sum.",
    lesson="notebooks/04_four_suspects.ipynb",
)
def whose_habit(
    learner: Annotated[
        str,
        Choice(
            {name: name for name in LEARNERS},
            label="learner",
            help="Which of the five; who they are is the question.",
        ),
    ] = "A",
    n: Annotated[
        int,
        Slider(
            20,
            1_000,
            log=True,
            label="sample size",
            help="Numbers that each generation learns from.",
        ),
    ] = 100,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate 50 chains of one learner over 100 generations; all in the unit of the data."""
    who = LEARNERS[learner]
    run = simulate(Normal(), who, n=n, generations=HORIZON, replicates=50, rng=seed)
    return {"mean": Ensemble(run.trace(metrics.mean)), "spread": Ensemble(run.trace(metrics.sd))}


def _chains(
    of: Ensemble, real: float, title: Message, quantity: Message, y_range: tuple[float, float]
) -> View:
    crowd = style.line(style.faint(style.GREY, 0.35), width=1)
    curves = [
        Curve("50 lineages", of.lineages, crowd, kind="crowd"),
        Curve("real", np.full(HORIZON + 1, real), style.line(style.GREEN, width=2, dash="dash")),
        Curve("typical (median)", of.median, style.line(style.ORANGE, width=3.5)),
    ]
    return figures.lines(curves, title=title, quantity=quantity, y_range=y_range)
