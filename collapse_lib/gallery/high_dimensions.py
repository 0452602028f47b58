"""Many properties at once: nearly everything is rare in something, and no sample covers it.

A thing with d independent properties is drawn n times. The more properties, the more things
lie in the tail of at least one of them, and the faster grows the number of combinations.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, style, theory
from collapse_lib.checks import Array, whole
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View

MOST = 100
D = np.arange(MOST + 1)
TAILS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)


def tails(rare: Array, rare_theory: Array, outside_theory: Array) -> View:
    """Draw how many things are rare in something."""
    return figures.lines(
        [
            Curve("rare in at least one property", rare, style.line(style.BLUE, width=3.5)),
            Curve("the same, theory", rare_theory, style.line(style.VERMILLION, dash="dash")),
            Curve(
                "more extreme in something than all of these, theory",
                outside_theory,
                style.line(style.PURPLE, dash="dashdot"),
            ),
        ],
        title="How many things are rare in something",
        quantity="per cent of all things",
        y_range=(0, 100),
        along="properties",
    )


def samples(combinations: Array, needed: Array, met: Array) -> View:
    """Draw how many samples it takes to meet every combination."""
    return figures.lines(
        [
            Curve("mixtures there are", combinations, style.line(style.GREY)),
            Curve(
                "things to meet them all, theory", needed, style.line(style.VERMILLION, dash="dash")
            ),
            Curve("mixtures that these things show", met, style.line(style.BLUE, width=3.5)),
        ],
        title="Mixtures of above and below the middle",
        quantity="number",
        log=True,
        along="properties",
    )


@explorable(
    title="With many properties nearly everything is rare in something",
    views=(tails, samples),
    cursor=Cursor("dimensions", 1, MOST, label="properties"),
    say="Looking at {dimensions:d} of 100 properties: {rare:.3g} % of {n:,d} things are rare in at "
    "least one (theory: {rare_theory:.3g} %). Of the {combinations:.3g} mixtures of above and "
    "below the middle they show {met:,d}; to meet them all takes about {needed:.2g} things.",
    caveat="Independent properties are the worst case: those of real things hang together.",
    definition=7,
    lesson="notebooks/01_tail_loss.ipynb",
)
def high_dimensions(
    n: Annotated[
        int, Slider(10, 10_000, log=True, label="sample size", help="How many things are drawn.")
    ] = 1000,
    tail: Annotated[
        float,
        Slider(
            0.001,
            0.1,
            values=TAILS,
            label="rare: the top",
            shown="{per_cent:.2g} %",
            help="What counts as rare in one property: its topmost share of the things.",
        ),
    ] = 0.01,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Draw n things with 100 independent properties, and look at the first d of them.

    Shares are per cent, for 0 to 100 properties: `rare` of the n things and in theory of all;
    `outside_theory` of all that lie outside the range of the n in at least one property.
    `needed` is the mean number of things to draw until every combination was met.

    Notes
    -----
    The properties are independent, the worst case. Those of birds or words hang together, so
    that far fewer combinations exist: read the curve as what structure saves us from.
    """
    size = whole("n", n, least=1)
    ranks = np.random.default_rng(seed).random((size, MOST))  # of each thing in each property
    rare = np.logical_or.accumulate(ranks > 1 - tail, axis=1).mean(axis=0)
    combinations = 2.0**D
    needed = np.concatenate([[1.0], theory.orthants_sample_size_mean(D[1:])])
    met = _combinations(ranks > 0.5)
    return {
        "per_cent": 100 * tail,
        "rare": 100 * np.concatenate([[0.0], rare]),
        "rare_theory": 100 * np.concatenate([[0.0], theory.any_tail_probability(D[1:], tail)]),
        "outside_theory": 100
        * np.concatenate([[0.0], theory.bounding_box_escape_mean(size, D[1:])]),
        "met": met,
        "combinations": combinations,
        "needed": needed,
    }


def _combinations(above: Array) -> Array:
    """Return how many different rows there are in the first d columns, d = 0 … 100."""
    met = np.full(MOST + 1, float(len(above)))
    met[0] = 1
    row = np.zeros(len(above), dtype=np.int64)
    for d in range(MOST):
        kinds, row = np.unique(2 * row + above[:, d], return_inverse=True)
        met[d + 1] = kinds.size
        if kinds.size == len(above):  # all differ, and will
            break
    return met
