"""Labels, each with its probability."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, fraction, number, positive, whole
from collapse_lib.distributions.base import Batch, Distribution, Kind

MOST = 100_000_000  # categories of a Zipf's law: 4 GB with what they are worked out from


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
        If a probability is negative or not finite, there is no category, or a row sums to 0.

    Notes
    -----
    A category of probability exactly 0 can never be drawn again: extinction is for ever. The
    labels have no order and no distance: that 3 is near 4 means nothing.

    References
    ----------
    Ewens, *Mathematical Population Genetics* (2nd ed., 2004): labels are alleles, a generation
    is a draw, and lost labels are lost alleles.
    """

    kind: ClassVar[Kind] = "categories"
    parameters: ClassVar[tuple[str, ...]] = ("p",)

    p: Any

    def __post_init__(self) -> None:
        """Check the probabilities and make them sum to 1."""
        p = positive("p", self.p, zero=True)
        if p.ndim == 0:
            raise ValueError(f"p must hold one probability for each category, not {self.p!r}")
        if not np.all(p.sum(axis=-1) > 0):
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

    def padded(self, categories: int) -> Categorical:
        """Return the same probabilities among at least so many categories, those added being 0."""
        missing = categories - self.categories
        if missing <= 0:
            return self
        zeros = np.zeros((*self.batch, missing))
        return Categorical.trusted(p=np.concatenate([self.p, zeros], axis=-1))

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
        If `categories` is not a whole number from 1 to 100 million, or `exponent` is negative.

    Notes
    -----
    With exponent 1 the rare half of 10,000 categories has only 7 % of the mass: a metric of mass
    stays near 1 while most categories die. The exponent is that of the *rank*; the share of
    categories that occur k times falls like k^-(1 + 1/exponent).

    References
    ----------
    Zipf, *Human Behavior and the Principle of Least Effort* (1949). Dohmatob et al., *A tale of
    tails*, ICML 2024, arXiv:2402.07043, for what is lost of its tail.
    """

    def __init__(self, categories: int, exponent: float = 1.0) -> None:
        categories = whole("categories", categories, least=1)
        if categories > MOST:
            raise ValueError(f"categories must be at most {MOST:,}, not {categories:,}")
        steepness = number(positive, "exponent", exponent, zero=True)
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

    Notes
    -----
    Of a chain of coins that are fitted and thrown again the expected `p` never moves, and every
    single coin ends at 0 or 1: do not read the steady mean as a coin that stays fair.

    References
    ----------
    Suresh, Thangaraj & Khandavally, *Rate of model collapse in recursive training*,
    arXiv:2412.17646 (2024).
    """

    def __init__(self, p: ArrayLike) -> None:
        one = np.asarray(fraction("p", p))
        super().__init__(np.stack([1 - one, one], axis=-1))
