"""Does a larger sample cure the loss, or put it off? One chain, many sample sizes, two clocks.

A Gaussian is refitted to n of its own samples, for n from 10 to 1,000. Against the generations the
typical variances fall at very different speeds. Against the generations divided by n they fall
together, on ``exp(-2 t/n)`` nearly: the sample size sets the clock, and nothing else.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

import numpy as np

from collapse_lib import figures, metrics, style, theory
from collapse_lib.checks import Array, whole
from collapse_lib.controls import Choice, Cursor, Reroll, Slider
from collapse_lib.distributions import Normal
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View
from collapse_lib.learners import GaussianMLE
from collapse_lib.simulate import simulate
from collapse_lib.words import later

HORIZON = 1_000
SIZES = (10, 30, 100, 300, 1_000)
LOOKS = (
    style.line(style.VERMILLION, dash="dot"),
    style.line(style.PURPLE, dash="dashdot"),
    style.line(style.GREEN, dash="dash"),
    style.line(style.SKY, width=1.5),
    style.line(style.BLUE, width=3.5),
)
LIMIT = style.line(style.GREY, dash="dash")
AXES: dict[str, Any] = {
    "quantity": later("typical variance (start = 1)"),
    "log": True,
    "y_range": (-4.0, 0.5),
}
T = np.arange(HORIZON + 1)


def by_generation(sizes: Array, mine: Array, theory: Array) -> View:
    """Draw the typical variances against the generations."""
    curves = [*_curves(sizes, mine), Curve("your n, theory", theory, LIMIT)]
    room = (0, 1.04 * HORIZON)  # for the last label
    return figures.lines(curves, title="Clock: generations", x_range=room, **AXES)


def by_turnover(n: int, sizes: Array, mine: Array, slope: float) -> View:
    """Draw them against the generations divided by the sample size, up to t = 3 n."""
    fastest = T / SIZES[0]  # the limit is drawn as far as the first curve has come
    limit = 10 ** (slope * fastest)
    return figures.lines(
        [*_curves(sizes, mine), Curve("large n, theory", limit, LIMIT)],
        title="Clock: generations ÷ n",
        along="generations ÷ n",
        places=[*(T / size for size in (*SIZES, n)), fastest],
        x_range=(0, 3.0),
        table=False,  # the other view's has these numbers
        **AXES,
    )


@explorable(
    title="A large sample postpones",
    views=(by_generation, by_turnover),
    cursor=Cursor("generations", 0, HORIZON),
    say="Generation {generations:d}: with n = {n:,d} the typical (median) variance is {mine:.2g} "
    "of the start, in theory {theory:.2g}. With 10 points it is {smallest:.2g}; with 1,000 points, "
    "{largest:.2g}.",
    caveat="One Gaussian that learns from its own samples only. That the clock is n generations "
    "holds for luck alone; biased sampling and other mistakes are faster, whatever n.",
    definition=4,
    lesson="notebooks/02_error_snowball.ipynb",
)
def snowball(
    n: Annotated[
        int,
        Slider(5, 2_000, log=True, label="your n", help="Points that each generation learns from."),
    ] = 50,
    ddof: Annotated[
        int,
        Choice(
            {0: "1/n", 1: "1/(n-1)"},
            label="estimator",
            help="Fit the variance with 1/n or with 1/(n-1).",
        ),
    ] = 0,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Simulate 200 lineages over 1,000 generations, for five sample sizes and one of your own.

    All fields are medians over the lineages, in units of the truth's variance: of the five
    `sizes` one row each, of 1,001 generations.
    """
    sizes = _standard(ddof, seed)
    return {
        "sizes": sizes,
        "mine": _typical(whole("n", n, least=2), ddof, seed),
        "theory": np.asarray(theory.replace_variance_median(T, n, ddof)),
        # powers of ten that all large sizes lose in n generations
        "slope": (ddof - 2) / np.log(10),
        "smallest": sizes[0],
        "largest": sizes[-1],
    }


@lru_cache(maxsize=8)
def _standard(ddof: int, seed: int) -> Array:
    """Return the typical variances at the five sizes: they stay while `n` moves."""
    return _typical(np.array(SIZES), ddof, seed).T


def _typical(n: Any, ddof: int, seed: int) -> Array:
    run = simulate(Normal(), GaussianMLE(ddof), n=n, generations=HORIZON, replicates=200, rng=seed)
    return np.asarray(np.median(run.trace(metrics.variance), axis=-1))


def _curves(sizes: Array, mine: Array) -> list[Curve]:
    named = zip(SIZES, sizes, LOOKS, strict=True)
    own = Curve("your n", mine, style.line(style.ORANGE, width=4))
    return [*(Curve(f"n = {n:,}", row, look) for n, row, look in named), own]
