"""Where data come from: the truth of a simulation, and the models fitted to it.

Draws have shape ``(n, *batch)``: the draws stack in front, a distribution's own batch of
parameters stays at the back. Every parameter may therefore be an array, and two hundred
replicates of a normal are one `Normal` with ``batch == (200,)``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, finite, positive, whole

SQRT_2PI = np.sqrt(2 * np.pi)

Batch = tuple[int, ...]


class Distribution(ABC):
    """Something that can be sampled.

    Attributes
    ----------
    batch : tuple of int
        Shape of its batch of parameters; ``()`` for a single distribution.
    kind : {"numbers", "categories"}
        What its draws are: measurements, or labels 0, 1, 2, … without order.
    """

    kind: ClassVar[Literal["numbers", "categories"]] = "numbers"

    @property
    @abstractmethod
    def batch(self) -> Batch:
        """Shape of the batch of parameters."""

    @abstractmethod
    def expand(self, batch: Batch) -> Distribution:
        """Return the same distribution with its parameters broadcast to `batch`."""

    @abstractmethod
    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` points from each member of the batch, shape ``(n, *batch)``."""

    @classmethod
    def trusted(cls, **fields: Any) -> Self:
        """Build one from fields that are known to be valid, skipping the constructor's checks.

        The loop of a simulation makes a model per generation from arithmetic that cannot
        go wrong; checking it again would cost as much as the arithmetic.
        """
        self = object.__new__(cls)
        self.__dict__.update(fields)
        return self


