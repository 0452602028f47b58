"""Regimes that pool data of several origins: means over lineages, whatever the truth's shape.

A pool has the mixture of its parts' second moments and the square of their mixed mean, so the
mean variance V, with E[m²] or a like quantity, obeys a linear recursion. No such closed form is
known for the median. The truth has variance 1 and mean 0.
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
    at_most,
    share,
    whole,
)
from collapse_lib.theory.recursion import iterate

FRESH = "a normal model and any truth of finite variance, generation 1 fitted to n real points"
FIXED = (
    "a normal model and any truth of finite variance, the same n_real real points in each "
    "generation of a lineage, generation 1 fitted to them and n - n_real other real points"
)
POOL = "a normal model, any truth of finite variance, n new points of the last model each time"

CONTAMINATED = (
    "a normal model and any truth of finite variance, generation 1 fitted to n real points, later "
    "ones to all points ever drawn, to which n_real new real points and n - n_real of the last "
    "model are added each time"
)

FreshCount = Annotated[Number, whole(0, "Of them new real points, at most n")]
FixedCount = Annotated[Number, whole(0, "Of them the fixed real points, at most n")]
RealShare = Annotated[Number, share("Share of real points in each pool")]
Bias = Annotated[Number, share("Factor on the variance when a model is sampled", zero=False)]
Real = Annotated[Number, whole(1, "Real points")]
Synthetic = Annotated[Number, whole(1, "Synthetic points")]
Weight = Annotated[Number, share("Weight of the mean of the real points", zero=False)]


@curve(
    "mean",
    "fitted variance",
    unit=VARIANCE,
    assumes=f"{FRESH}, later ones to n_real new real points and n - n_real of the last model; "
    "exact",
    misreading="with few real points rare wide lineages carry the mean, far above the median, and "
    "with ddof = 1 above 1",
)
def refresh_variance_mean(
    t: Generations, n: SampleSize, n_real: FreshCount, ddof: Ddof = 0
) -> Number:
    """Return V of ``V' = ((1-1/n) W + α(1-α) M) n/(n-ddof)``, ``M' = (1-α)² M + W/n``.

    α = n_real/n, W = α + (1-α)V and M = E[m²], from V = 1 and M = 0. With n_real = 0 it is
    `replace_variance_mean`.
    """
    return _refresh(t, n, n_real, 1.0, ddof)[0]


@curve(
    "mean",
    "squared error of the fitted mean",
    unit=VARIANCE,
    assumes=f"{FRESH}, later ones to n_real new real points and n - n_real of the last model; "
    "exact",
    misreading="settling above 1/n is no collapse; with ddof = 0 it settles below 1/n_real, so the "
    "synthetic points have helped",
)
def refresh_mean_square(
    t: Generations, n: SampleSize, n_real: FreshCount, ddof: Ddof = 0
) -> Number:
    """Return M of the recursion in `refresh_variance_mean`."""
    return _refresh(t, n, n_real, 1.0, ddof)[1]


@curve(
    "mean",
    "fitted variance",
    unit=VARIANCE,
    assumes=f"{FRESH}, later ones to n_real new real points and n - n_real of the last model, "
    "drawn with their variance reduced; exact",
    misreading="more points do not help against the bias, only a larger share of real ones does",
    source=("alemohammad2024",),
)
def refresh_tempered_variance_mean(
    t: Generations, n: SampleSize, n_real: FreshCount, bias: Bias, ddof: Ddof = 0
) -> Number:
    """Return V of the recursion in `refresh_variance_mean`, with bias·V for the V of the draws.

    The truth is never tempered, so generation 1 has no bias yet.
    """
    return _refresh(t, n, n_real, bias, ddof)[0]


@curve(
    "limit",
    "mean fitted variance",
    unit=VARIANCE,
    assumes=f"{FRESH}, later ones to n_real new real points and n - n_real of the last model; "
    "exact as t → ∞",
    misreading="it depends on the number of fresh real points much more than on their share: "
    "about n_real / (n_real + 1/2) for ddof = 0, however many synthetic ones are added",
)
def refresh_variance_limit(
    n: SampleSize, n_real: FreshCount, ddof: Ddof = 0, bias: Bias = 1.0
) -> Number:
    """Return the fixed point ``ακ / (1 - (1-α)bias·κ)``, ``κ = (1 - 1/(n(2-α))) n/(n-ddof)``.

    With n_real = 0 nothing holds the mean: 0, but 1 for ddof = 1 without bias.
    """
    at_most("n_real", n_real, "n", n)
    a = n_real / n
    k = (1 - 1 / (n * (2 - a))) * n / (n - ddof)
    held = a > 0
    alone = ddof * (np.asarray(bias) == 1)
    return np.where(held, a * k / np.where(held, 1 - (1 - a) * bias * k, 1.0), alone)


@curve(
    "limit",
    "mean squared error of the fitted mean",
    unit=VARIANCE,
    assumes=f"{FRESH}, later ones to n_real new real points and n - n_real of the last model; "
    "exact as t → ∞",
    misreading="the gain over 1/n_real, at most twofold, holds for unbiased synthetic data only",
    source=("alemohammad2024",),
)
def refresh_mean_square_limit(
    n: SampleSize,
    n_real: Annotated[Number, whole(1, "Of them new real points, at most n")],
    ddof: Ddof = 0,
) -> Number:
    """Return the fixed point ``W / (n_real (2-α))`` with W = α + (1-α)V at V's own limit."""
    a = n_real / n
    return (a + (1 - a) * refresh_variance_limit(n, n_real, ddof)) / (n_real * (2 - a))


