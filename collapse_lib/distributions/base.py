"""What every distribution does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array

SQRT_2PI = np.sqrt(2 * np.pi)

Batch = tuple[int, ...]
Kind = Literal["numbers", "counts", "categories", "vectors", "labelled", "classes", "text", "table"]


class Distribution(ABC):
    """Something that can be sampled.

    Attributes
    ----------
    batch : tuple of int
        Shape of its batch of parameters; ``()`` for a single distribution.
    kind : {"numbers", "counts", "categories", "vectors", "labelled", "classes", "text", "table"}
        What its draws are: measurements; how often something happened; labels 0, 1, 2, …
        without order; points in d dimensions; features followed by a number, as in
        regression; features followed by their class, as in images; documents; or rows of a
        table.
    event : tuple of int
        Shape of one draw; ``()`` for a number.
    parameters : tuple of str
        Names of the arrays that make it up.
    group : int
        Draws come in whole groups of so many; 1 for all but a fixed design.

    Notes
    -----
    One of your own needs `batch`, `expand` and `sample`; `learners.Learner` has an example. Its
    batch is how many there are side by side, not how many points one draws: those stand in
    front. That order of the axes is derived here, from numpy's broadcasting.
    """

    kind: ClassVar[Kind] = "numbers"
    parameters: ClassVar[tuple[str, ...]] = ()

    @property
    @abstractmethod
    def batch(self) -> Batch:
        """Shape of the batch of parameters."""

    @property
    def event(self) -> tuple[int, ...]:
        """Shape of one draw."""
        return ()

    @property
    def group(self) -> int:
        """Draws come in whole groups of so many."""
        return 1

    @abstractmethod
    def expand(self, batch: Batch) -> Distribution:
        """Return the same distribution with its parameters broadcast to `batch`."""

    @abstractmethod
    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` points from each member of the batch, shape ``(n, *batch, *event)``."""

    def altered(self, change: Callable[[Array], Array]) -> Self:
        """Return the same family with `change` applied to each of its `parameters`.

        Raises
        ------
        TypeError
            If it has none, as real data.
        """
        if not self.parameters:
            raise TypeError(f"{type(self).__name__} has no parameters that could be altered")
        changed = {name: change(np.asarray(getattr(self, name))) for name in self.parameters}
        return self.trusted(**(self.__dict__ | changed))

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
    """A distribution over real numbers, with moments and a cumulative distribution function.

    Notes
    -----
    `mean` and `variance` are those of the distribution, not of a sample from it: no ddof, and
    nothing scatters. The interface is derived here: it is what metrics and exact laws ask for.
    """

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


def against(x: ArrayLike, batch: Batch) -> Array:
    """Append one axis per batch axis, so that `x` broadcasts in front of the batch."""
    x = np.asarray(x, dtype=float)
    return x.reshape(x.shape + (1,) * len(batch))
