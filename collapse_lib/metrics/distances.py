"""Distances between a model and the truth."""

from __future__ import annotations

from typing import Any

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.distributions import Categorical, Distribution, Empirical, Normal, Numeric
from collapse_lib.metrics.cells import blocks, cumulative_gap, grid
from collapse_lib.metrics.kinds import name, numeric, same_categories
from collapse_lib.metrics.moments import mean, sd


def total_variation(model: Distribution, truth: Distribution) -> Array:
    """Return the total variation distance to the truth, between 0 and 1, shape ``batch``.

    It is the largest difference of the probabilities that the two give to any one event:
    ½ Σ |p - q| for categories, ½ ∫ |f - g| dx for numbers. Two normals have it in closed form,
    from the points where their densities cross; other pairs are summed over cells of a
    hundredth of the truth's sd, which can fall short of it by about the mass of one cell.

    Raises
    ------
    TypeError
        If one has categories and the other numbers, or single measurements are the truth:
        from those, any smooth model is at distance 1.
    ValueError
        If the truth has no finite variance and is not the model itself.

    Notes
    -----
    It sees no distance: a spike beside the truth's centre and one a mile away both score 1.
    """
    if model is truth:
        return np.zeros(model.batch)
    if isinstance(model, Categorical) and isinstance(truth, Categorical):
        p, q = same_categories(model.p, truth.p)
        return np.asarray(np.abs(p - q).sum(axis=-1) / 2)
    model, truth = numeric("total variation", model), numeric("total variation", truth)
    if isinstance(model, Normal) and isinstance(truth, Normal):
        return _variation_of_normals(model, truth)
    if isinstance(truth, Empirical):
        raise TypeError("total variation from single measurements is 1: use wasserstein1")
    x, total = grid(truth), np.zeros(model.batch)
    for run in blocks(model.batch):
        gap = cumulative_gap(model, truth, x[run])
        total += np.abs(np.diff(gap, axis=0)).sum(axis=0)
    ends = cumulative_gap(model, truth, x[[0, -1]])
    return np.asarray((total + np.abs(ends).sum(axis=0)) / 2)


def wasserstein1(model: Distribution, truth: Distribution) -> Array:
    """Return the Wasserstein-1 distance to the truth, in the unit of the data, shape ``batch``.

    ``W = ∫ |F - G| dx``: how far, on average, mass must be moved. Between two normals it is the
    mean of |D| with D ~ N(m - μ, (s - σ)²), the difference of equal quantiles. Other pairs are
    integrated on a grid of a hundredth of the truth's sd.

    Raises
    ------
    TypeError
        If one of the two has categories: labels have no distance.
    ValueError
        If the truth has no finite variance and is not the model itself.

    Notes
    -----
    It grows in proportion to a drift, however wide the two are; `wasserstein2`, its square
    mean, is never smaller and weighs the tails more.
    """
    model, truth = numeric("wasserstein1", model), numeric("wasserstein1", truth)
    if model is truth:
        return np.zeros(model.batch)
    if isinstance(model, Normal) and isinstance(truth, Normal):
        from scipy.special import ndtr

        shift, stretch = model.mean - truth.mean, np.abs(model.sd - truth.sd)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = shift / stretch
            folded = stretch * np.sqrt(2 / np.pi) * np.exp(-z * z / 2)
            folded = folded + shift * (1 - 2 * ndtr(-z))
        return np.asarray(np.where(stretch > 0, folded, np.abs(shift)))
    x, total = grid(truth), np.zeros(model.batch)
    for run in blocks(model.batch):
        gap = np.abs(cumulative_gap(model, truth, x[run]))
        total += np.tensordot(np.diff(x[run]), (gap[1:] + gap[:-1]) / 2, axes=1)
    return np.asarray(total)


def wasserstein2(model: Distribution, truth: Distribution) -> Array:
    """Return the Wasserstein-2 distance to the truth, in the unit of the data, shape ``batch``.

    For a normal model (m, s) and a truth with mean μ, sd σ and quantile function Q,
    ``W² = (m - μ)² + s² + σ² - 2 s ∫ Q(u) Φ⁻¹(u) du``; the integral is σ for a normal truth.

    Raises
    ------
    TypeError
        If the model is not normal, or the truth has no variance.

    Notes
    -----
    The distance, not its square, which theorems are usually stated for. It mixes drift of the
    mean with loss of spread: a collapsed model at the right place still is only σ away.
    """
    if model is truth:
        return np.zeros(numeric("wasserstein2", model).batch)
    if not isinstance(model, Normal):
        raise TypeError(f"wasserstein2 compares a Normal model with the truth, not {name(model)}")
    truth = numeric("wasserstein2", truth)
    centre, spread = mean(truth, truth), sd(truth, truth)
    square = (model.mean - centre) ** 2 + model.sd**2 + spread**2
    square = square - 2 * model.sd * _normal_coupling(truth)
    return np.asarray(np.sqrt(np.maximum(square, 0)))


def _variation_of_normals(model: Normal, truth: Normal) -> Array:
    """Return the difference of the two masses between the points where the densities cross.

    In units of the model, w = (x - m) / s, these solve a quadratic whose discriminant is a sum
    of two squares, so that nothing cancels however narrow the model is.
    """
    from scipy.special import ndtr

    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        shift = np.divide(model.mean - truth.mean, truth.sd)
        ratio = np.divide(model.sd, truth.sd)
        a, b = (ratio * ratio - 1) / 2, shift * ratio
        c = shift * shift / 2 - np.log(ratio)
        root = np.sqrt(shift * shift + 4 * a * np.log(ratio))
        q = -(b + np.copysign(root, b)) / 2
        low, high = q / a, c / q
        ours = ndtr(high) - ndtr(low)
        theirs = ndtr(shift + ratio * high) - ndtr(shift + ratio * low)
        distance = np.abs(ours - theirs)
    same = (model.sd == truth.sd) & (model.mean == truth.mean)
    return np.asarray(np.where(same, 0.0, np.where(np.isnan(distance), 1.0, distance)))


def _normal_coupling(truth: Numeric) -> Any:
    """Return ∫ Q(u) Φ⁻¹(u) du, the covariance of the truth with a normal coupled by quantiles.

    Integrated by parts it is ∫ φ(Φ⁻¹(F(x))) dx, which needs F alone.
    """
    if isinstance(truth, Normal):
        return truth.sd
    from scipy.special import ndtri

    def height(u: Array) -> Array:
        return np.asarray(np.exp(-(ndtri(u) ** 2) / 2) / np.sqrt(2 * np.pi))

    if isinstance(truth, Empirical):  # F is constant between the values
        shares = np.cumsum(truth.counts)[:-1] / truth.data.size
        return float((np.diff(truth.values) * height(shares)).sum())
    # the substitution x = μ + σ sinh(y) makes the trapezoidal rule converge for heavy tails too
    y = np.linspace(-40, 40, 8001)
    centre, spread = mean(truth, truth), sd(truth, truth)
    if not np.isfinite(spread):
        raise ValueError("truth must have a finite variance for a Wasserstein-2 distance")
    below, above = truth.tails(centre + spread * np.sinh(y), centre + spread * np.sinh(y))
    return float((height(np.minimum(below, above)) * spread * np.cosh(y)).sum() * (y[1] - y[0]))
