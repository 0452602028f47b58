"""Zero is a door that opens one way: what was drawn no more is never drawn again.

Each generation draws n examples from the frequencies of the one before and counts how many of
them are of a rare kind. The frequency is as likely to rise as to fall, and its mean over lineages
stays where it began. But at 0, and at 1, there is nothing left to draw from: a lineage that gets
there stays, unless somebody brings real examples from outside.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, style
from collapse_lib.checks import Array, finite, whole
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.distributions import Bernoulli
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import CategoricalMLE
from collapse_lib.regimes import Refresh, Replace
from collapse_lib.simulate import simulate

HORIZON = 200
REPLICATES = 200
MOST_REAL = 5
T = np.arange(HORIZON + 1)


def paths(frequency: Array, mine: Array, mean: Array, mean_theory: Array) -> View:
    """Draw the frequency of the rare kind in every lineage."""
    return figures.lines(
        [
            Curve(
                "200 lineages: click one to ride it",
                frequency,
                style.line(style.faint(style.GREY, 0.3), width=1),
                kind="crowd",
                pick="lineage",
            ),
            Curve("the lineage you ride", mine, style.line(style.ORANGE, width=3)),
            Curve("mean (average)", mean, style.line(style.GREEN, width=3.5, dash="dot")),
            Curve("mean, theory", mean_theory, style.line(style.PURPLE, dash="dashdot")),
        ],
        title="Frequency of the rare kind",
        quantity="frequency in the model",
        y_range=(-0.02, 1.02),
    )


def doors(lost: Array, alone: Array, open: Array) -> View:
    """Draw how many lineages have come to an end."""
    return figures.lines(
        [
            Curve("gone: at 0", lost, style.line(style.VERMILLION, width=3.5)),
            Curve("all there is: at 1", alone, style.line(style.BLUE, dash="dash")),
            Curve("still both", open, style.line(style.GREEN, width=3, dash="dot")),
        ],
        title="Where the lineages are",
        quantity="per cent of lineages",
        y_range=(0, 100),
    )


@explorable(
    title="Zero is a one-way door",
    views=(paths, doors),
    cursor=Cursor("generations", 0, HORIZON),
    say="Generation {generations:d}: the mean frequency of the rare kind is {mean:.2g}, and "
    "{rare:.2g} in the truth. Yet it is at 0 in {lost:.2g} % of the lineages, and all there is in "
    "{alone:.2g} %. In lineage {lineage:d}, which you ride, it is {mine:.2g}.",
    caveat="Two kinds, counted and nothing else: what is not drawn gets probability 0. Real models "
    "smooth and guess, so that their door is rarely quite shut.",
    definition=7,
    lesson="notebooks/02_error_snowball.ipynb",
    vary={"n": (5, 50, 500), "rare": (0.1,), "real": (0, 1, 5), "lineage": tuple(range(1, 13))},
)
def one_way_door(
    n: Annotated[
        int,
        Slider(
            5,
            500,
            log=True,
            label="sample size",
            help="Examples that each generation counts, at least 5.",
        ),
    ] = 50,
    rare: Annotated[
        float,
        Slider(
            0.01,
            0.5,
            step=0.01,
            label="rare kind, in truth",
            help="Frequency of the rare kind in the real data, above 0 and below 1.",
        ),
    ] = 0.1,
    real: Annotated[
        int,
        Slider(
            0,
            MOST_REAL,
            label="fresh real examples",
            help="How many of the n examples are new real ones in every generation.",
        ),
    ] = 0,
    lineage: Annotated[
        int, Slider(1, REPLICATES, label="ride lineage", help="Which of the 200 is ridden, from 1.")
    ] = 1,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate 200 lineages of two kinds over 200 generations.

    `frequency`, one lineage per row, is that of the rare kind in the model; on average no
    generation changes it, with real data or without. `lost`, `alone` and `open` are the per cent
    of lineages in which the rare kind is at 0, is all there is, and neither.
    """
    points, fresh = whole("n", n, least=MOST_REAL), whole("real", real, least=0)
    ridden = whole("lineage", lineage, least=1)
    if fresh > points:
        raise ValueError(f"real must be a whole number of at most n = {points}, not {real!r}")
    if ridden > REPLICATES:
        raise ValueError(f"lineage must be a whole number of at most {REPLICATES}, not {lineage!r}")
    if not 0 < finite("rare", rare) < 1:
        raise ValueError(f"rare must be a number above 0 and below 1, not {rare!r}")
    regime = Refresh(fresh / points) if fresh else Replace()
    run = simulate(
        Bernoulli(rare),
        CategoricalMLE(),
        regime,
        n=points,
        generations=HORIZON,
        replicates=REPLICATES,
        rng=seed,
    )
    frequency = run.trace(_rare)
    lost, alone = (100 * (frequency == end).mean(axis=1) for end in (0, 1))
    return {
        "frequency": frequency.T,
        "mine": frequency[:, ridden - 1],
        "mean": frequency.mean(axis=1),
        "mean_theory": np.full(T.shape, rare),
        "lost": lost,
        "alone": alone,
        "open": 100 - lost - alone,
    }


def _rare(model: Any, _: Any) -> Array:
    return np.asarray(model.p[..., 1])
