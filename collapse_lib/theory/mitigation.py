"""Correlated errors, verifiers, detectors and rollback: small models with one outcome each."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from collapse_lib.theory.curve import VARIANCE, curve
from collapse_lib.theory.domains import (
    Generations,
    Number,
    above_zero,
    at_most,
    real,
    share,
    whole,
)
from collapse_lib.theory.recursion import iterate
from collapse_lib.theory.sampling import typical_variance_factor

Models = Annotated[Number, whole(1, "Models whose output is pooled")]
Correlation = Annotated[Number, share("Correlation of two errors, of models of one architecture")]
Partial = Annotated[
    Number, share("Correlation of two errors, of models of one architecture", zero=False)
]
Good = Annotated[Number, share("Share of good items that the verifier keeps", zero=False)]
Bad = Annotated[Number, share("Share of bad items that the verifier keeps", zero=False)]
NewErrors = Annotated[
    Number, share("Share of good items that turn bad in a generation", zero=False, one=False)
]
RealShare = Annotated[Number, share("Share of real items before the detector", zero=False)]
Architectures = Annotated[
    Number, whole(1, "Different ones among the models, dealt out in turn; at most as many")
]
RealPoints = Annotated[Number, whole(1, "Real points, of generation 1")]
KeptPoints = Annotated[Number, whole(1, "Points that pass in each later generation")]
Centre = Annotated[Number, real("The verifier's centre, from the truth's, in its sd")]
Reach = Annotated[Number, above_zero("Points nearer to that centre pass, in the same unit")]
BELIEF = (
    "a normal truth and a normal model of known variance, points of the last model that pass; to "
    "first order in the centre, 1 % off where it is a third of the reach"
)
POOLED = (
    "errors of equal size, one part common to an architecture's models in all generations, one "
    "independent"
)


@curve(
    "mean",
    "squared systematic error",
    unit="in the squared unit of error",
    assumes=f"{POOLED}, each generation trained on the pool of all models, sampled at a "
    "temperature if the errors are those of log-odds; exact at temperature 1, else to first order "
    "in the error",
    misreading="more models shrink the second term only; the first needs other architectures",
)
def correlated_error_mean_square(
    t: Generations,
    models: Models,
    correlation: Correlation,
    error: Annotated[Number, above_zero("Root mean square error of one generation")] = 1.0,
    architectures: Architectures = 1,
    temperature: Annotated[Number, above_zero("Of sampling; below 1 errors amplify")] = 1.0,
) -> Number:
    """Return ``error² (ρ t² / A + (1-ρ) t / K)``; below temperature 1 it grows geometrically.

    1/A stands for ``Σ (K_a/K)²``, where K_a of the K models are of architecture a. A temperature T
    multiplies log-odds by 1/T between fits: t² becomes ``(Σ_{i<t} T^-i)²`` and t ``Σ_{i<t} T^-2i``.
    """
    growth = -np.log(temperature)
    common = correlation * _alike(models, architectures) * _geometric(growth, t) ** 2
    return error**2 * (common + (1 - correlation) * _geometric(2 * growth, t) / models)


@curve(
    "value",
    "number of independent models that K correlated ones amount to",
    assumes=f"{POOLED}; exact for one generation",
    misreading="it never exceeds A/ρ, however many copies of A architectures are pooled",
)
def effective_models(
    models: Models, correlation: Correlation, architectures: Architectures = 1
) -> Number:
    """Return ``1 / (ρ/A + (1-ρ)/K)``, for one architecture ``K / (1 + (K-1)ρ)``.

    1/A stands for the same sum as in `correlated_error_mean_square`.
    """
    return 1 / (correlation * _alike(models, architectures) + (1 - correlation) / models)


@curve(
    "generation",
    "common error overtaking the independent ones",
    unit="in generations",
    assumes=f"{POOLED}; exact",
    misreading="below 1 the common error rules from the start",
)
def correlated_crossover(
    models: Models, correlation: Partial, architectures: Architectures = 1
) -> Number:
    """Return ``A (1-ρ) / (ρK)``, 1/A standing for the sum of `correlated_error_mean_square`."""
    return (1 - correlation) / (correlation * models * _alike(models, architectures))


@curve(
    "value",
    "share of good items",
    assumes="infinitely many items; each generation turns some good ones bad, then the verifier "
    "keeps some of each; exact",
    misreading="it counts what passes, not how much is thrown away to get there",
)
def verifier_good_share(
    t: Generations,
    start: Annotated[Number, share("Share of good items in generation 0")],
    keep_good: Good,
    keep_bad: Bad,
    error: NewErrors,
) -> Number:
    """Return q of ``q' = φg / (φg + ψ(1-g))``, g = (1-error) q, φ = keep_good, ψ = keep_bad."""

    def step(i: int, q: Number) -> tuple[Number]:
        good = (1 - error) * q
        return (keep_good * good / (keep_good * good + keep_bad * (1 - good)),)

    return iterate(step, (start,), t)[0]


