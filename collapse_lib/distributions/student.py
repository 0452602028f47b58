"""Student's t distribution, a truth with heavy tails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, aligned, finite, positive
from collapse_lib.distributions.base import Batch, Numeric, against


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
        If a parameter is not finite, `df` or `scale` is not above 0, or the shapes do not
        broadcast.

    Notes
    -----
    Its density falls like ``|x|^-(df + 1)``. A variance measured on a sample of it says little
    where `df` is at most 4, for the variance's own variance is infinite: one point may double it.
    A normal fitted to it forgets the tail in generation 1, whatever n: an error of model form.

    References
    ----------
    Student, *The probable error of a mean*, Biometrika 6 (1908).
    """

    parameters: ClassVar[tuple[str, ...]] = ("df", "loc", "scale")

    df: Any
    loc: Any = 0.0
    scale: Any = 1.0

    def __post_init__(self) -> None:
        """Check the parameters and bring them to one shape."""
        checked = aligned(
            df=positive("df", self.df),
            loc=finite("loc", self.loc),
            scale=positive("scale", self.scale),
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

        z = (against(x, self.batch) - self.loc) / self.scale
        log_norm = gammaln((self.df + 1) / 2) - gammaln(self.df / 2)
        kernel = (1 + z * z / self.df) ** (-(self.df + 1) / 2)
        density: Array = np.exp(log_norm) * kernel / (self.scale * np.sqrt(np.pi * self.df))
        return density

    def tails(self, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
        """Return P(X < low) and P(X > high), each of shape ``(*low.shape, *batch)``."""
        from scipy.special import stdtr

        return (
            stdtr(self.df, (against(low, self.batch) - self.loc) / self.scale),
            stdtr(self.df, (self.loc - against(high, self.batch)) / self.scale),
        )
