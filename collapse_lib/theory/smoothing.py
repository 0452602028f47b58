"""Kernel density estimates of their own draws: spread that grows instead of shrinking."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from collapse_lib.theory.curve import VARIANCE, curve
from collapse_lib.theory.domains import (
    Draws,
    Generations,
    Number,
    SampleSize,
    above_zero,
    at_least_zero,
)

KDE = "a normal kernel, any truth of finite variance, n draws of the last estimate; exact"
Bandwidth = Annotated[
    Number, at_least_zero("Standard deviation of the kernel, in the truth's standard deviations")
]


@curve(
    "mean",
    "variance of the density estimate",
    unit=VARIANCE,
    assumes=KDE,
    misreading="it is the estimate's, the bandwidth squared above the 1/n variance of its sample; "
    "and it is blur, not new tails",
    source=("borji2024",),
)
def kde_variance_mean(t: Generations, n: SampleSize, bandwidth: Bandwidth) -> Number:
    """Return V of ``V' = (1-1/n) V + h²``: + h² a generation early, and n h² in the end.

    An estimate shrunk to its sample's variance (``KDE(preserve_variance=True)``) has
    `replace_variance_mean` instead, whatever the bandwidth.
    """
    left = np.exp(t * np.log1p(-1 / n))
    return left + (1 - left) * n * bandwidth**2


@curve(
    "mean",
    "variance of the density estimate",
    unit=VARIANCE,
    assumes=f"bandwidth = factor · s · n^(-1/5) with the sample's 1/n standard deviation s, {KDE}",
    misreading="it explodes because the bandwidth follows the spread it has caused",
)
def kde_rule_variance_mean(
    t: Generations,
    n: SampleSize,
    factor: Annotated[Number, above_zero("Of the bandwidth rule; Silverman's is 1.06")] = 1.06,
) -> Number:
    """Return ``((1-1/n)(1 + factor² n^(-2/5)))^t``: doubling every 4.5 generations at n = 100."""
    return ((1 - 1 / n) * (1 + factor**2 * n**-0.4)) ** t


@curve(
    "limit",
    "mean variance of the density estimate",
    unit=VARIANCE,
    assumes=KDE,
    misreading="it has nothing to do with the truth's variance, which has been forgotten",
)
def kde_variance_limit(n: Draws, bandwidth: Bandwidth) -> Number:
    """Return ``n h²``."""
    return n * bandwidth**2
