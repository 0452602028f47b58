"""Means of a log density, for a pair of distributions that has no closed divergence.

Normals, kernel densities and mixtures of normals are taken apart into their normal components.
Each is averaged over nodes on its own scale, so that a bump is never overlooked however narrow
it is; and its density is summed in logarithms, so that none is 0 because it is small.
"""

from __future__ import annotations

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.distributions import (
    GaussianMixture,
    Histogram,
    KernelDensity,
    Mixture,
    Normal,
    Numeric,
)
from collapse_lib.distributions.base import against
from collapse_lib.metrics.cells import BLOCK, masses
from collapse_lib.metrics.kinds import continuous, name

NODES = 1200  # of a whole distribution, at least
REACH = 8.5  # standard deviations; a normal has 2e-17 beyond


def mean_log(of: Numeric, density: Numeric) -> Array:
    """Return ∫ f ln g dx, with f the density of `of` and g that of `density`: -inf for missed mass.

    Raises
    ------
    TypeError
        If one of the two has no density, or is a batch whose family has no rule here.
    ValueError
        If `of` has no finite variance and is no histogram.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if isinstance(density, Normal):
            gap, ratio = (of.mean - density.mean) / density.sd, np.sqrt(of.variance) / density.sd
            return np.asarray(-np.log(density.sd) - (np.log(2 * np.pi) + ratio**2 + gap**2) / 2)
        if isinstance(density, Histogram):
            return _in_bins(of, density)
        x, weights = _nodes(continuous("kl", of))
        batch = np.broadcast_shapes(of.batch, density.batch)
        x, weights = (_aligned(values, 1 + len(batch)) for values in (x, weights))
        log = _log_density(continuous("kl", density), x)
        return np.asarray(np.where(weights > 0, weights * log, 0.0).sum(axis=0))


def _in_bins(of: Numeric, density: Histogram) -> Array:
    """Return ∫ f ln g dx for a g that is constant in each bin, from the masses of f."""
    heights = np.moveaxis(density.p / np.diff(density.edges), -1, 0)
    batch = np.broadcast_shapes(of.batch, density.batch)
    mass = _aligned(masses(of, density.edges), 1 + len(batch))
    heights = _aligned(heights, 1 + len(batch))
    inside = np.where(mass > 0, mass * np.log(heights), 0.0).sum(axis=0)
    below, above = of.tails(density.edges[0], density.edges[-1])
    return np.asarray(np.where(below + above > 0, -np.inf, inside))


def _components(mixed: Numeric) -> tuple[Normal, Array] | None:
    """Return the normals that are mixed, of batch ``(components, *batch)``, and their weights.

    None where there are others among them.
    """
    if isinstance(mixed, Normal):
        return mixed.expand((1, *mixed.batch)), np.ones((1, *mixed.batch))
    if isinstance(mixed, GaussianMixture):
        mean, sd, weights = (
            np.moveaxis(values, -1, 0) for values in (mixed.means, mixed.sds, mixed.weights)
        )
        return Normal.trusted(mean=mean, sd=sd), weights
    if isinstance(mixed, KernelDensity):
        sd = np.broadcast_to(mixed.bandwidth, mixed.points.shape)
        weights = np.broadcast_to(against(mixed.weights, mixed.batch), mixed.points.shape)
        return Normal.trusted(mean=mixed.points, sd=sd), weights
    if isinstance(mixed, Mixture):
        parts = [_components(part.expand(mixed.batch)) for part in mixed.components]
        known = [part for part in parts if part is not None]
        if len(known) == len(parts):
            mean, sd = (
                np.concatenate([getattr(normals, field) for normals, _ in known])
                for field in ("mean", "sd")
            )
            shares = [w * each for w, (_, each) in zip(mixed.weights, known, strict=True)]
            return Normal.trusted(mean=mean, sd=sd), np.concatenate(shares)
    return None


def _nodes(of: Numeric) -> tuple[Array, Array]:
    """Return places and weights, ``(nodes, *batch)`` each, that average a function over `of`."""
    parts = _components(of)
    if parts is not None:
        normals, shares = parts
        z = np.linspace(-REACH, REACH, max(24, NODES // len(shares)))
        weights = np.exp(-z * z / 2)
        z, weights = (against(values, of.batch) for values in (z, weights / weights.sum()))
        x = normals.mean[:, None] + normals.sd[:, None] * z
        return x.reshape(-1, *of.batch), (shares[:, None] * weights).reshape(-1, *of.batch)
    if isinstance(of, Histogram):
        z, weights = np.polynomial.legendre.leggauss(32)
        middles, widths = (of.edges[1:] + of.edges[:-1]) / 2, np.diff(of.edges)
        x = against((middles[:, None] + widths[:, None] / 2 * z).ravel(), of.batch)
        mass = np.moveaxis(of.p, -1, 0)[:, None] * against(weights / 2, of.batch)
        return x, mass.reshape(-1, *of.batch)
    if isinstance(of, Mixture):
        each = [_nodes(part.expand(of.batch)) for part in of.components]
        weighted = [w * inner for w, (_, inner) in zip(of.weights, each, strict=True)]
        return np.concatenate([places for places, _ in each]), np.concatenate(weighted)
    if of.batch:
        raise TypeError(f"kl has no rule for a batch of {name(of)}")
    if not np.isfinite(of.variance):
        raise ValueError(f"kl needs a finite variance to integrate over, not {name(of)}'s, inf")
    # the substitution x = μ + σ sinh(y) makes the trapezoidal rule converge for heavy tails
    y = np.linspace(-40, 40, 8001)
    x = of.mean + np.sqrt(of.variance) * np.sinh(y)
    weights = of.density(x) * np.cosh(y)
    return x, weights / weights.sum()


def _log_density(of: Numeric, x: Array) -> Array:
    """Return the logarithm of the density of `of` at `x`, shape ``(nodes, *batch)`` or with 1."""
    parts = _components(of)
    if parts is None:
        if of.batch and x.size > len(x):
            raise TypeError(f"kl has no rule for a batch of {name(of)}")
        return np.log(of.density(x.ravel() if of.batch else x))
    normals, shares = parts
    bumps = [_aligned(values, x.ndim)[:, None] for values in (normals.mean, normals.sd, shares)]
    shape = np.broadcast_shapes(x.shape, bumps[0].shape[1:])
    total, step = np.full(shape, -np.inf), max(1, BLOCK // int(np.prod(shape)))
    for start in range(0, len(shares), step):
        mean, sd, share = (values[start : start + step] for values in bumps)
        z = (x - mean) / sd
        logs = np.log(share) - np.log(np.sqrt(2 * np.pi) * sd) - z * z / 2
        # a point: infinitely dense where it is, and nothing elsewhere
        logs = np.where(sd > 0, logs, np.where(x == mean, np.inf, -np.inf))
        logs = np.where(share > 0, logs, -np.inf)
        top = logs.max(axis=0)
        top = np.where(np.isfinite(top), top, 0.0)
        total = np.logaddexp(total, top + np.log(np.exp(logs - top).sum(axis=0)))
    return total


def _aligned(values: Array, ndim: int) -> Array:
    """Put axes of length 1 behind the first, so that the others broadcast as a batch does."""
    return values.reshape(len(values), *(1,) * (ndim - values.ndim), *values.shape[1:])
