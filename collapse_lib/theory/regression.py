"""Least squares on labels made by the last fit, and the errors of the learning procedure.

Features are independent standard normals, so the test error above the noise is ‖ŵ - w‖².
"""

# mypy: disable-error-code="no-any-return"
# (scipy.special is untyped)

from __future__ import annotations

from typing import Annotated

import numpy as np
from scipy import special

from collapse_lib.checks import Array
from collapse_lib.theory.curve import curve
from collapse_lib.theory.domains import (
    Draws,
    Generations,
    Number,
    above_zero,
    at_least_zero,
    at_most,
    real,
    share,
    whole,
)

LABELS = "normal features; labels are the last fit's predictions plus new normal noise"
UNIT = "in the squared unit of the labels"

Features = Annotated[Number, whole(1, "Number of features, at most n - 2")]
Noise = Annotated[Number, at_least_zero("Variance of the label noise")]
Weights = Annotated[Array, share("Of the components, along the last axis")]


@curve(
    "mean",
    "excess test error",
    unit=UNIT,
    assumes=f"{LABELS}, ordinary least squares on n of them; exact",
    misreading="growth in proportion to t belongs to replacing the data, not to synthetic labels",
    source=("dohmatob2024regression",),
)
def replace_regression_error_mean(
    t: Generations, n: Draws, features: Features, noise: Noise = 1.0
) -> Number:
    """Return ``σ² d / (n-d-1) · t``."""
    return _one_fit(n, features, noise) * t


@curve(
    "mean",
    "excess test error",
    unit=UNIT,
    assumes=f"{LABELS}, on the same n features each time, all kept; exact",
    misreading="generation t has t times as many labels to fit as under replace",
    source=("gerstgrasser2024", "dey2024"),
)
def accumulate_regression_error_mean(
    t: Generations, n: Draws, features: Features, noise: Noise = 1.0
) -> Number:
    """Return ``σ² d / (n-d-1) · Σ_{i ≤ t} 1/i²``, at most π²/6 of a single fit's error."""
    return _one_fit(n, features, noise) * accumulate_error_ratio(t)


@curve(
    "mean",
    "excess test error",
    unit=UNIT,
    assumes=f"{LABELS}, on n new features each time, all kept; exact",
    misreading="still it never falls below the first fit's error; new features bring no new truth",
)
def accumulate_fresh_regression_error_mean(
    t: Generations, n: Draws, features: Features, noise: Noise = 1.0
) -> Number:
    """Return ``σ² d Σ_{i ≤ t} 1/(i(n i - d - 1))``: a step moves the fit by S_t⁻¹ X_tᵀ ε_t."""
    _one_fit(n, features, noise)
    c = features + 1
    harmonic = special.digamma(t + 1) - special.digamma(1)
    shifted = special.digamma(t + 1 - c / n) - special.digamma(1 - c / n)
    return noise * features * (shifted - harmonic) / c


@curve(
    "ratio",
    "accumulated to the first generation's error variance",
    assumes="an estimator that averages over the pool, such as a mean of known variance; exact "
    "there, asymptotic in n for exponential families",
    misreading="a bounded random error is no answer to a systematic one",
    source=("dey2024",),
)
def accumulate_error_ratio(t: Generations) -> Number:
    """Return ``Σ_{i ≤ t} 1/i²``, which tends to π²/6 = 1.645."""
    return special.zeta(2) - special.polygamma(1, t + 1)


@curve(
    "mean",
    "excess test error",
    unit=UNIT,
    assumes="normal features, ordinary least squares, n_shifted of the n labels made by "
    "coefficients at distance √mismatch from the true ones; exact",
    misreading="it is one fit, not a recursion: a floor that more data of the same mix keeps",
    source=("dohmatob2025",),
)
def mixed_regression_error_mean(
    n: Draws,
    n_shifted: Annotated[Number, whole(0, "Labels made by the wrong coefficients, at most n")],
    features: Features,
    mismatch: Annotated[Number, at_least_zero("Squared distance of the wrong coefficients")],
    noise: Noise = 1.0,
) -> Number:
    """Return ``σ² d/(n-d-1) + c² K``, K → (n_shifted/n)² as n → ∞: strong collapse.

    K is the mean of |S⁻¹ S₂ u|² for a unit u, S₂ the Gram matrix of the wrong labels in S: with
    B = S^(-1/2) S₂ S^(-1/2), a matrix beta variable independent of S, the mean of tr(B S⁻¹ B S)/d.
    """
    at_most("n_shifted", n_shifted, "n", n)
    one = _one_fit(n, features, noise)
    d, a, s = features, n_shifted / 2, n / 2
    square = a * (a + 1) / (s * (s + 1))  # E[B₁₁²]
    minor = a * (a - 0.5) / (s * (s - 0.5))  # E[B₁₁B₂₂ - B₁₂²]
    off = (square - minor) / 3  # E[B₁₂²], by rotation of a 2 × 2 block
    others = d * (n * d - 2) / (n - d - 1) - d  # Σ_{i≠j} E[s_j/s_i] = E[tr S tr S⁻¹] - d
    return one + mismatch * (square + off * others / d)


@curve(
    "value",
    "coefficient kept along an eigendirection",
    assumes="ridge regression on the last fit's own predictions, infinite data, no noise; exact",
    misreading="this is no sampling noise: directions of low variance vanish with infinite data",
)
def ridge_coefficient(
    t: Generations,
    eigenvalue: Annotated[Number, above_zero("Variance of the features along the direction")],
    penalty: Annotated[Number, at_least_zero("Ridge penalty per point")],
) -> Number:
    """Return ``(eigenvalue / (eigenvalue + penalty))^t``."""
    return (eigenvalue / (eigenvalue + penalty)) ** t


@curve(
    "value",
    "coefficient kept along an eigendirection",
    assumes="gradient descent from 0 on the last fit's own predictions, stopped early, infinite "
    "data, no noise; exact",
    misreading="more generations are not more training: each starts again from 0 and stops as "
    "early",
)
def early_stopped_coefficient(
    t: Generations,
    eigenvalue: Annotated[Number, above_zero("Variance of the features along the direction")],
    rate: Annotated[Number, above_zero("Length of a step, at most 2 / eigenvalue")],
    steps: Annotated[Number, whole(1, "Steps of each fit")],
) -> Number:
    """Return ``(1 - (1 - rate · eigenvalue)^steps)^t``."""
    at_most("rate", rate, "2 / eigenvalue", 2 / eigenvalue)
    return (1 - (1 - rate * eigenvalue) ** steps) ** t


@curve(
    "value",
    "variance of a normal model fitted to a mixture",
    unit="in the squared unit of the data",
    shape="of the shape to which the leading axes of the arguments broadcast",
    assumes="infinite data; exact",
    misreading="the damage of a model that cannot hold the truth is done once, in generation 1",
    source=("shumailov2024",),
)
def misfit_variance(
    weights: Weights,
    means: Annotated[Array, real("Of the components, along the last axis")],
    variances: Annotated[Array, at_least_zero("Of the components, along the last axis")],
) -> Number:
    """Return the mixture's variance: the mean of the variances plus the variance of the means."""
    centre = np.sum(weights * means, axis=-1, keepdims=True)
    square = np.where(weights > 0, variances + (means - centre) ** 2, 0.0)
    return np.sum(weights * square, axis=-1)


def _one_fit(n: Number, features: Number, noise: Number) -> Number:
    at_most("features", features, "n - 2", n - 2)
    return noise * features / (n - features - 1)
