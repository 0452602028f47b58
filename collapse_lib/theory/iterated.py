"""Iterated learning: a prior too weak to be seen in one fit, and all that is left of a chain.

The learner adds to n points a prior worth a few points of its own (`mistakes.Preferring`); with
conjugate families its estimate is the posterior mean. The prior moves a fit by the share
s/(n+s) of the way, and every generation moves on from there.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from collapse_lib.theory.curve import curve
from collapse_lib.theory.domains import Draws, Generations, Number, above_zero, real, share

PRIOR = "n points of the last model each generation, and a prior of fixed strength; exact"

Strength = Annotated[Number, above_zero("Number of points that the prior counts for")]


@curve(
    "mean",
    "fitted mean or frequency",
    unit="in the unit of start and preferred",
    assumes=PRIOR,
    misreading="a chain that has come to rest has found what it preferred, not the truth",
)
def iterated_learning_mean(
    t: Generations,
    n: Draws,
    strength: Strength,
    start: Annotated[Number, real("The truth's mean, or frequency of a category")],
    preferred: Annotated[Number, real("The prior's mean, or frequency of that category")],
) -> Number:
    """Return ``a + (start - a) (n/(n+s))^t``, a = preferred and s = strength."""
    return preferred + (start - preferred) * np.exp(-t * np.log1p(strength / n))


@curve(
    "half-life",
    "mean distance to what the prior prefers",
    unit="in generations",
    assumes=PRIOR,
    misreading="a large sample slows it down and does not change where it ends",
)
def iterated_learning_half_life(n: Draws, strength: Strength) -> Number:
    """Return ``ln 2 / ln(1 + s/n)``, about 0.69 n/s."""
    wait: Number = np.log(2) / np.log1p(strength / n)
    return wait


@curve(
    "limit",
    "variance of a category's frequency over lineages",
    assumes=f"{PRIOR} as t → ∞",
    misreading="only the mean is the prior's: posterior means scatter about it by a(1-a)/(1+2s) "
    "where n is large, the frequencies of the prior itself, a Dirichlet law, by a(1-a)/(1+s)",
)
def iterated_learning_variance_limit(
    n: Draws,
    strength: Strength,
    preferred: Annotated[Number, share("The prior's frequency of the category")],
) -> Number:
    """Return ``a(1-a) r² / (n (1 - r² (1-1/n)))``, r = n/(n+s) and a = preferred.

    The fixed point of ``V' = r² (V + (a(1-a) - V)/n)``: sampling adds the mean of p(1-p)/n, and
    the prior shrinks every deviation from a by r.
    """
    r2 = (n / (n + strength)) ** 2
    return preferred * (1 - preferred) * r2 / (n * (1 - r2 * (1 - 1 / n)))
