"""Labels, each with its probability."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, fraction, positive, whole
from collapse_lib.distributions.base import Batch, Distribution, Kind


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

    kind: ClassVar[Kind] = "categories"
    parameters: ClassVar[tuple[str, ...]] = ("p",)

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

    def altered(self, change: Callable[[Array], Array]) -> Categorical:
        """Return the probabilities with `change` applied, rescaled to sum to 1."""
        p = change(self.p)
        return Categorical.trusted(p=p / p.sum(axis=-1, keepdims=True))

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` labels from each member of the batch, shape ``(n, *batch)``."""
        u = rng.random((n, *self.batch))
        labels = np.empty(u.shape, dtype=np.int64)
        for member in np.ndindex(self.batch):
            alive = np.flatnonzero(self.p[member] != 0)  # after some generations these are few
            reached = self.p[member][alive].cumsum()
            lot = u[:, *member] * reached[-1]  # below the last one, or a label could be K
            labels[:, *member] = alive[reached.searchsorted(lot, side="right")]
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


class Bernoulli(Categorical):
    """A coin: label 1 with probability `p`, label 0 otherwise.

    Parameters
    ----------
    p : array_like of float between 0 and 1, shape ``batch``
        Probability of label 1. The attribute ``p`` holds both, ``[1 - p, p]``, as for every
        categorical distribution.

    Raises
    ------
    ValueError
        If `p` is not between 0 and 1.
    """

    def __init__(self, p: ArrayLike) -> None:
        one = np.asarray(fraction("p", p))
        super().__init__(np.stack([1 - one, one], axis=-1))
