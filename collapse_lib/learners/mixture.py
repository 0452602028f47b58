"""A mixture of normals, fitted by expectation–maximisation to all replicates at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collapse_lib.checks import Array, number, positive, whole
from collapse_lib.distributions import GaussianMixture
from collapse_lib.learners.base import PointLearner
from collapse_lib.suffstats import Sample

BLOCK = 1 << 14  # responsibilities held at a time: 128 kB, which stays in the cache
LLOYD = 10  # rounds of k-means that give EM its start
FLOOR = 1e-6  # added to each variance, in units of the data's own


@dataclass(frozen=True)
class GaussianMixtureEM(PointLearner):
    """Fit a mixture of normals by expectation–maximisation.

    Parameters
    ----------
    components : int, default 2
        Number of components.
    tol : float, default 1e-3
        Stop once the mean log-likelihood of a point gains less in a step, in nats.
    max_iter : int, default 100
        Stop after so many steps at the latest.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    There is no exact law and no statistic but the points: time and memory are O(n). All
    replicates are fitted side by side, and those that have converged drop out.

    It starts from k-means, itself started from quantiles, so that a fit is a function of its
    data. The data are first brought to mean 0 and variance 1, and every variance gains 1e-6
    on that scale, which keeps a component from falling onto a single point.

    EM finds a local optimum: a component may die, or two may merge, while the likelihood
    stays high. Do not read a vanished component as a vanished mode of the density.

    References
    ----------
    Dempster, Laird & Rubin, *Maximum likelihood from incomplete data via the EM algorithm*,
    Journal of the Royal Statistical Society B 39 (1977). Lloyd, *Least squares quantization in
    PCM*, IEEE Transactions on Information Theory 28 (1982), for the start.
    """

    components: int = 2
    tol: float = 1e-3
    max_iter: int = 100

    def __post_init__(self) -> None:
        """Check the parameters."""
        object.__setattr__(self, "components", whole("components", self.components, least=1))
        object.__setattr__(self, "tol", number(positive, "tol", self.tol, zero=True))
        object.__setattr__(self, "max_iter", whole("max_iter", self.max_iter, least=1))
        object.__setattr__(self, "least_n", max(2, self.components))

    def fit(self, data: Sample) -> GaussianMixture:
        """Return the mixture fitted to a `Sample` of points."""
        n, *batch = data.points.shape
        x = np.ascontiguousarray(data.points.reshape(n, -1).T)  # a row per replicate
        share = data.weights / data.weights.sum()
        centre = (x @ share)[:, None]
        scale = np.sqrt((x - centre) ** 2 @ share)[:, None]
        x = (x - centre) / np.where(scale > 0, scale, 1)
        members = max(1, BLOCK // (n * self.components))
        fitted = np.concatenate(
            [self._fit(x[i : i + members], data.weights) for i in range(0, len(x), members)], axis=1
        )
        weights, means, variances = fitted
        shape = (*batch, self.components)
        return GaussianMixture.trusted(
            weights=weights.reshape(shape),
            means=(centre + scale * means).reshape(shape),
            sds=(scale * np.sqrt(variances)).reshape(shape),
        )

    def _fit(self, x: Array, counts: Array) -> Array:
        """Return weights, means and variances, shape ``(3, members, components)``."""
        share = counts / counts.sum()
        fitted = np.empty((3, len(x), self.components))
        powers = np.stack([np.ones_like(x), x, x * x], axis=-1)
        weighted = powers * share[:, None]
        current = _moments(_start(x, counts, self.components), weighted)
        left = np.arange(len(x))
        before = np.full(len(x), -np.inf)
        for _ in range(self.max_iter):
            likelihood, responsibilities = _expect(current, powers, share)
            current = _moments(responsibilities, weighted)
            fitted[:, left] = current
            going = likelihood - before >= self.tol
            if not going.any():
                break
            before = likelihood
            if not going.all():
                left, before = left[going], before[going]
                powers, weighted, current = powers[going], weighted[going], current[:, going]
        return fitted


def _start(x: Array, counts: Array, components: int) -> Array:
    """Return the responsibilities that k-means gives, shape ``(members, components, n)``."""
    centres = _quantiles(x, counts, (np.arange(components) + 0.5) / components)
    share = counts / counts.sum()
    for _ in range(LLOYD):
        borders = (centres[:, 1:] + centres[:, :-1]) / 2
        nearest = (x[:, :, None] >= borders[:, None, :]).sum(axis=-1)
        belongs = nearest[:, None, :] == np.arange(components)[:, None]
        weight = belongs @ share
        total = (belongs * x[:, None, :]) @ share
        moved = np.where(weight > 0, total / np.where(weight > 0, weight, 1), centres)
        if np.array_equal(moved, centres):
            break
        centres = moved
    return np.asarray(belongs, dtype=float)


def _quantiles(x: Array, counts: Array, levels: Array) -> Array:
    """Return quantiles of each row as if every point stood there as often as it counts."""
    if np.all(counts == 1):
        return np.quantile(x, levels, axis=1).T
    order = np.argsort(x, axis=1)
    ranked, ends = np.take_along_axis(x, order, axis=1), np.cumsum(counts[order], axis=1)
    place = np.maximum(counts.sum() - 1, 0) * levels
    before = np.floor(place)

    def at(rank: Array) -> Array:
        passed = (ends[:, None, :] <= rank[:, None]).sum(axis=-1)
        return np.take_along_axis(ranked, np.minimum(passed, len(counts) - 1), axis=1)

    low, high = at(before), at(before + 1)
    return np.asarray(low + (place - before) * (high - low))


def _moments(responsibilities: Array, weighted: Array) -> Array:
    """Return weights, means and variances of the components (the M step)."""
    weight, first, second = np.moveaxis(responsibilities @ weighted, -1, 0)
    safe = np.maximum(weight, np.finfo(float).tiny)
    mean = first / safe
    variance = np.maximum(second / safe - mean * mean, 0) + FLOOR
    return np.stack([weight, mean, variance])


def _expect(current: Array, powers: Array, share: Array) -> tuple[Array, Array]:
    """Return the mean log-likelihood and the responsibilities (the E step)."""
    weight, mean, variance = current
    with np.errstate(divide="ignore"):
        constant = np.log(weight) - (np.log(2 * np.pi * variance) + mean * mean / variance) / 2
    parabola = np.stack([constant, mean / variance, -0.5 / variance], axis=-1)
    logs = parabola @ powers.swapaxes(-1, -2)
    highest = logs.max(axis=1, keepdims=True)
    logs -= highest
    np.exp(logs, out=logs)
    total = logs.sum(axis=1, keepdims=True)
    logs /= total
    highest += np.log(total)
    return (highest @ share)[:, 0], logs
