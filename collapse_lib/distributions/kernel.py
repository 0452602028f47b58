"""The kernel density estimate: a sample, blurred."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, broadcast, finite, positive
from collapse_lib.distributions.base import Batch, Numeric
from collapse_lib.distributions.normal import Normal

BLOCK = 1 << 18  # pairs of a point and a place that are held at a time: 2 MB


@dataclass(frozen=True, eq=False)
class KernelDensity(Numeric):
    """A normal bump of standard deviation `bandwidth` on every point of a sample.

    Parameters
    ----------
    points : array_like of float, shape ``(n, *batch)``
        The sample, in the unit of the data.
    bandwidth : array_like of float, shape ``batch``
        Standard deviation of the bumps, in the unit of the data. At 0 drawing from it is the
        bootstrap: only points that are there are ever drawn.
    weights : array_like of float, shape ``(n,)``, optional
        Probability of each bump; rescaled to sum to 1. Equal by default.

    Raises
    ------
    ValueError
        If there is no point, a parameter is not finite, or a bandwidth or weight is negative.

    Notes
    -----
    Its variance is that of the sample, with ddof = 0, **plus** bandwidth²: the estimate is
    always wider than what it was made from. A wider estimate is blur, not diversity.

    References
    ----------
    Silverman, *Density Estimation for Statistics and Data Analysis* (1986), section 2.4.
    """

    parameters: ClassVar[tuple[str, ...]] = ("points", "bandwidth")

    points: Any
    bandwidth: Any
    weights: Any = None

    def __post_init__(self) -> None:
        """Check the sample and bring the bandwidth to its shape."""
        points = np.asarray(finite("points", self.points))
        bandwidth = positive("bandwidth", self.bandwidth, zero=True)
        if not points.ndim:
            raise ValueError(f"points must be a sample of at least one point, not {self.points!r}")
        batch = broadcast(points=points.shape[1:], bandwidth=bandwidth.shape)
        size = len(points)
        given = np.ones(size) if self.weights is None else self.weights
        weights = positive("weights", given, zero=True)
        if weights.shape != (size,) or weights.sum() == 0:
            raise ValueError(
                f"weights must hold one probability for each of {size} points, not {given!r}"
            )
        fewer = len(batch) - points.ndim + 1  # axes of the bandwidth that the points lack
        points = points.reshape(size, *[1] * fewer, *points.shape[1:])
        object.__setattr__(self, "points", np.broadcast_to(points, (size, *batch)))
        object.__setattr__(self, "bandwidth", np.broadcast_to(bandwidth, batch)[()])
        object.__setattr__(self, "weights", weights / weights.sum())

    def __repr__(self) -> str:
        """Say how many points there are, not which."""
        return f"KernelDensity({len(self.points)} points, batch={self.batch})"

    @property
    def batch(self) -> Batch:
        """Shape of the batch of parameters."""
        return np.shape(self.bandwidth)

    @property
    def mean(self) -> Any:
        """Mean, that of the sample, shape ``batch``."""
        return np.tensordot(self.weights, self.points, axes=1)[()]

    @property
    def variance(self) -> Any:
        """Variance of the sample with ddof = 0, plus bandwidth², shape ``batch``."""
        within = np.tensordot(self.weights, (self.points - self.mean) ** 2, axes=1)
        return (within + self.bandwidth**2)[()]

    def expand(self, batch: Batch) -> KernelDensity:
        """Return the same estimate as a batch."""
        return KernelDensity.trusted(
            points=np.broadcast_to(
                self.points.reshape(
                    len(self.points), *(1,) * (len(batch) - len(self.batch)), *self.batch
                ),
                (len(self.points), *batch),
            ),
            bandwidth=np.broadcast_to(self.bandwidth, batch),
            weights=self.weights,
        )

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` points from each member of the batch, shape ``(n, *batch)``."""
        size, shape = len(self.points), (n, *self.batch)
        if np.ptp(self.weights) > 0:
            which = rng.choice(size, shape, p=self.weights)
        else:
            which = rng.integers(size, size=shape)
        x = rng.standard_normal(shape)
        x *= self.bandwidth
        x += np.take_along_axis(self.points, which, axis=0)
        return x

    def density(self, x: ArrayLike) -> Array:
        """Probability density at `x`, shape ``(*x.shape, *batch)``."""
        density: Array = np.zeros((*np.shape(x), *self.batch))
        for bumps, weights in self._bumps(np.size(x)):
            density += np.moveaxis(bumps.density(x), np.ndim(x), -1) @ weights
        return density

    def tails(self, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
        """Return P(X < low) and P(X > high), each of shape ``(*low.shape, *batch)``."""
        low, high = np.broadcast_arrays(low, high)
        both = np.zeros((2, *low.shape, *self.batch))
        for bumps, weights in self._bumps(low.size):
            for side, part in enumerate(bumps.tails(low, high)):
                both[side] += np.moveaxis(part, low.ndim, -1) @ weights
        return both[0], both[1]

    def _bumps(self, places: int) -> Iterator[tuple[Normal, Array]]:
        """Yield the bumps, some at a time, as normals of shape ``(some, *batch)``."""
        members = int(np.prod(self.batch))
        step = max(1, BLOCK // max(1, places * members))
        for start in range(0, len(self.points), step):
            some = slice(start, start + step)
            points = self.points[some]
            yield (
                Normal.trusted(mean=points, sd=np.broadcast_to(self.bandwidth, points.shape)),
                self.weights[some],
            )
