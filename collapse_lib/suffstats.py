"""What a learner keeps of a data set.

A learner never needs the data, only its sufficient statistic. Statistics add (``a + b`` is
the statistic of the union of two data sets) and scale (``w * a`` counts every point w times),
so a policy about data, whatever it unions, is arithmetic and knows nothing of the learner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array


@runtime_checkable
class Statistic(Protocol):
    """The contract: union by ``+``, weight by ``*``."""

    def __add__(self, other: Self, /) -> Self:
        """Return the statistic of the union of both data sets."""
        ...

    def __rmul__(self, weight: float, /) -> Self:
        """Return the statistic of the data with every point's weight multiplied."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class Moments:
    """Weight, mean and squared deviations: all a normal model needs of its data.

    Parameters
    ----------
    w : float or ndarray, shape ``batch``
        Sum of the weights; the number of points where each counts once.
    w2 : float or ndarray, shape ``batch``
        Sum of the squared weights, which an unbiased variance of weighted data needs.
    mean : float or ndarray, shape ``batch``
        Weighted mean.
    m2 : float or ndarray, shape ``batch``
        Weighted sum of squared deviations from `mean`; no ddof has been applied.

    Notes
    -----
    Merged pairwise (Chan, Golub & LeVeque 1983), because sums of squares cancel: at a mean of
    1e8 and a spread of 1 they have no digit left.
    """

    w: Any
    w2: Any
    mean: Any
    m2: Any

    @classmethod
    def empty(cls) -> Moments:
        """Return the statistic of no data, the identity of ``+``."""
        return cls(0.0, 0.0, 0.0, 0.0)

    @classmethod
    def of(cls, x: Array) -> Moments:
        """Return the moments of points `x`, shape ``(n, *batch)``, each counted once."""
        n = float(len(x))
        if not n:
            return cls.empty()
        mean = x.sum(axis=0)
        mean /= n
        deviations = x - mean
        deviations *= deviations
        return cls(n, n, mean, deviations.sum(axis=0))

    def __add__(self, other: Moments) -> Moments:
        """Return the moments of the union."""
        w = self.w + other.w
        share = other.w / np.maximum(w, np.finfo(float).tiny)  # two empty sets: 0 / 0 is 0
        shift = other.mean - self.mean
        return Moments(
            w,
            self.w2 + other.w2,
            self.mean + shift * share,
            self.m2 + other.m2 + shift * shift * (self.w * share),
        )

    def __rmul__(self, weight: float) -> Moments:
        """Return the moments with every weight multiplied."""
        return Moments(weight * self.w, weight * weight * self.w2, self.mean, weight * self.m2)


@dataclass(frozen=True, eq=False, slots=True)
class Counts:
    """How often each category occurs.

    Parameters
    ----------
    counts : ndarray, shape ``(*batch, categories)``
        Occurrences, or their weighted sums. Categories beyond the last one stored occurred
        zero times, so statistics of different lengths add.
    """

    counts: Array

    @classmethod
    def empty(cls) -> Counts:
        """Return the statistic of no data, the identity of ``+``."""
        return cls(np.zeros(1))

    @classmethod
    def of(cls, labels: Array) -> Counts:
        """Return the counts of `labels`, shape ``(n, *batch)``."""
        batch = labels.shape[1:]
        categories = int(labels.max(initial=0)) + 1
        members = int(np.prod(batch))
        flat = labels.reshape(len(labels), members) + categories * np.arange(members)
        counts = np.bincount(flat.ravel(), minlength=members * categories)
        return cls(counts.reshape(*batch, categories))

    def __add__(self, other: Counts) -> Counts:
        """Return the counts of the union."""
        short, long = sorted((self.counts, other.counts), key=lambda counts: counts.shape[-1])
        total = np.broadcast_to(
            long, (*np.broadcast_shapes(short.shape[:-1], long.shape[:-1]), long.shape[-1])
        ).astype(np.result_type(short, long))
        total[..., : short.shape[-1]] += short
        return Counts(total)

    def __rmul__(self, weight: float) -> Counts:
        """Return the counts with every weight multiplied."""
        return Counts(weight * self.counts)


@dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """The points themselves, for regimes that pick single points.

    Parameters
    ----------
    points : ndarray, shape ``(n, *batch)``
        The data.
    weights : ndarray, shape ``(n,)``
        Weight of each point.
    """

    points: Array
    weights: Array

    @classmethod
    def of(cls, x: Array) -> Sample:
        """Return the points `x`, shape ``(n, *batch)``, each counted once."""
        return cls(x, np.ones(len(x)))

    def __add__(self, other: Sample) -> Sample:
        """Return the points of both, those of `self` first."""
        return Sample(
            np.concatenate([self.points, other.points]),
            np.concatenate([self.weights, other.weights]),
        )

    def __rmul__(self, weight: float) -> Sample:
        """Return the points with every weight multiplied."""
        return Sample(self.points, weight * self.weights)

    def choose(self, n: int, rng: Generator) -> Sample:
        """Pick `n` of the points without replacement, independently in each batch member.

        Raises
        ------
        ValueError
            If fewer than `n` points are there, or they do not all count the same.
        """
        if n > len(self.points):
            raise ValueError(f"n must be at most the {len(self.points)} points there are, not {n}")
        if np.ptp(self.weights) > 0:
            raise ValueError("weights must be equal where points are picked at random")
        lot = rng.random(self.points.shape)
        chosen = lot.argpartition(n - 1, axis=0)[:n]
        return Sample(np.take_along_axis(self.points, chosen, axis=0), self.weights[:n])