@curve(
    "limit",
    "share of good items",
    assumes="what verifier_good_share assumes, from any start above 0; exact as t → ∞",
    misreading="a verifier better than chance is not enough: it must beat the new errors",
)
def verifier_good_share_limit(keep_good: Good, keep_bad: Bad, error: NewErrors) -> Number:
    """Return ``(r(1-error) - 1) / ((r-1)(1-error))``, r = keep_good/keep_bad, or 0."""
    surplus = keep_good * (1 - error) - keep_bad
    lives = surplus > 0
    spread = np.where(lives, (keep_good - keep_bad) * (1 - error), 1.0)
    return np.where(lives, surplus / spread, 0.0)


@curve(
    "threshold",
    "share of errors that one round of verifying survives",
    assumes="a majority of the kept items must be right; exact",
    misreading="one round from a fixed source is another question than the loop's limit",
    source=("feng2024",),
)
def verifier_breakdown(keep_good: Good, keep_bad: Bad) -> Number:
    """Return ``1 / (1 + keep_bad/keep_good)``: one half without a verifier."""
    return keep_good / (keep_good + keep_bad)


@curve(
    "mean",
    "squared error of a mean behind a verifier",
    unit=VARIANCE,
    assumes=BELIEF,
    misreading="that it falls at first is no sign that the verifier is right: any strict one "
    "removes scatter, and pulls to its own centre",
    source=("yi2025",),
)
def verifier_mean_square(
    t: Generations,
    n_real: RealPoints,
    n: KeptPoints,
    centre: Centre,
    reach: Reach,
) -> Number:
    """Return ``c² (1-λ^(t-1))² + λ^(2t-2)/n_real + λ/n (1-λ^(2t-2))/(1-λ²)``, c = centre.

    λ is `typical_variance_factor` of the reach, by which the distance from the verifier's centre
    shrinks each time. At t = 0 it is 0.
    """
    factor = typical_variance_factor(reach)
    past = factor ** np.maximum(t - 1, 0)
    gap = 1 - factor**2  # 0 to all digits, where nearly everything is kept
    times = np.where(gap > 0, (1 - past**2) / np.where(gap > 0, gap, 1.0), np.maximum(t - 1, 0))
    drawn = past**2 / n_real + factor / n * times
    return np.where(t == 0, 0.0, (centre * (1 - past)) ** 2 + drawn)


@curve(
    "limit",
    "mean squared error of a mean behind a verifier",
    unit=VARIANCE,
    assumes=f"{BELIEF} as t → ∞",
    misreading="more points do not help against the first term, which is the verifier's own error",
    source=("yi2025",),
)
def verifier_mean_square_limit(n: KeptPoints, centre: Centre, reach: Reach) -> Number:
    """Return ``centre² + λ / (n (1-λ²))``, λ = `typical_variance_factor` of the reach."""
    factor = typical_variance_factor(reach)
    gap = 1 - factor**2
    return centre**2 + np.where(gap > 0, factor / (n * np.where(gap > 0, gap, 1.0)), np.inf)


@curve(
    "value",
    "share of real items after a detector",
    assumes="infinitely many items; those called synthetic are dropped; exact",
    misreading="the rates are this detector's on this text; both move when the generator does",
)
def detector_real_share(
    real: RealShare,
    true_positive: Annotated[Number, share("Share of synthetic items called synthetic", one=True)],
    false_positive: Annotated[Number, share("Share of real items called synthetic", one=False)],
) -> Number:
    """Return ``α(1-FPR) / (α(1-FPR) + (1-α)(1-TPR))``, to be fed into a refresh limit."""
    kept = real * (1 - false_positive)
    return kept / (kept + (1 - real) * (1 - true_positive))


@curve(
    "mean",
    "squared error of a mean after rollback",
    unit="in units of the truth's variance",
    assumes="known variance, n points of the model of generation `to` under replace, weighted "
    "with m new real points by their precisions, as `Rollback` does; exact",
    misreading="topping up a late generation is worth little more than the real points alone",
)
def rollback_mean_square(
    n: Annotated[Number, whole(1, "Points per generation")],
    to: Annotated[Number, whole(1, "Generation gone back to")],
    n_real: Annotated[Number, whole(0, "New real points added to it")],
) -> Number:
    """Return ``1 / (n/(to + 1) + m)``: the sample of the old model adds one step of luck."""
    return 1 / (n / (to + 1) + n_real)


@curve(
    "probability",
    "lost category coming back",
    assumes="that many new draws of the truth; exact",
    misreading="only data from outside can do it: no model of a later generation can",
)
def recovery_probability(
    n_real: Annotated[Number, whole(0, "New real points")],
    probability: Annotated[Number, share("The truth's probability of the category")],
) -> Number:
    """Return ``1 - (1-p)^m``."""
    return 1 - (1 - probability) ** n_real


def _alike(models: Number, architectures: Number) -> Number:
    """Return the chance that two models, drawn with replacement, are of one architecture."""
    at_most("architectures", architectures, "models", models)
    each, more = models // architectures, models % architectures  # so many have one more
    return (architectures * each**2 + more * (2 * each + 1)) / models**2


def _geometric(growth: Number, t: Number) -> Number:
    """Return ``Σ_{i<t} exp(i · growth)``."""
    level = growth == 0
    return np.where(level, t, np.expm1(growth * t) / np.where(level, 1.0, np.expm1(growth)))