@curve(
    "limit",
    "fitted variance",
    unit=VARIANCE,
    assumes="a normal model, fresh real data at a fixed share, and no sampling error at all: "
    "n → ∞, then t → ∞",
    misreading="this loss is left with infinite data; it is no finite-sample effect",
)
def refresh_tempered_variance_limit(real: RealShare, bias: Bias) -> Number:
    """Return ``α / (1 - (1-α) bias)``; without real data and without bias, 1."""
    left = 1 - (1 - real) * bias
    return np.where(left > 0, real / np.where(left > 0, left, 1.0), 1.0)


@curve(
    "mean",
    "fitted variance",
    unit=VARIANCE,
    assumes=f"{FIXED}; exact",
    misreading="a lineage is anchored to its own few real points, not to the truth; with one of "
    "them it collapses onto that point",
)
def anchor_variance_mean(
    t: Generations, n: SampleSize, n_real: FixedCount, ddof: Ddof = 0
) -> Number:
    """Return V of ``V' = (α - 1/n + (1-α)(1-1/n) V + (1-α) E) n/(n-ddof)``.

    α = n_real/n, and ``E' = (1-α)² E + α(1-α) V/n`` is α times the mean squared distance between
    the model's mean and that of the fixed points; from V = 1 and E = 1/n. With n_real = 0 it is
    `replace_variance_mean`.
    """
    at_most("n_real", n_real, "n", n)
    a, f = n_real / n, n / (n - ddof)

    def step(i: int, v: Number, e: Number) -> tuple[Number, Number]:
        pooled = a - 1 / n + (1 - a) * (1 - 1 / n) * v + (1 - a) * e
        return f * pooled, (1 - a) * ((1 - a) * e + a * v / n)

    return iterate(step, (1.0, 1 / n), t)[0]


@curve(
    "limit",
    "mean fitted variance",
    unit=VARIANCE,
    assumes=f"{FIXED}; exact as t → ∞",
    misreading="part of the shortfall is the fixed points' own, whose 1/n variance is on average "
    "1 - 1/n_real",
)
def anchor_variance_limit(n: SampleSize, n_real: FixedCount, ddof: Ddof = 0) -> Number:
    """Return the fixed point ``f(α - 1/n) / (1 - f(1-α)(1 - 1/(n(2-α))))``, ``f = n/(n-ddof)``.

    With n_real = 0 nothing holds the mean: 0 for ddof = 0, 1 for ddof = 1.
    """
    at_most("n_real", n_real, "n", n)
    a, f = n_real / n, n / (n - ddof)
    held = a > 0
    left = 1 - f * (1 - a) * (1 - 1 / (n * (2 - a)))
    return np.where(held, f * (a - 1 / n) / np.where(held, left, 1.0), ddof)


