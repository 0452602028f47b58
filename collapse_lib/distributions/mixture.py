"""Mixtures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, aligned, finite, positive
from collapse_lib.distributions.base import SQRT_2PI, Batch, Numeric, against
from collapse_lib.distributions.normal import Normal


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

    References
    ----------
    McLachlan & Peel, *Finite Mixture Models* (2000).
    """

    components: tuple[Numeric, ...]
    weights: Any = None

    def __post_init__(self) -> None:
        """Check the components and make the weights probabilities."""
        components = tuple(self.components) if isinstance(self.components, Iterable) else ()
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
        x = np.empty((n, *batch))
        for index, part in enumerate(self.components):  # np.choose ends at 64 of them
            np.copyto(x, part.expand(batch).sample(n, rng), where=which == index)
        return x

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
class GaussianMixture(Numeric):
    """A mixture of normals whose weights, means and spreads all belong to the batch.

    `Mixture` mixes any distributions with weights common to all; this one is what a learner
    fits, with weights of its own in each replicate.

    Parameters
    ----------
    weights : array_like of float, shape ``(*batch, components)``
        Probability of each component; rescaled to sum to 1 along the last axis.
    means, sds : array_like of float, shape ``(*batch, components)``
        Mean and standard deviation of each component, in the unit of the data.

    Raises
    ------
    ValueError
        If a parameter is not finite, a weight or an `sds` is negative, all weights of a row
        are 0, or the shapes do not broadcast.

    Notes
    -----
    Components have no identity: two of them may swap places between generations while the
    distribution stays the same. Compare densities, not single components.

    References
    ----------
    McLachlan & Peel, *Finite Mixture Models* (2000).
    """

    parameters: ClassVar[tuple[str, ...]] = ("weights", "means", "sds")

    weights: Any
    means: Any
    sds: Any

    def __post_init__(self) -> None:
        """Check the parameters and bring them to one shape."""
        weights, means, sds = aligned(
            weights=np.atleast_1d(positive("weights", self.weights, zero=True)),
            means=finite("means", self.means),
            sds=positive("sds", self.sds, zero=True),
        )
        total = weights.sum(axis=-1, keepdims=True)
        if not np.all(total > 0):
            raise ValueError("weights must hold, for each row, some that do not vanish")
        object.__setattr__(self, "weights", weights / total)
        object.__setattr__(self, "means", means)
        object.__setattr__(self, "sds", sds)

    @property
    def batch(self) -> Batch:
        """Shape of the batch of parameters."""
        batch: Batch = self.weights.shape[:-1]
        return batch

    @property
    def mean(self) -> Any:
        """Mean, shape ``batch``."""
        return (self.weights * self.means).sum(axis=-1)

    @property
    def variance(self) -> Any:
        """Variance within the components plus variance between them, shape ``batch``."""
        spread = self.sds**2 + (self.means - np.expand_dims(self.mean, -1)) ** 2
        return (self.weights * spread).sum(axis=-1)

    def expand(self, batch: Batch) -> GaussianMixture:
        """Return the same mixture with its parameters broadcast to `batch`."""
        return self.altered(lambda value: np.broadcast_to(value, (*batch, value.shape[-1])))

    def altered(self, change: Callable[[Array], Array]) -> GaussianMixture:
        """Return the mixture with `change` applied, its weights rescaled to sum to 1."""
        weights = change(self.weights)
        return GaussianMixture.trusted(
            weights=weights / weights.sum(axis=-1, keepdims=True),
            means=change(self.means),
            sds=change(self.sds),
        )

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` points from each member of the batch, shape ``(n, *batch)``."""
        steps = np.moveaxis(self.weights.cumsum(axis=-1), -1, 0)
        u = rng.random((n, *self.batch))
        u *= steps[-1]
        which = np.zeros(u.shape, dtype=np.intp)
        for step in steps[:-1]:
            which += u >= step
        x = rng.standard_normal(u.shape)
        x *= np.take_along_axis(np.moveaxis(self.sds, -1, 0), which, axis=0)
        x += np.take_along_axis(np.moveaxis(self.means, -1, 0), which, axis=0)
        return x

    def density(self, x: ArrayLike) -> Array:
        """Probability density at `x`, shape ``(*x.shape, *batch)``."""
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (against(x, (*self.batch, 1)) - self.means) / self.sds
            parts = np.exp(-z * z / 2) / (self.sds * SQRT_2PI)
        density: Array = (self.weights * parts).sum(axis=-1)
        return density

    def tails(self, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
        """Return P(X < low) and P(X > high), each of shape ``(*low.shape, *batch)``."""
        low, high = np.broadcast_arrays(low, high)
        parts = Normal.trusted(mean=self.means, sd=self.sds).tails(low, high)
        below, above = ((self.weights * part).sum(axis=-1) for part in parts)
        return below, above
