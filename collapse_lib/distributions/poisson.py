"""The Poisson distribution: how often something happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, positive
from collapse_lib.distributions.base import Batch, Kind, Numeric, against

NORMAL_FROM = 1e12  # numpy's draws are right up to 10^13, and the normal law is from 10^6 on
MOST_DRAWN = 1e18


@dataclass(frozen=True, eq=False)
class Poisson(Numeric):
    """The Poisson distribution: P(k) = e^-rate rate^k / k!.

    Parameters
    ----------
    rate : array_like of float, shape ``batch``
        Mean number of events, 0 or more. At 0 nothing ever happens again.

    Raises
    ------
    ValueError
        If `rate` is negative or not finite; when sampled, if it exceeds 10^18.

    Notes
    -----
    From 10^12 on, draws are those of the normal law with its mean and variance, rounded: there
    numpy's own scatter too widely (2 % at 10^15, 20 % at 10^16), while the normal law is wrong
    in the skewness only, by 10^-6.

    `density` is a probability, not a density per unit. Mean and variance are one number: where
    the rate drifts, the spread does too, and a smaller variance alone is no sign of collapse.

    References
    ----------
    Suresh, Thangaraj & Khandavally, *Rate of model collapse in recursive training*,
    arXiv:2412.17646 (2024), who follow it over generations.
    """

    kind: ClassVar[Kind] = "counts"
    parameters: ClassVar[tuple[str, ...]] = ("rate",)

    rate: Any = 1.0

    def __post_init__(self) -> None:
        """Check the rate."""
        object.__setattr__(self, "rate", positive("rate", self.rate, zero=True)[()])

    @property
    def batch(self) -> Batch:
        """Shape of the batch of parameters."""
        return np.shape(self.rate)

    @property
    def mean(self) -> Any:
        """Mean, the rate, shape ``batch``."""
        return self.rate

    @property
    def variance(self) -> Any:
        """Variance, again the rate, shape ``batch``."""
        return self.rate

    def expand(self, batch: Batch) -> Poisson:
        """Return the same distribution with its rate broadcast to `batch`."""
        return Poisson.trusted(rate=np.broadcast_to(self.rate, batch))

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` counts from each member of the batch, shape ``(n, *batch)``."""
        if (most := np.max(self.rate, initial=0)) > MOST_DRAWN:
            raise ValueError(
                f"rate must be at most {MOST_DRAWN:g} where counts are drawn, whole numbers of 64 "
                f"bits, not {most:g}"
            )
        return events(self.rate, (n, *self.batch), rng).astype(np.int64)

    def density(self, x: ArrayLike) -> Array:
        """Probability of the count `x`, 0 between the whole numbers, ``(*x.shape, *batch)``."""
        from scipy.special import gammaln, xlogy

        x = against(x, self.batch)
        k = np.maximum(x, 0)
        probability = np.exp(xlogy(k, self.rate) - self.rate - gammaln(k + 1))
        density: Array = np.where((x >= 0) & (x == np.floor(x)), probability, 0.0)
        return density

    def tails(self, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
        """Return P(X < low) and P(X > high), each of shape ``(*low.shape, *batch)``."""
        from scipy.special import pdtr, pdtrc

        last = np.ceil(against(low, self.batch)) - 1  # the greatest whole number below
        high = np.floor(against(high, self.batch))
        return (
            np.where(last >= 0, pdtr(np.maximum(last, 0), self.rate), 0.0),
            np.where(high >= 0, pdtrc(np.maximum(high, 0), self.rate), 1.0),
        )


def events(rate: Any, shape: Batch, rng: Generator) -> Array:
    """Draw how often something of this mean number happens, as float or int, of that `shape`."""
    rate = np.asarray(rate)
    large = rate > NORMAL_FROM
    if not large.any():
        return np.asarray(rng.poisson(rate, shape))
    few = rng.poisson(np.where(large, 0, rate), shape)
    many = np.rint(rate + np.sqrt(rate) * rng.standard_normal(shape))
    return np.where(large, many, few)
