"""The normal distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, aligned, finite, positive
from collapse_lib.distributions.base import SQRT_2PI, Batch, Numeric, against


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
        If a parameter is not finite, `sd` is negative, or their shapes do not broadcast.

    Notes
    -----
    Its density is exp(-(x - mean)² / (2 sd²)) / (sd √(2π)). As a truth it is a mild case: beyond
    4 sd there is next to nothing to lose, and a normal model can hold all of it. Do not read
    what happens to it as what happens to heavy tails (`StudentT`, `Zipf`).

    References
    ----------
    Shumailov et al., *AI models collapse when trained on recursively generated data*, Nature 631
    (2024), whose theorem is about this family.

    Examples
    --------
    >>> Normal(0, 2).variance
    4.0
    """

    parameters: ClassVar[tuple[str, ...]] = ("mean", "sd")

    mean: Any = 0.0
    sd: Any = 1.0

    def __post_init__(self) -> None:
        """Check both parameters and bring them to one shape."""
        mean, sd = aligned(mean=finite("mean", self.mean), sd=positive("sd", self.sd, zero=True))
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
            z = (against(x, self.batch) - self.mean) / self.sd
            density: Array = np.exp(-z * z / 2) / (self.sd * SQRT_2PI)
        return density

    def tails(self, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
        """Return P(X < low) and P(X > high), each of shape ``(*low.shape, *batch)``."""
        from scipy.special import ndtr

        below, above = against(low, self.batch) - self.mean, self.mean - against(high, self.batch)
        with np.errstate(divide="ignore", invalid="ignore"):
            return (
                np.where(self.sd > 0, ndtr(below / self.sd), below > 0),
                np.where(self.sd > 0, ndtr(above / self.sd), above > 0),
            )