@curve(
    "mean",
    "fitted variance",
    unit=VARIANCE,
    assumes=f"{POOL}, the model fitted to all points ever drawn; exact",
    misreading="the scatter between lineages stays, and generation t has trained on t times as "
    "many points as under replace",
    source=("kazdan2025",),
)
def accumulate_variance_mean(t: Generations, n: SampleSize, ddof: Ddof = 0) -> Number:
    """Return ``Π_{i ≤ t} (1 - 1/(n i²))``; for ddof = 1 ``Π_{2 ≤ i ≤ t} (1 - 1/(i(n i - 1)))``."""
    return _accumulate(t, n, ddof)[0]


@curve(
    "mean",
    "squared error of the fitted mean",
    unit=VARIANCE,
    assumes=f"{POOL}, the model fitted to all points ever drawn; exact",
    misreading="it never falls below the 1/n of generation 1: synthetic points bring no news of "
    "the truth",
    source=("kazdan2025", "dey2024"),
)
def accumulate_mean_square(t: Generations, n: SampleSize, ddof: Ddof = 0) -> Number:
    """Return ``Σ_{i ≤ t} V_{i-1} / (n i²)``, at most π²/(6n); for ddof = 0 it is 1 - V."""
    return _accumulate(t, n, ddof)[1]


@curve(
    "limit",
    "mean fitted variance",
    unit=VARIANCE,
    assumes=f"{POOL}, the model fitted to all points ever drawn, ddof = 0; exact as t → ∞",
    misreading="a mean near 1 says nothing of the single lineage, whose variance still has a "
    "standard deviation of about a half at n = 10",
    source=("kazdan2025",),
)
def accumulate_variance_limit(n: SampleSize) -> Number:
    """Return ``sin(π/√n) / (π/√n)``, Euler's product for the sine."""
    return np.sinc(1 / np.sqrt(n))


@curve(
    "mean",
    "squared error of the fitted mean",
    unit=VARIANCE,
    assumes=f"{CONTAMINATED}; exact",
    misreading="it goes to 0 for any share of real points, and for a small one so slowly that "
    "nobody would wait for it",
    source=("wang2026",),
)
def contaminated_mean_square(t: Generations, n: SampleSize, n_real: FreshCount) -> Number:
    """Return M of ``M' = (1 - α/t)² M + (α + (1-α)(1-M)) / (n t²)``, α = n_real/n, M = 0 at t = 0.

    The mean variance is 1 - M, for ddof = 0. M falls like 1/t, the rate of the pool itself, if
    α > 1/2, else like t^(-2α): the root of it at the slower of the learner's rate and α. Without
    real points it is `accumulate_mean_square`.
    """
    at_most("n_real", n_real, "n", n)
    a = n_real / n

    def step(i: int, m: Number) -> tuple[Number]:
        if i == 1:
            return (1 / n + 0 * a,)
        return ((1 - a / i) ** 2 * m + (a + (1 - a) * (1 - m)) / (n * i**2),)

    return iterate(step, (0.0,), t)[0]


@curve(
    "ratio",
    "error of the fitted mean to that of generation 1",
    assumes=f"{CONTAMINATED}, as many real ones each time, and no errors but the first; exact",
    misreading="it is no half-life: the first half is lost soon, the last tenth hardly ever",
    source=("wang2026",),
)
def contaminated_error_left(
    t: Generations, real: Annotated[Number, share("Share of real points among the new ones")]
) -> Number:
    """Return ``Π_{i=2}^{t} (1 - real/i)``, about ``t^-real / Γ(2 - real)``.

    Of an error of 1 a share 0.2 of real points has left 0.17 after ten thousand generations.
    """
    from scipy.special import gammaln

    i = np.maximum(t, 1)
    return np.asarray(np.exp(gammaln(i + 1 - real) - gammaln(i + 1) - gammaln(2 - real)))[()]


