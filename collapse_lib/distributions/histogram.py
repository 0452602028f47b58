"""The histogram: constant density within each of a few fixed bins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, finite, positive
from collapse_lib.distributions.base import Batch, Numeric


@dataclass(frozen=True, eq=False)
class Histogram(Numeric):
    """A density that is constant within each bin.

    Parameters
    ----------
    edges : array_like of float, shape ``(bins + 1,)``
        Rising edges of the bins, in the unit of the data.
    p : array_like of float, shape ``(*batch, bins)``
        Probability of each bin; rescaled to sum to 1 along the last axis.

    Raises
    ------
    ValueError
        If the edges do not rise, or `p` does not hold one probability for each bin.

    Notes
    -----
    Its variance exceeds that of the points it was made from, by about width² / 6: half of it
    because they are moved to the middles of bins, half because these are spread out again
    (Sheppard's correction, twice). An empty bin is a hole in the density, not a small number:
    the log-likelihood of a point in it is minus infinity.

    References
    ----------
    Silverman, *Density Estimation for Statistics and Data Analysis* (1986), section 2.2.
    """

    parameters: ClassVar[tuple[str, ...]] = ("p",)

    edges: Any
    p: Any

    def __post_init__(self) -> None:
        """Check the edges and the probabilities, and make these sum to 1."""
        edges = rising("edges", self.edges)
        p = positive("p", self.p, zero=True)
        if p.ndim == 0 or p.shape[-1] != edges.size - 1 or not np.all(p.sum(axis=-1) > 0):
            raise ValueError(
                f"p must hold, for each row, probabilities of {edges.size - 1} bins that do not "
                f"all vanish, not {self.p!r}"
            )
        object.__setattr__(self, "edges", edges)
        object.__setattr__(self, "p", p / p.sum(axis=-1, keepdims=True))

    @property
    def batch(self) -> Batch:
        """Shape of the batch of parameters."""
        batch: Batch = self.p.shape[:-1]
        return batch

    @property
    def mean(self) -> Any:
        """Mean, shape ``batch``."""
        return self.p @ ((self.edges[1:] + self.edges[:-1]) / 2)

    @property
    def variance(self) -> Any:
        """Variance between the bins' middles plus that within the bins, shape ``batch``."""
        middles, widths = (self.edges[1:] + self.edges[:-1]) / 2, np.diff(self.edges)
        between = (middles - np.expand_dims(self.mean, -1)) ** 2
        return (self.p * (between + widths**2 / 12)).sum(axis=-1)

    def expand(self, batch: Batch) -> Histogram:
        """Return the same histogram with its probabilities broadcast to `batch`."""
        return self.altered(lambda p: np.broadcast_to(p, (*batch, p.shape[-1])))

    def altered(self, change: Callable[[Array], Array]) -> Histogram:
        """Return the histogram with `change` applied to `p`, rescaled to sum to 1."""
        p = change(self.p)
        return Histogram.trusted(edges=self.edges, p=p / p.sum(axis=-1, keepdims=True))

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` points from each member of the batch, shape ``(n, *batch)``."""
        reached = self._reached()
        u = rng.random((n, *self.batch))
        for member in np.ndindex(self.batch):
            # side="right": a bin of probability 0 is never the answer
            steps, x = reached[member], u[:, *member]
            which = np.minimum(steps.searchsorted(x, side="right") - 1, self.edges.size - 2)
            within = (x - steps[which]) / (steps[which + 1] - steps[which])
            u[:, *member] = self.edges[which] + within * (self.edges[which + 1] - self.edges[which])
        return u

    def density(self, x: ArrayLike) -> Array:
        """Probability density at `x`, shape ``(*x.shape, *batch)``; 0 outside the bins."""
        x = np.asarray(x, dtype=float)
        heights = np.pad(self.p / np.diff(self.edges), [(0, 0)] * (self.p.ndim - 1) + [(1, 1)])
        which = self.edges.searchsorted(x, side="right")
        density: Array = np.moveaxis(heights, -1, 0)[which]
        return density

    def tails(self, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
        """Return P(X < low) and P(X > high), each of shape ``(*low.shape, *batch)``."""
        return self._below(low, self.edges, self.p), self._below(
            -np.asarray(high), -self.edges[::-1], self.p[..., ::-1]
        )

    def _reached(self) -> Array:
        """Return the probability below each edge, shape ``(*batch, bins + 1)``."""
        reached: Array = np.zeros((*self.batch, self.edges.size))
        np.cumsum(self.p, axis=-1, out=reached[..., 1:])
        reached /= reached[..., -1:]
        return reached

    @staticmethod
    def _below(at: ArrayLike, edges: Array, p: Array) -> Array:
        x: Array = np.clip(np.asarray(at, dtype=float), edges[0], edges[-1])
        which = np.clip(edges.searchsorted(x, side="right") - 1, 0, edges.size - 2)
        share = (x - edges[which]) / (edges[which + 1] - edges[which])
        before = np.pad(p.cumsum(axis=-1), [(0, 0)] * (p.ndim - 1) + [(1, 0)])
        before, p = np.moveaxis(before, -1, 0)[which], np.moveaxis(p, -1, 0)[which]
        below: Array = before + share.reshape(share.shape + (1,) * (p.ndim - x.ndim)) * p
        return below


def rising(name: str, value: ArrayLike) -> Array:
    """Return `value` as at least two rising finite numbers, or raise a sentence."""
    edges = finite(name, value)
    if edges.ndim != 1 or edges.size < 2 or not np.all(np.diff(edges) > 0):
        raise ValueError(f"{name} must be a row of at least 2 rising numbers, not {value!r}")
    return edges
