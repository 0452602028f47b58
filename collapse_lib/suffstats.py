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

from collapse_lib.checks import Array, wholes

__all__ = ["Counts", "Gram", "Moments", "Sample", "Scatter", "Statistic", "Total"]


@runtime_checkable
class Statistic(Protocol):
    """The contract: union by ``+``, weight by ``*``.

    Notes
    -----
    Derived here: all that a policy about data ever asks. An array has both operators and is no
    statistic, for its ``+`` adds numbers instead of uniting data.
    """

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
    Merged pairwise, because sums of squares cancel: at a mean of 1e8 and a spread of 1 they have
    no digit left. `m2` is no variance: it grows with the data, and wants dividing.

    References
    ----------
    Chan, Golub & LeVeque, *Algorithms for computing the sample variance*, The American
    Statistician 37 (1983).
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
        """Return the moments of points `x`, shape ``(n, *batch)``, each counted once.

        In float64 whatever `x` is stored in: float16 overflows at the first sum.
        """
        x = np.asarray(x, dtype=float)
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

    Raises
    ------
    ValueError
        When made `of` labels, if one is not a whole number of at least 0.

    Notes
    -----
    The length says which labels were met, not how many categories there are: a category that
    was never drawn may be missing at the end. Sufficient by the factorisation theorem (Fisher
    1922); the sum over lengths is derived here.
    """

    counts: Array

    @classmethod
    def empty(cls) -> Counts:
        """Return the statistic of no data, the identity of ``+``."""
        return cls(np.zeros(1))

    @classmethod
    def of(cls, labels: Array) -> Counts:
        """Return the counts of `labels`, shape ``(n, *batch)``."""
        if len(labels):
            labels = wholes("labels", labels, least=0)
        batch = labels.shape[1:]
        categories = int(labels.max(initial=0)) + 1
        members = int(np.prod(batch))
        flat = labels.reshape(len(labels), members) + categories * np.arange(members)
        places = flat.ravel().astype(np.intp, copy=False)  # a browser's Python has 32 bits
        counts = np.bincount(places, minlength=members * categories)
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
class Total:
    """How many points there are, and their sum: all a Poisson model needs of its data.

    Parameters
    ----------
    w : float or ndarray, shape ``batch``
        Sum of the weights; the number of points where each counts once.
    total : float or ndarray, shape ``batch``
        Weighted sum of the points.

    Raises
    ------
    ValueError
        When made `of` points, if one is not a whole number of at least 0.

    Notes
    -----
    How the points scatter is gone: whether they were Poisson at all cannot be asked of it.
    Sufficient by the factorisation theorem (Fisher 1922); the weights are derived here.
    """

    w: Any
    total: Any

    @classmethod
    def empty(cls) -> Total:
        """Return the statistic of no data, the identity of ``+``."""
        return cls(0.0, 0.0)

    @classmethod
    def of(cls, x: Array, weights: Array | None = None) -> Total:
        """Return the total of points `x`, shape ``(n, *batch)``.

        `weights`, of shape ``(n,)``, say how often each counts; once by default.
        """
        if len(x):
            x = wholes("x", x, least=0)
        if weights is None:
            return cls(float(len(x)), x.sum(axis=0))
        return cls(float(weights.sum()), np.tensordot(weights, x, axes=1))

    def __add__(self, other: Total) -> Total:
        """Return the total of the union."""
        return Total(self.w + other.w, self.total + other.total)

    def __rmul__(self, weight: float) -> Total:
        """Return the total with every weight multiplied."""
        return Total(weight * self.w, weight * self.total)


@dataclass(frozen=True, eq=False, slots=True)
class Scatter:
    """Weight, mean vector and scatter matrix: all a normal model in d dimensions needs.

    Parameters
    ----------
    w : float or ndarray, shape ``batch``
        Sum of the weights; the number of points where each counts once.
    w2 : float or ndarray, shape ``batch``
        Sum of the squared weights, which an unbiased covariance of weighted data needs.
    mean : ndarray, shape ``(*batch, d)``
        Weighted mean.
    root : ndarray, shape ``(*batch, d, r)``
        Any R whose R Rᵀ is the weighted scatter about `mean`; no ddof has been applied.

    Notes
    -----
    The scatter is kept as its root, which holds twice as many digits: a direction whose spread
    is 1e-12 of another's has none left in R Rᵀ. Roots of a union stand side by side, and an
    orthogonal rotation brings them back to d columns. So a root is not unique: compare R Rᵀ.

    References
    ----------
    Golub & Van Loan, *Matrix Computations* (4th ed., 2013), section 6.5, on updating such roots.
    """

    w: Any
    w2: Any
    mean: Array
    root: Array

    @classmethod
    def empty(cls) -> Scatter:
        """Return the statistic of no data, the identity of ``+``."""
        return cls(0.0, 0.0, np.zeros(1), np.zeros((1, 0)))

    @classmethod
    def of(cls, x: Array, weights: Array | None = None) -> Scatter:
        """Return the scatter of points `x`, shape ``(n, *batch, d)``.

        `weights`, of shape ``(n,)``, say how often each counts; once by default.
        """
        if not len(x):
            return cls.empty()
        each = np.ones(len(x)) if weights is None else weights
        w = float(each.sum())
        mean = np.tensordot(each / w, x, axes=1)
        rows = np.sqrt(each).reshape(-1, *(1,) * (x.ndim - 1)) * (x - mean)
        root = compressed(np.moveaxis(rows, 0, -1))
        return cls(w, float((each * each).sum()), mean, root)

    def __add__(self, other: Scatter) -> Scatter:
        """Return the scatter of the union."""
        w = np.asarray(self.w + other.w)
        share = np.asarray(other.w / np.maximum(w, np.finfo(float).tiny))[..., None]
        shift = other.mean - self.mean
        between = np.sqrt(np.asarray(self.w)[..., None] * share) * shift
        root = compressed(_beside(self.root, other.root, between[..., None]))
        return Scatter(w[()], self.w2 + other.w2, self.mean + share * shift, root)

    def __rmul__(self, weight: float) -> Scatter:
        """Return the scatter with every weight multiplied."""
        root = np.sqrt(weight) * self.root
        return Scatter(weight * self.w, weight * weight * self.w2, self.mean, root)


@dataclass(frozen=True, eq=False, slots=True)
class Gram:
    """Squares and products of features and label: all that least squares needs of its data.

    Parameters
    ----------
    w : float or ndarray, shape ``batch``
        Sum of the weights; the number of points where each counts once.
    root : ndarray, shape ``(*batch, d + 1, r)``
        Lower triangular R with R Rᵀ = [X y]ᵀ [X y]; the label is the last row.

    Notes
    -----
    Kept as its root for the sake of the residuals: their sum of squares is that of all labels
    less what the features explain, a difference that leaves no digits when noise is small. It
    is about 0, not about the mean: a constant term must be a feature, a column of ones.

    References
    ----------
    Golub & Van Loan, *Matrix Computations* (4th ed., 2013), sections 5.3 and 6.5.
    """

    w: Any
    root: Array

    @classmethod
    def empty(cls) -> Gram:
        """Return the statistic of no data, the identity of ``+``."""
        return cls(0.0, np.zeros((1, 0)))

    @classmethod
    def of(cls, x: Array, weights: Array | None = None) -> Gram:
        """Return the statistic of points `x`, shape ``(n, *batch, d + 1)``, the label last.

        `weights`, of shape ``(n,)``, say how often each counts; once by default.
        """
        each = np.ones(len(x)) if weights is None else weights
        rows = np.sqrt(each).reshape(-1, *(1,) * (x.ndim - 1)) * x
        return cls(float(each.sum()), triangular(np.moveaxis(rows, 0, -1)))

    @property
    def gram(self) -> Array:
        """XᵀX, shape ``(*batch, d, d)``."""
        features = self.root[..., :-1, :]
        gram: Array = features @ features.swapaxes(-1, -2)
        return gram

    @property
    def moment(self) -> Array:
        """Xᵀy, shape ``(*batch, d)``."""
        moment: Array = (self.root[..., :-1, :] @ self.root[..., -1, :, None])[..., 0]
        return moment

    def __add__(self, other: Gram) -> Gram:
        """Return the statistic of the union."""
        return Gram(self.w + other.w, triangular(_beside(self.root, other.root)))

    def __rmul__(self, weight: float) -> Gram:
        """Return the statistic with every weight multiplied."""
        return Gram(weight * self.w, np.sqrt(weight) * self.root)


def triangular(root: Array) -> Array:
    """Return the lower triangular R of at most d columns with the same R Rᵀ as `root`."""
    if not root.shape[-1]:
        return root
    upper: Array = np.asarray(np.linalg.qr(root.swapaxes(-1, -2), mode="r"))
    return upper.swapaxes(-1, -2)


def compressed(root: Array) -> Array:
    """Return `root` itself if it has at most d columns, else a triangular one that has."""
    return root if root.shape[-1] <= root.shape[-2] else triangular(root)


def _beside(*roots: Array) -> Array:
    """Set roots side by side, broadcasting all but their columns."""
    shape = np.broadcast_shapes(*((*root.shape[:-1], 1) for root in roots))[:-1]
    return np.concatenate(
        [np.broadcast_to(root, (*shape, root.shape[-1])) for root in roots], axis=-1
    )


@dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """The points themselves, for regimes that pick single points.

    Parameters
    ----------
    points : ndarray, shape ``(n, *batch, *event)``
        The data.
    weights : ndarray, shape ``(n,)``
        Weight of each point.
    event_axes : int, default 0
        Number of trailing axes that make up a single point: 1 in d dimensions.

    Notes
    -----
    Derived here: the statistic of a learner that needs every point. Its length is not the size
    of the data set, which is the sum of its weights: a weight of 0 takes a point out and leaves
    it in its place.
    """

    points: Array
    weights: Array
    event_axes: int = 0

    @classmethod
    def of(cls, x: Array, event_axes: int = 0) -> Sample:
        """Return the points `x`, shape ``(n, *batch, *event)``, each counted once.

        Numbers of fewer bits become float64, in which a fit then adds them up.
        """
        x = np.asarray(x)
        if x.dtype.kind == "f":
            x = x.astype(float, copy=False)
        return cls(x, np.ones(len(x)), event_axes)

    def __add__(self, other: Sample) -> Sample:
        """Return the points of both, those of `self` first."""
        return Sample(
            np.concatenate([self.points, other.points]),
            np.concatenate([self.weights, other.weights]),
            self.event_axes,
        )

    def __rmul__(self, weight: float) -> Sample:
        """Return the points with every weight multiplied."""
        return Sample(self.points, weight * self.weights, self.event_axes)

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
        lot = rng.random(self.points.shape[: self.points.ndim - self.event_axes])
        chosen = lot.argpartition(n - 1, axis=0)[:n]
        chosen = chosen.reshape(chosen.shape + (1,) * self.event_axes)
        points = np.take_along_axis(self.points, chosen, axis=0)
        return Sample(points, self.weights[:n], self.event_axes)