@curve(
    "mean",
    "fitted variance",
    unit=VARIANCE,
    assumes=f"{POOL}, the model fitted to n points picked from all ever drawn without replacement; "
    "exact",
    misreading="the plateau is one of the mean over lineages, between accumulate and replace",
    source=("kazdan2025",),
)
def subsample_variance_mean(t: Generations, n: SampleSize, ddof: Ddof = 0) -> Number:
    """Return the mean variance of n points picked from a pool of t·n, by its exact recursion.

    Of the pool, A is the mean second moment and B the mean squared mean; a pick has E[m²] =
    ``M = B + (A - B)(t-1)/(nt-1)`` and ``V = (A - M) n/(n-ddof)``.
    """
    return _subsample(t, n, ddof)[0]


@curve(
    "mean",
    "squared error of the fitted mean",
    unit=VARIANCE,
    assumes=f"{POOL}, the model fitted to n points picked from all ever drawn without replacement; "
    "exact",
    misreading="part of it is the luck of the last pick, not an error that the pool has inherited",
    source=("kazdan2025",),
)
def subsample_mean_square(t: Generations, n: SampleSize, ddof: Ddof = 0) -> Number:
    """Return M of the recursion in `subsample_variance_mean`; for ddof = 0 it is 1 - V."""
    return _subsample(t, n, ddof)[1]


@curve(
    "limit",
    "mean squared error of a weighted mean",
    unit=VARIANCE,
    assumes="known variance, each generation's mean = weight · mean of n_real new real points + "
    "(1 - weight) · mean of n_synthetic points of the last model; exact as t → ∞",
    misreading="naive pooling, weight n_real / (n_real + n_synthetic), gives every synthetic point "
    "the trust of a real one",
    source=("he2025",),
)
def weighted_mean_square_limit(n_real: Real, n_synthetic: Synthetic, weight: Weight) -> Number:
    """Return ``(w²/n_real + (1-w)²/n_synthetic) / (w (2-w))``."""
    spread = weight**2 / n_real + (1 - weight) ** 2 / n_synthetic
    return spread / (weight * (2 - weight))


@curve(
    "optimum",
    "weight on the real points",
    assumes="known variance, and what weighted_mean_square_limit assumes; exact",
    misreading="the golden ratio is the optimum only for as many real as synthetic points",
    source=("he2025",),
)
def optimal_real_weight(n_real: Real, n_synthetic: Synthetic) -> Number:
    """Return the root of ``r w² = 1 - w``, ``r = n_synthetic / n_real``; 1/φ = 0.618 at r = 1.

    The error there is w / n_real: the real points count as n_real / w.
    """
    r = n_synthetic / n_real
    return 2 / (1 + np.sqrt(1 + 4 * r))


def _refresh(t: Number, n: Number, n_real: Number, bias: Number, ddof: float) -> tuple[Array, ...]:
    at_most("n_real", n_real, "n", n)
    a, f = n_real / n, n / (n - ddof)

    def step(i: int, v: Number, m: Number, drawn: Number) -> tuple[Number, ...]:
        w = a + (1 - a) * drawn
        v = f * ((1 - 1 / n) * w + a * (1 - a) * m)
        return v, (1 - a) ** 2 * m + w / n, bias * v

    return iterate(step, (1.0, 0.0, 1.0), t)


def _accumulate(t: Number, n: Number, ddof: float) -> tuple[Array, ...]:
    def step(i: int, v: Number, m: Number) -> tuple[Number, Number]:
        before = np.maximum(i - 1 - ddof / n, 0.0)  # the old points' share, before division by i
        grown = v * (before + 1 - 1 / (n * i)) / (i - ddof / n)
        return grown, m + v / (n * i**2)

    return iterate(step, (1.0, 0.0), t)


def _subsample(t: Number, n: Number, ddof: float) -> tuple[Array, ...]:
    def step(i: int, v: Number, m: Number, a: Number, b: Number) -> tuple[Number, ...]:
        a = ((i - 1) * a + v + m) / i
        b = ((i**2 - 1) * b + m + v / n) / i**2
        m = b + (a - b) * (i - 1) / (n * i - 1)
        return (a - m) * n / (n - ddof), m, a, b

    return iterate(step, (1.0, 0.0, 1.0, 0.0), t)