class Numeric(Distribution):
    """A distribution over real numbers, with moments and a cumulative distribution function."""

    @property
    @abstractmethod
    def mean(self) -> Any:
        """Mean, shape ``batch``."""

    @property
    @abstractmethod
    def variance(self) -> Any:
        """Variance, shape ``batch``; a parameter of the distribution, hence without ddof."""

    @abstractmethod
    def expand(self, batch: Batch) -> Numeric:
        """Return the same distribution with its parameters broadcast to `batch`."""

    @abstractmethod
    def density(self, x: ArrayLike) -> Array:
        """Probability density at `x`, shape ``(*x.shape, *batch)``."""

    @abstractmethod
    def tails(self, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
        """Return P(X < low) and P(X > high), each of shape ``(*low.shape, *batch)``.

        Both are computed as small numbers, so that masses of 1e-200 keep their digits.
        """


def _against(x: ArrayLike, batch: Batch) -> Array:
    """Append one axis per batch axis, so that `x` broadcasts in front of the batch."""
    x = np.asarray(x, dtype=float)
    return x.reshape(x.shape + (1,) * len(batch))


@dataclass(frozen=True, eq=False)
class Normal(Numeric):
    """The normal distribution N(mean, sd²).

    Parameters
    ----------
    mean : array_like of float, shape ``batch``
        Mean, in the unit of the data.
    sd : array_like of float, shape ``batch``
        Standard deviation (not the variance), in the unit of the data. It may be 0, a
        point mass: that is where a collapsed lineage ends.

    Raises
    ------
    ValueError
        If a parameter is not finite, or `sd` is negative.

    Examples
    --------
    >>> Normal(0, 2).variance
    4.0
    """

    mean: Any = 0.0
    sd: Any = 1.0

    def __post_init__(self) -> None:
        """Check both parameters and bring them to one shape."""
        mean, sd = np.broadcast_arrays(
            finite("mean", self.mean), positive("sd", self.sd, zero=True)
        )
        object.__setattr__(self, "mean", mean[()])
        object.__setattr__(self, "sd", sd[()])

    @property
    def batch(self) -> Batch:
        """Shape of the batch of parameters."""
        return np.shape(self.sd)

    @property
    def variance(self) -> Any:
        """Variance, sd², shape ``batch``."""
        return self.sd * self.sd

    def expand(self, batch: Batch) -> Normal:
        """Return the same normal with its parameters broadcast to `batch`."""
        return Normal.trusted(
            mean=np.broadcast_to(self.mean, batch), sd=np.broadcast_to(self.sd, batch)
        )

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` points from each member of the batch, shape ``(n, *batch)``."""
        x = rng.standard_normal((n, *self.batch))
        x *= self.sd  # in place: the points cost little more than their random numbers
        x += self.mean
        return x

    def density(self, x: ArrayLike) -> Array:
        """Probability density at `x`, shape ``(*x.shape, *batch)``; 0 or nan where sd is 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (_against(x, self.batch) - self.mean) / self.sd
            density: Array = np.exp(-z * z / 2) / (self.sd * SQRT_2PI)
        return density

    def tails(self, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
        """Return P(X < low) and P(X > high), each of shape ``(*low.shape, *batch)``."""
        from scipy.special import ndtr

        below, above = _against(low, self.batch) - self.mean, self.mean - _against(high, self.batch)
        with np.errstate(divide="ignore", invalid="ignore"):
            return (
                np.where(self.sd > 0, ndtr(below / self.sd), below > 0),
                np.where(self.sd > 0, ndtr(above / self.sd), above > 0),
            )


@dataclass(frozen=True, eq=False)
class StudentT(Numeric):
    """Student's t distribution: a bell with heavy tails.

    Parameters
    ----------
    df : array_like of float, shape ``batch``
        Degrees of freedom, above 0. The variance is finite only above 2.
    loc, scale : array_like of float, shape ``batch``
        Centre and scale. `scale` is **not** the standard deviation, which is
        ``scale * sqrt(df / (df - 2))``.

    Raises
    ------
    ValueError
        If a parameter is not finite, or `df` or `scale` is not above 0.
    """

    df: Any
    loc: Any = 0.0
    scale: Any = 1.0

    def __post_init__(self) -> None:
        """Check the parameters and bring them to one shape."""
        checked = np.broadcast_arrays(
            positive("df", self.df), finite("loc", self.loc), positive("scale", self.scale)
        )
        for name, value in zip(("df", "loc", "scale"), checked, strict=True):
            object.__setattr__(self, name, value[()])

    @property
    def batch(self) -> Batch:
        """Shape of the batch of parameters."""
        return np.shape(self.df)

    @property
    def mean(self) -> Any:
        """Mean; it exists only above one degree of freedom and is nan elsewhere."""
        return np.where(self.df > 1, self.loc, np.nan)[()]

    @property
    def variance(self) -> Any:
        """Variance, shape ``batch``; infinite at two degrees of freedom or fewer."""
        with np.errstate(divide="ignore", invalid="ignore"):
            finite_variance = self.scale**2 * self.df / (self.df - 2)
        return np.where(self.df > 2, finite_variance, np.inf)[()]

    def expand(self, batch: Batch) -> StudentT:
        """Return the same distribution with its parameters broadcast to `batch`."""
        return StudentT.trusted(
            df=np.broadcast_to(self.df, batch),
            loc=np.broadcast_to(self.loc, batch),
            scale=np.broadcast_to(self.scale, batch),
        )

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` points from each member of the batch, shape ``(n, *batch)``."""
        x = rng.standard_t(self.df, (n, *self.batch))
        x *= self.scale
        x += self.loc
        return x

    def density(self, x: ArrayLike) -> Array:
        """Probability density at `x`, shape ``(*x.shape, *batch)``."""
        from scipy.special import gammaln

        z = (_against(x, self.batch) - self.loc) / self.scale
        log_norm = gammaln((self.df + 1) / 2) - gammaln(self.df / 2)
        kernel = (1 + z * z / self.df) ** (-(self.df + 1) / 2)
        density: Array = np.exp(log_norm) * kernel / (self.scale * np.sqrt(np.pi * self.df))
        return density

    def tails(self, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
        """Return P(X < low) and P(X > high), each of shape ``(*low.shape, *batch)``."""
        from scipy.special import stdtr

        return (
            stdtr(self.df, (_against(low, self.batch) - self.loc) / self.scale),
            stdtr(self.df, (self.loc - _against(high, self.batch)) / self.scale),
        )


@dataclass(frozen=True, eq=False)
class Mixture(Numeric):
    """A weighted mixture: pick a component, then draw from it.

    Parameters
    ----------
    components : sequence of Numeric
        What is mixed, for instance normals.
    weights : array_like of float, shape ``(len(components),)``, optional
        Probability of each component; rescaled to sum to 1. Equal by default.

    Raises
    ------
    ValueError
        If there is no component, or a weight is missing, negative or not finite.

    Notes
    -----
    A mixture's variance counts the distance between its components: two narrow bumps far
    apart have a large variance and nothing at the mean.
    """

    components: tuple[Numeric, ...]
    weights: Any = None

    def __post_init__(self) -> None:
        """Check the components and make the weights probabilities."""
        components = tuple(self.components)
        if not components or not all(isinstance(part, Numeric) for part in components):
            raise ValueError(
                f"components must be distributions over numbers, not {self.components!r}"
            )
        given = np.ones(len(components)) if self.weights is None else self.weights
        weights = positive("weights", given, zero=True)
        if weights.shape != (len(components),) or weights.sum() == 0:
            raise ValueError(
                f"weights must hold one probability for each of {len(components)} components, "
                f"not {self.weights!r}"
            )
        object.__setattr__(self, "components", components)
        object.__setattr__(self, "weights", weights / weights.sum())

    @property
    def batch(self) -> Batch:
        """Shape of the batch of parameters."""
        return np.broadcast_shapes(*(part.batch for part in self.components))

    def _average(self, values: list[Any]) -> Any:
        return sum(weight * value for weight, value in zip(self.weights, values, strict=True))

    @property
    def mean(self) -> Any:
        """Mean, shape ``batch``."""
        return self._average([part.mean for part in self.components])

    @property
    def variance(self) -> Any:
        """Variance within the components plus variance between them, shape ``batch``."""
        centre = self.mean
        return self._average(
            [part.variance + (part.mean - centre) ** 2 for part in self.components]
        )

    def expand(self, batch: Batch) -> Mixture:
        """Return the same mixture with its components broadcast to `batch`."""
        return Mixture.trusted(
            components=tuple(part.expand(batch) for part in self.components), weights=self.weights
        )

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` points from each member of the batch, shape ``(n, *batch)``."""
        batch = self.batch
        which = rng.choice(len(self.components), size=(n, *batch), p=self.weights)
        draws = [part.expand(batch).sample(n, rng) for part in self.components]
        return np.choose(which, draws)

    def density(self, x: ArrayLike) -> Array:
        """Probability density at `x`, shape ``(*x.shape, *batch)``."""
        batch = self.batch
        density: Array = self._average([part.expand(batch).density(x) for part in self.components])
        return density

    def tails(self, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
        """Return P(X < low) and P(X > high), each of shape ``(*low.shape, *batch)``."""
        batch = self.batch
        both = [part.expand(batch).tails(low, high) for part in self.components]
        return self._average([below for below, _ in both]), self._average([up for _, up in both])


@dataclass(frozen=True, eq=False)
class Empirical(Numeric):
    """Real measurements as the truth: every draw is one of them, each equally likely.

    Parameters
    ----------
    data : array_like of float, shape ``(size,)``
        A column of at least two measurements that are not all equal.

    Raises
    ------
    ValueError
        If the column is empty, has more than one axis, holds text or a value that is not
        finite, or is constant.

    Notes
    -----
    Drawing n points from it is the bootstrap of the column, not new data about the world:
    "fresh real data" here means fresh draws from these measurements. Its variance divides
    by the number of measurements, because the column *is* the truth.
    """

    data: Any
    batch: Batch = field(default=(), kw_only=True)
    values: Any = field(init=False, repr=False)
    counts: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Check the column and count its distinct values."""
        data = np.asarray(self.data)
        if data.ndim != 1:
            raise ValueError(f"data must be one column of numbers, not of shape {data.shape}")
        if data.size < 2:
            raise ValueError(f"data must hold at least 2 measurements, not {data.size}")
        data = np.sort(finite("data", data))
        if data[0] == data[-1]:
            raise ValueError(f"data must vary, but all {data.size} values equal {data[0]:g}")
        values, counts = np.unique(data, return_counts=True)
        for name, value in (("data", data), ("values", values), ("counts", counts)):
            value.flags.writeable = False
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        """Say how many measurements there are, not which."""
        return f"Empirical({self.data.size} measurements)"

    @cached_property
    def _moments(self) -> tuple[float, float]:
        return float(self.data.mean()), float(self.data.var())

    @property
    def mean(self) -> Any:
        """Mean of the measurements, shape ``batch``."""
        return np.broadcast_to(self._moments[0], self.batch)[()]

    @property
    def variance(self) -> Any:
        """Variance of the measurements with ddof = 0, shape ``batch``."""
        return np.broadcast_to(self._moments[1], self.batch)[()]

    def expand(self, batch: Batch) -> Empirical:
        """Return the same measurements as a batch."""
        fields = {**self.__dict__, "batch": np.broadcast_shapes(self.batch, batch)}
        return Empirical.trusted(**fields)

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` measurements with replacement for each member of the batch, ``(n, *batch)``."""
        drawn: Array = self.data[rng.integers(self.data.size, size=(n, *self.batch))]
        return drawn

    def density(self, x: ArrayLike) -> Array:
        """Raise: single measurements have no density; a histogram of ``data`` shows them."""
        raise TypeError("Empirical has no density: draw a histogram of its data instead")

    def tails(self, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
        """Return the shares of the measurements below `low` and above `high`."""
        shape = (*np.shape(low), *self.batch)
        below = np.searchsorted(self.data, np.asarray(low), side="left") / self.data.size
        above = 1 - np.searchsorted(self.data, np.asarray(high), side="right") / self.data.size
        return (
            np.broadcast_to(_against(below, self.batch), shape),
            np.broadcast_to(_against(above, self.batch), shape),
        )


@dataclass(frozen=True, eq=False)
class Categorical(Distribution):
    """Labels 0, 1, …, K - 1, each with its probability.

    Parameters
    ----------
    p : array_like of float, shape ``(*batch, categories)``
        Probabilities, rescaled to sum to 1 along the last axis.

    Raises
    ------
    ValueError
        If a probability is negative or not finite, or a row sums to 0.

    Notes
    -----
    A category of probability exactly 0 can never be drawn again: extinction is for ever.
    """

    kind: ClassVar[Literal["numbers", "categories"]] = "categories"

    p: Any

    def __post_init__(self) -> None:
        """Check the probabilities and make them sum to 1."""
        p = positive("p", self.p, zero=True)
        if p.ndim == 0 or not np.all(p.sum(axis=-1) > 0):
            raise ValueError("p must hold, for each row, probabilities that do not all vanish")
        object.__setattr__(self, "p", p / p.sum(axis=-1, keepdims=True))

    @property
    def batch(self) -> Batch:
        """Shape of the batch of parameters."""
        batch: Batch = self.p.shape[:-1]
        return batch

    @property
    def categories(self) -> int:
        """Number of categories, the dead ones included."""
        return int(self.p.shape[-1])

    def expand(self, batch: Batch) -> Categorical:
        """Return the same probabilities broadcast to ``(*batch, categories)``."""
        return Categorical.trusted(p=np.broadcast_to(self.p, (*batch, self.categories)))

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` labels from each member of the batch, shape ``(n, *batch)``."""
        cumulative = self.p.cumsum(axis=-1)
        cumulative /= cumulative[..., -1:]  # exactly 1 at the end, or a label could be K
        u = rng.random((n, *self.batch))
        labels = np.empty(u.shape, dtype=np.int64)
        for member in np.ndindex(self.batch):
            # side="right": a category of probability 0 is never the answer
            labels[:, *member] = cumulative[member].searchsorted(u[:, *member], side="right")
        return labels


class Zipf(Categorical):
    """Zipf's law: the k-th most frequent of K categories has probability ∝ 1 / k^exponent.

    Parameters
    ----------
    categories : int
        Number of categories K, at least 1.
    exponent : float, default 1.0
        How steeply the frequencies fall; 0 is uniform, about 1 fits words of a language.

    Raises
    ------
    ValueError
        If `categories` is not a whole number of at least 1, or `exponent` is negative.
    """

    def __init__(self, categories: int, exponent: float = 1.0) -> None:
        categories = whole("categories", categories, least=1)
        steepness = float(positive("exponent", exponent, zero=True))
        super().__init__(np.arange(1, categories + 1) ** -steepness)

    def __repr__(self) -> str:
        """Say how many categories there are, not their probabilities."""
        return f"Zipf(categories={self.categories})"
