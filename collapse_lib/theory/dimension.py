"""Why many dimensions are all tail: exact formulas for independent coordinates."""

# mypy: disable-error-code="no-any-return"
# (scipy.special is untyped)

from __future__ import annotations

from typing import Annotated

import numpy as np
from scipy import special

from collapse_lib.theory.curve import curve
from collapse_lib.theory.domains import (
    Draws,
    Number,
    above_zero,
    share,
    whole,
)

NORMAL = "a standard normal point in that many dimensions; exact"

Dimensions = Annotated[Number, whole(1, "Coordinates of a point")]
Tail = Annotated[Number, share("Probability of the tail in one coordinate", zero=False, one=False)]


@curve(
    "probability",
    "point lying in the tail of at least one coordinate",
    assumes="independent coordinates; exact",
    misreading="a point that is rare somewhere is not rare: in 100 dimensions nearly all are",
)
def any_tail_probability(dimensions: Dimensions, tail: Tail = 0.01) -> Number:
    """Return ``1 - (1-tail)^d``."""
    return -np.expm1(special.xlog1py(dimensions, -tail))


@curve(
    "probability",
    "point lying beyond a radius",
    assumes=NORMAL,
    misreading="three sigma from the centre is the rule in ten dimensions, not the exception",
)
def beyond_radius_probability(
    dimensions: Dimensions, radius: Annotated[Number, above_zero("Distance from the mean, in sd")]
) -> Number:
    """Return ``P(χ²_d > radius²)``."""
    return special.gammaincc(dimensions / 2, radius**2 / 2)


@curve(
    "mean",
    "distance of a point from the centre",
    assumes=NORMAL,
    misreading="the mean point lies at the centre, where there are no points",
)
def radius_mean(dimensions: Dimensions) -> Number:
    """Return ``√2 Γ((d+1)/2) / Γ(d/2)``, about √d."""
    return np.sqrt(2) * np.exp(
        special.gammaln((dimensions + 1) / 2) - special.gammaln(dimensions / 2)
    )


@curve(
    "standard deviation",
    "distance of a point from the centre",
    assumes=NORMAL,
    misreading="it stays near 0.71 while the distance grows: the mass is a thin shell",
)
def radius_sd(dimensions: Dimensions) -> Number:
    """Return ``sqrt(d - mean²)`` with `radius_mean`, about 0.707."""
    return np.sqrt(dimensions - radius_mean(dimensions) ** 2)


@curve(
    "ratio",
    "volume of the ball to that of the cube around it",
    assumes="nothing; exact",
    misreading="the ball does not shrink; the cube's corners grow",
)
def ball_cube_ratio(dimensions: Dimensions) -> Number:
    """Return ``(√π/2)^d / Γ(d/2 + 1)``."""
    half = dimensions / 2
    return np.exp(half * np.log(np.pi / 4) - special.gammaln(half + 1))


@curve(
    "quantile",
    "number of points until one lies in the tail of every coordinate",
    assumes="independent coordinates; exact but for rounding up to a whole number",
    misreading="seeing each tail often is not seeing them together",
)
def corner_sample_size(
    dimensions: Dimensions,
    tail: Tail = 0.01,
    confidence: Annotated[
        Number, share("Probability of having seen one", zero=False, one=False)
    ] = 0.95,
) -> Number:
    """Return ``ln(1-confidence) / ln(1-tail^d)``."""
    return np.log1p(-confidence) / np.log1p(-(tail**dimensions))


@curve(
    "mean",
    "number of points until every orthant has one",
    assumes="a law symmetrical in each of independent coordinates; exact",
    misreading="one point for each sign pattern is the least that joint structure could need",
)
def orthants_sample_size_mean(dimensions: Dimensions) -> Number:
    """Return ``2^d H`` with the harmonic number of 2^d: the collector of 2^d coupons."""
    cells = 2.0**dimensions
    return cells * (special.digamma(cells + 1) + np.euler_gamma)


@curve(
    "mean",
    "probability outside the bounding box of a sample",
    assumes="n points with independent continuous coordinates; exact",
    misreading="a model that only interpolates misses this share of the truth even if all is well "
    "in each coordinate",
)
def bounding_box_escape_mean(n: Draws, dimensions: Dimensions) -> Number:
    """Return ``1 - ((n-1)/(n+1))^d``."""
    return 1 - ((n - 1) / (n + 1)) ** dimensions
