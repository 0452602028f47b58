"""Does a larger sample cure the loss, or put it off? One chain, many sample sizes, two clocks.

A Gaussian is refitted to n of its own samples, for n from 10 to 1,000. Against the generations the
typical variances fall at very different speeds. Against the generations divided by n they fall
together, on ``exp(-2 t/n)`` nearly: the sample size sets the clock, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
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

HORIZON = 1_000
REPLICATES = 200
SIZES = (10, 30, 100, 300, 1_000)
TURNS = 3.0  # the second clock is drawn up to t = 3 n
Y_RANGE = (-4.0, 0.5)  # exponents of ten
QUANTITY = "typical variance (start = 1)"
LOOKS = (
    style.line(style.VERMILLION, dash="dot"),
    style.line(style.PURPLE, dash="dashdot"),
    style.line(style.GREEN, dash="dash"),
    style.line(style.SKY, width=1.5),
    style.line(style.BLUE, width=3.5),
)
T = np.arange(HORIZON + 1)


@dataclass(frozen=True, eq=False)
class Snowball:
    """What the views and the sentence of `snowball` show.

    Variances are in units of the truth's; ``(1001,)`` arrays hold one number per generation, of
    which 0 is the truth.

    Parameters
    ----------
    n : int
        The learner's own sample size.
    median : ndarray, shape ``(5, 1001)``
        Typical variance at 10, 30, 100, 300 and 1,000 points a generation.
    mine : ndarray, shape ``(1001,)``
        Typical variance at `n` points.
    theory : ndarray, shape ``(1001,)``
        Median variance in theory, at `n` points.
    slope : float
        Powers of ten that all large sizes lose in n generations: the median tends to
        ``exp(-2 t/n)`` with the estimator 1/n, and to ``exp(-t/n)`` with 1/(n-1).
    smallest, largest : ndarray, shape ``(1001,)``
        Typical variance at 10 and at 1,000 points.
    """

    n: int
    median: Array
    mine: Array
    theory: Array
    slope: float
    smallest: Array
    largest: Array


def by_generation(result: Snowball) -> View:
    """Draw the typical variances against the generations."""
    theory_curve = Curve("your n, theory", result.theory, style.line(style.GREY, dash="dash"))
    return figures.lines(
        [*_curves(result), theory_curve],
        title="Clock: generations",
        quantity=QUANTITY,
        log=True,
        x_range=(0, 1.04 * HORIZON),  # room for the last label
        y_range=Y_RANGE,
    )


def by_turnover(result: Snowball) -> View:
    """Draw them against the generations divided by the sample size."""
    fastest = T / SIZES[0]  # the limit is drawn as far as the first curve has come
    limit = 10 ** (result.slope * fastest)
    view = figures.lines(
        [*_curves(result), Curve("large n, theory", limit, style.line(style.GREY, dash="dash"))],
        title="Clock: generations ÷ n",
        quantity=QUANTITY,
        log=True,
        x_range=(0, TURNS),
        y_range=Y_RANGE,
        along="generations ÷ n",
        places=[*(T / n for n in (*SIZES, result.n)), fastest],
    )
    for trace in view["data"]:
        trace.pop("meta")  # the other view's table has these numbers
    return view


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
    n: Annotated[int, Slider(5, 2_000, log=True, label="your n")] = 50,
    ddof: Annotated[int, Choice({0: "1/n", 1: "1/(n-1)"}, label="estimator")] = 0,
    seed: Annotated[int, Reroll()] = 0,
) -> Snowball:
    """Simulate 200 lineages over 1,000 generations, for five sample sizes and one of your own.

    Parameters
    ----------
    n : int
        Points that each generation learns from.
    ddof : {0, 1}
        Fit the variance with 1/n or with 1/(n-1).
    seed : int
        Which dice to roll.

    Returns
    -------
    Snowball
        Medians over the lineages, in units of the truth's variance.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    points = whole("n", n, least=2)
    median = _standard(ddof, seed)
    return Snowball(
        n=points,
        median=median,
        mine=_typical(points, ddof, seed),
        theory=np.asarray(theory.replace_variance_median(T, points, ddof)),
        slope=(ddof - 2) / np.log(10),
        smallest=median[0],
        largest=median[-1],
    )


@lru_cache(maxsize=8)
def _standard(ddof: int, seed: int) -> Array:
    """Return the typical variances at the five sizes: they stay while `n` moves."""
    return _typical(np.array(SIZES), ddof, seed).T


def _typical(n: Any, ddof: int, seed: int) -> Array:
    lineage = simulate(
        Normal(), GaussianMLE(ddof), n=n, generations=HORIZON, replicates=REPLICATES, rng=seed
    )
    return np.asarray(np.median(lineage.trace(metrics.variance), axis=-1))


def _curves(result: Snowball) -> list[Curve]:
    named = zip(SIZES, result.median, LOOKS, strict=True)
    mine = Curve("your n", result.mine, style.line(style.ORANGE, width=4))
    return [*(Curve(f"n = {n:,}", row, look) for n, row, look in named), mine]
