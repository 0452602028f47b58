"""Numerical errors: what rounding does to a normal model that learns from itself."""

# mypy: disable-error-code="no-any-return"
# (scipy.special is untyped)

from __future__ import annotations

from typing import Annotated

import numpy as np
from scipy import special

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
Freezing = Annotated[Number, whole(1, "Generations in which it is not to move")]
Grid = Annotated[Number, above_zero("Spacing of the grid, in the truth's standard deviations")]

SUMMED = 200
SQRT_2PI = np.sqrt(2 * np.pi)


@curve(
    "rate",
    "log standard deviation by truncation",
    unit="per generation, natural logarithms",
    assumes="the standard deviation is cut to that many bits in each generation and n is far above "
    "rounding_freeze_size; exact on average over a factor of 2",
    misreading="it does not shrink with n, so it rules large n; rounding to nearest has one at "
    "powers of two only, `rounding_log_sd_drift`",
)
def truncation_log_sd_drift(bits: Bits) -> Number:
    """Return ``-ln 2 / (2 · 2^bits)``.

    The sampling noise is less than a unit in the last place: every other time it points down and
    costs a whole unit, else nothing, and 2^bits units halve the standard deviation.
    """
    drift: Number = -np.log(2) * np.exp2(-bits) / 2
    return drift


@curve(
    "rate",
    "log standard deviation by rounding to nearest, at a power of two",
    unit="in the next generation, natural logarithms",
    assumes="a standard deviation that is a power of two, as the usual start 1 is; its step normal "
    "with a standard deviation of 1/√(2n), so n is large",
    misreading="within an octave rounding to nearest has no drift, so this is no speed for ever: "
    "below the power of two the lineage wanders, and each return is pushed down again",
)
def rounding_log_sd_drift(n: SampleSize, bits: Bits) -> Number:
    """Return ``u Σ Q((k-½) u/τ) - (u/2) Σ Q((k-½) u/2τ)``, the sums over k = 1, 2, ….

    u = 2^-bits is the spacing of the numbers above a power of two, and half of it that below: a
    step down needs to be half as large. τ = 1/√(2n), and Q is the upper tail of the normal law.
    """
    u, tau = np.exp2(-bits), 1 / np.sqrt(2 * n)
    drift: Number = _rounded_rise(u, tau) - _rounded_rise(u / 2, tau)
    return drift


@curve(
    "probability",
    "event that rounding to nearest leaves a standard deviation as it is, at a power of two",
    assumes="a standard deviation that is a power of two, as the usual start 1 is; its step normal "
    "with a standard deviation of 1/√(2n), so n is large",
    misreading="a lineage that does not move looks stable and is not learning from its data",
)
def rounding_rest_probability(n: SampleSize, bits: Bits) -> Number:
    """Return ``Φ(u/2τ) - Q(u/4τ)``, with the symbols of `rounding_log_sd_drift`."""
    step = np.exp2(-bits) * np.sqrt(2 * n)
    rest: Number = special.ndtr(step / 2) - special.ndtr(-step / 4)
    return rest


@curve(
    "median",
    "sample size from which rounding freezes the standard deviation for so many generations",
    unit="in points",
    assumes="rounding to nearest, from a standard deviation that is a power of two: half of the "
    "lineages have not moved in all these generations",
    misreading="a frozen chain looks stable and is not learning from its data; and no size "
    "freezes it for ever",
)
def rounding_freeze_size(bits: Bits, t: Freezing = 1) -> Number:
    """Return the n at which `rounding_rest_probability` is ``2^(-1/t)``.

    For bfloat16 it is 28 000 for one generation, 1.3 million for 1 000 and 3 million for 10^6.
    """
    low, high = np.zeros(np.shape(t)), np.full(np.shape(t), 160.0)  # of the step u/τ
    moves = -np.expm1(-np.log(2) / t)
    for _ in range(60):
        step = (low + high) / 2
        still = special.ndtr(-step / 2) + special.ndtr(-step / 4) <= moves
        low, high = np.where(still, low, step), np.where(still, step, high)
    size: Number = high**2 * np.exp2(2 * bits) / 2
    return size


def _rounded_rise(u: Number, tau: Number) -> Number:
    """Return the mean of the positive part of a normal step that is rounded to multiples of `u`."""
    u, tau = np.broadcast_arrays(u, tau)
    k = np.arange(1, SUMMED + 1) - 0.5
    summed = u * special.ndtr(-k * (u / tau)[..., None]).sum(axis=-1)
    # A grid far finer than the step: the trapezia's error by Euler and Maclaurin.
    fine = (tau - u**2 / (24 * tau)) / SQRT_2PI
    return np.where(u * SUMMED > 12 * tau, summed, fine)[()]


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
