"""Data met at random, real and made-up ones that nobody can tell apart: regimes Blend and Web.

Points are drawn from one mixture of the truth and models, so a sample has on average 1 - 1/n of
the mixture's variance, and its mean the mixture's plus noise. The truth has variance 1 and mean 0.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.theory.curve import VARIANCE, curve
from collapse_lib.theory.domains import (
    Ddof,
    Generations,
    Number,
    SampleSize,
    at_least_zero,
    share,
)
from collapse_lib.theory.recursion import iterate

BLEND = (
    "a normal model and any truth of finite variance, generation 1 fitted to n real points, later "
    "ones to n points each of which is real with that probability, else of the last model; exact"
)
WEB = (
    "a normal model and any truth of finite variance, n pages met at random in a far larger web "
    "that keeps all pages; exact"
)

Real = Annotated[Number, share("Probability that a point is real")]
Human = Annotated[Number, at_least_zero("New real pages per generation; 1 is the web at first")]
Machine = Annotated[Number, at_least_zero("Pages by the newest model per generation")]


@curve(
    "mean",
    "fitted variance",
    unit=VARIANCE,
    assumes=BLEND,
    misreading="it is close to refresh_variance_mean, not equal: the number of real points is left "
    "to chance, and some generations have none",
)
def blend_variance_mean(t: Generations, n: SampleSize, real: Real, ddof: Ddof = 0) -> Number:
    """Return V of ``V' = W (n-1)/(n-ddof)``, ``M' = (1-α)² M + W/n``, α = real.

    ``W = α + (1-α)V + α(1-α)M`` is the mixture's variance and M = E[m²], from V = 1 and M = 0.
    """
    return _blend(t, n, real, ddof)[0]


@curve(
    "mean",
    "squared error of the fitted mean",
    unit=VARIANCE,
    assumes=BLEND,
    misreading="it settles because real points pull, not because synthetic ones agree",
)
def blend_mean_square(t: Generations, n: SampleSize, real: Real, ddof: Ddof = 0) -> Number:
    """Return M of the recursion in `blend_variance_mean`."""
    return _blend(t, n, real, ddof)[1]


@curve(
    "limit",
    "mean fitted variance",
    unit=VARIANCE,
    assumes=f"{BLEND} as t → ∞",
    misreading="a limit above 1, or none (inf), for ddof = 1 is the work of rare wide lineages",
)
def blend_variance_limit(n: SampleSize, real: Real, ddof: Ddof = 0) -> Number:
    """Return the fixed point ``αf / (1 - (1-α)(f + 1/(n(2-α))))``, ``f = (n-1)/(n-ddof)``.

    Without real points it is 0, but 1 for ddof = 1; with too few of them, for ddof = 1, infinite.
    """
    f = (n - 1) / (n - ddof)
    left = 1 - (1 - real) * (f + 1 / (n * (2 - real)))
    ends = left > 0
    return np.where(
        real > 0, np.where(ends, real * f / np.where(ends, left, 1.0), np.inf), float(ddof)
    )


@curve(
    "value",
    "share of real pages that a generation meets",
    assumes="a web that begins with real pages, keeps all, and grows by the same numbers in each "
    "generation; exact",
    misreading="a share of pages is none of readers or of tokens, and detectors count another",
)
def web_real_share(t: Generations, human: Human = 0.0, machine: Machine = 1.0) -> Number:
    """Return ``(1 + h(t-1)) / (1 + (h+m)(t-1))`` for t ≥ 1, which falls to h/(h+m)."""
    before = np.maximum(t - 1, 0)
    return (1 + human * before) / (1 + (human + machine) * before)


@curve(
    "mean",
    "fitted variance",
    unit=VARIANCE,
    assumes=WEB,
    misreading="old pages hold the mean up, as under accumulate; single lineages scatter about it",
)
def web_variance_mean(
    t: Generations, n: SampleSize, human: Human = 0.0, machine: Machine = 1.0, ddof: Ddof = 0
) -> Number:
    """Return ``(Q - B) (n-1)/(n-ddof)``, of the web's second moment Q and B = E[(its mean)²].

    For ddof = 0 Q is 1. A web of size s grows by ``machine`` pages of mean square V + M, where
    ``M = B + (Q - B)/n``, and ``s'² B' = (s² + 2 s · machine) B + machine² M``, from B = 0.
    """
    return _web(t, n, human, machine, ddof)[0]


@curve(
    "mean",
    "squared error of the fitted mean",
    unit=VARIANCE,
    assumes=WEB,
    misreading="pages with an error all stay; new human ones can only outnumber them",
)
def web_mean_square(
    t: Generations, n: SampleSize, human: Human = 0.0, machine: Machine = 1.0, ddof: Ddof = 0
) -> Number:
    """Return M of the recursion in `web_variance_mean`; for ddof = 0 it is 1 - V."""
    return _web(t, n, human, machine, ddof)[1]


def _blend(t: Number, n: Number, real: Number, ddof: float) -> tuple[Array, ...]:
    def step(i: int, v: Number, m: Number) -> tuple[Number, Number]:
        w = real + (1 - real) * v + real * (1 - real) * m
        return w * (n - 1) / (n - ddof), (1 - real) ** 2 * m + w / n

    return iterate(step, (1.0, 0.0), t)


def _web(t: Number, n: Number, human: Number, machine: Number, ddof: float) -> tuple[Array, ...]:
    # the pages' summed squares, and the square of their sum, in units of the web at the start
    def step(i: int, v: Number, m: Number, squares: Number, squared: Number) -> tuple[Number, ...]:
        size = 1 + (human + machine) * (i - 1)
        centre = squared / size**2
        spread = squares / size - centre
        v, m = spread * (n - 1) / (n - ddof), centre + spread / n
        grown = squared * (1 + 2 * machine / size) + machine**2 * m
        return v, m, squares + human + machine * (v + m), grown

    return iterate(step, (1.0, 0.0, 1.0, 0.0), t)
