"""Distances between a model and the truth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.distributions import (
    Categorical,
    Distribution,
    Empirical,
    MultivariateNormal,
    Normal,
    Numeric,
    Poisson,
)
from collapse_lib.metrics.cells import blocks, cumulative_gap, grid
from collapse_lib.metrics.kinds import numeric, same_categories, same_dimensions
from collapse_lib.metrics.moments import mean, sd

COUNTED = 100_000  # places on each side of a Poisson mean


def total_variation(model: Distribution, truth: Distribution) -> Array:
    """Return the total variation distance to the truth, between 0 and 1, shape ``batch``.

    It is the largest difference of the probabilities that the two give to any one event:
    ½ Σ |p - q| for categories, ½ ∫ |f - g| dx for numbers (Levin & Peres, *Markov Chains and
    Mixing Times*, ch. 4). Two normals have it in closed form, derived here from the points where
    their densities cross; other pairs are summed over cells of a hundredth of the truth's sd,
    which can fall short of it by about the mass of one cell.

    Raises
    ------
    TypeError
        If one has categories and the other numbers, or single measurements are the truth:
        from those, any smooth model is at distance 1. In several dimensions it has no closed
        form: use `wasserstein2` or `kl`.
    ValueError
        If the truth has no finite variance and is not the model itself.

    Notes
    -----
    It sees no distance: a spike beside the truth's centre and one a mile away both score 1.
    """
    if model is truth and isinstance(model, Distribution):
        return np.zeros(model.batch)
    if isinstance(model, Categorical) and isinstance(truth, Categorical):
        p, q = same_categories(model.p, truth.p)
        return np.asarray(np.abs(p - q).sum(axis=-1) / 2)
    instead = {"vectors": "wasserstein2 or kl"}
    model, truth = (numeric("total_variation", each, instead) for each in (model, truth))
    if isinstance(model, Normal) and isinstance(truth, Normal):
        return _variation_of_normals(model, truth)
    if isinstance(truth, Empirical):
        raise TypeError("total_variation from single measurements is 1: use wasserstein1")
    x, total = grid(truth), np.zeros(model.batch)
    for run in blocks(model.batch):
        gap = cumulative_gap(model, truth, x[run])
        total += np.abs(np.diff(gap, axis=0)).sum(axis=0)
    ends = cumulative_gap(model, truth, x[[0, -1]])
    return np.asarray((total + np.abs(ends).sum(axis=0)) / 2)


def wasserstein1(model: Distribution, truth: Distribution) -> Array:
    """Return the Wasserstein-1 distance to the truth, in the unit of the data, shape ``batch``.

    ``W = ∫ |F - G| dx``: how far, on average, mass must be moved (Vallender, *Theory of
    Probability and its Applications* 18, 1974). Between two normals it is the mean of |D| with
    D ~ N(m - μ, (s - σ)²), the difference of equal quantiles; between two Poisson distributions
    |λ - μ|, as every quantile of the one with the greater rate is at least the other's. Other
    pairs are integrated on a grid of a hundredth of the truth's sd.

    Raises
    ------
    TypeError
        If one of the two has categories, whose labels have no distance, or vectors: use
        `wasserstein2`.
    ValueError
        If the truth has no finite variance and is not the model itself.

    Notes
    -----
    It grows in proportion to a drift, however wide the two are; `wasserstein2`, its square
    mean, is never smaller and weighs the tails more.
    """
    instead = {"vectors": "wasserstein2"}
    model, truth = (numeric("wasserstein1", each, instead) for each in (model, truth))
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
    if isinstance(model, Poisson) and isinstance(truth, Poisson):
        return np.asarray(np.abs(model.rate - truth.rate))
    x, total = grid(truth), np.zeros(model.batch)
    for run in blocks(model.batch):
        gap = np.abs(cumulative_gap(model, truth, x[run]))
        total += np.tensordot(np.diff(x[run]), (gap[1:] + gap[:-1]) / 2, axes=1)
    return np.asarray(total)


def wasserstein2(model: Distribution, truth: Distribution) -> Array:
    """Return the Wasserstein-2 distance to the truth, in the unit of the data, shape ``batch``.

    ``W² = ∫ (P(u) - Q(u))² du`` in one dimension, with P and Q the quantile functions. For a
    normal model (m, s) and a truth with mean μ and sd σ that is ``(m - μ)² + s² + σ² -
    2 s ∫ Q(u) Φ⁻¹(u) du``; the integral is σ for a normal truth. Counts and single measurements
    have their quantiles exactly; others are read off a grid of a hundredth of the truth's sd,
    or of the distance from its centre where that is more, which is the precision.

    In d dimensions, for two normals, ``W² = |m - μ|² + tr(S + Σ - 2 (Σ^½ S Σ^½)^½)`` (Gelbrich,
    *Mathematische Nachrichten* 147, 1990), taken from the factors of both covariances: see
    Bhatia, Jain & Lim, *Expositiones Mathematicae* 37 (2019), for the orthogonal matrix that
    brings them closest. No direction need have any spread.

    Raises
    ------
    TypeError
        If one of the two has categories, or just one of them vectors.
    ValueError
        If they have different numbers of dimensions, or the truth has no finite variance.

    Notes
    -----
    The distance, not its square, which theorems are usually stated for. It mixes drift of the
    mean with loss of spread: a collapsed model at the right place still is only σ away.
    """
    if isinstance(model, MultivariateNormal) and isinstance(truth, MultivariateNormal):
        return _between_clouds(model, truth)
    model, truth = numeric("wasserstein2", model), numeric("wasserstein2", truth)
    if model is truth:
        return np.zeros(model.batch)
    if not isinstance(model, Normal) or truth.kind == "counts":
        return _between_quantiles(model, truth)
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


def _between_clouds(model: MultivariateNormal, truth: MultivariateNormal) -> Array:
    """Return W₂ as the distance of the factors, turned so that they are closest (Procrustes).

    A sum of squares of differences, in which nothing cancels as the model nears the truth.
    """
    same_dimensions(model, truth)
    most = max(model.factor.shape[-1], truth.factor.shape[-1])
    ours, theirs = (
        np.pad(f, [(0, 0)] * (f.ndim - 1) + [(0, most - f.shape[-1])])
        for f in (model.factor, truth.factor)
    )
    left, _, right = np.linalg.svd(theirs.swapaxes(-1, -2) @ ours)
    apart = ours - theirs @ (left @ right)
    shift = ((model.mean - truth.mean) ** 2).sum(axis=-1)
    return np.asarray(np.sqrt(shift + (apart**2).sum(axis=(-2, -1))))


def _between_quantiles(model: Numeric, truth: Numeric) -> Array:
    """Return W₂ from both quantile functions, at the middles between all levels of the two."""
    x = grid(truth)
    theirs, square = next(_reached(truth, x)), []
    for ours in _reached(model, x):
        levels = np.sort(np.concatenate([[0, 1], ours[1], theirs[1]]))
        middles = (levels[1:] + levels[:-1]) / 2
        gap = _quantiles(middles, *ours) - _quantiles(middles, *theirs)
        square.append((np.diff(levels) * gap**2).sum())
    return np.sqrt(square).reshape(model.batch)


def _reached(model: Numeric, x: Array) -> Iterator[tuple[Array, Array, bool]]:
    """Yield, for each member, places, the probability up to each, and whether it rises in steps."""
    if isinstance(model, Empirical):
        for _ in np.ndindex(model.batch):
            yield model.values, np.cumsum(model.counts) / model.data.size, True
    elif isinstance(model, Poisson):
        for rate in np.ravel(model.rate):
            reach = 12 * np.sqrt(rate) + 40  # beyond it there is less than rounding
            width = max(1, np.ceil(reach / COUNTED))  # beyond that, several counts are one place
            k = np.arange(max(0, np.floor(rate - reach)), rate + reach, width)
            yield k - (width - 1) / 2, Poisson.trusted(rate=rate).tails(k + 1, k + 1)[0], True
    else:
        # no steps of 1e-300, across which a quantile would rise infinitely steeply
        below = np.round(np.maximum.accumulate(model.tails(x, x)[0]).clip(0, 1), 17)
        for column in below.reshape(len(x), -1).T:
            yield x, column, False


def _quantiles(u: Array, places: Array, reached: Array, steps: bool) -> Array:
    if steps:
        return np.asarray(places[np.minimum(reached.searchsorted(u), len(places) - 1)])
    return np.interp(u, reached, places)
