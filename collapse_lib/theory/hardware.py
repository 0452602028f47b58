"""Numerical errors: what rounding does to a normal model that learns from itself."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from collapse_lib.theory.curve import VARIANCE, curve
from collapse_lib.theory.domains import (
    Ddof,
    Generations,
    Number,
    SampleSize,
    above_zero,
    whole,
)
from collapse_lib.theory.recursion import iterate

Bits = Annotated[Number, whole(1, "Stored bits of the mantissa: 7 in bfloat16, 10 in float16")]
Grid = Annotated[Number, above_zero("Spacing of the grid, in the truth's standard deviations")]


@curve(
    "rate",
    "log standard deviation by truncation",
    unit="per generation, natural logarithms",
    assumes="the standard deviation is cut to that many bits in each generation and n is far above "
    "rounding_freeze_size; exact on average over a factor of 2",
    misreading="it does not shrink with n, so it rules large n; rounding to nearest has no such "
    "drift, and freezes instead",
)
def truncation_log_sd_drift(bits: Bits) -> Number:
    """Return ``-ln 2 / (2 · 2^bits)``.

    The sampling noise is less than a unit in the last place: every other time it points down and
    costs a whole unit, else nothing, and 2^bits units halve the standard deviation.
    """
    drift: Number = -np.log(2) * np.exp2(-bits) / 2
    return drift


@curve(
    "threshold",
    "sample size above which rounding freezes the standard deviation",
    unit="in points",
    assumes="rounding to nearest; where the step 1/√(2n) of ln s is half a unit in the last place, "
    "an order of magnitude",
    misreading="a frozen chain looks stable and is not learning from its data",
)
def rounding_freeze_size(bits: Bits) -> Number:
    """Return ``2^(2 bits + 1)``: 32 768 for bfloat16."""
    size: Number = np.exp2(2 * bits + 1)
    return size


@curve(
    "mean",
    "fitted variance",
    unit=VARIANCE,
    assumes="a normal truth and model, each of n points of the last model rounded to the nearest "
    "grid point; Sheppard's correction, good while the standard deviation exceeds half a step",
    misreading="the plateau is a mean: on a grid every lineage ends at a single value, in finite "
    "time",
)
def rounded_variance_mean(t: Generations, n: SampleSize, step: Grid, ddof: Ddof = 0) -> Number:
    """Return V of ``V' = (V + step²/12) (n-1)/(n-ddof)``, which ends at (n-1) step²/12 or never."""
    kept, added = (n - 1) / (n - ddof), step**2 / 12
    return iterate(lambda i, v: (kept * (v + added),), (1.0,), t)[0]


@curve(
    "mean",
    "fitted mean",
    unit="in the truth's standard deviations",
    assumes="a normal truth and model, each point of the last model rounded down to the grid; good "
    "while the standard deviation exceeds half a step",
    misreading="a small systematic error in proportion to t soon passes a random one like √t",
)
def floor_mean_drift(t: Generations, step: Grid) -> Number:
    """Return ``-t step / 2``."""
    return -t * step / 2
