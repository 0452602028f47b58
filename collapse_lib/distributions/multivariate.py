"""The normal distribution in d dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, broadcast, finite
from collapse_lib.distributions.base import Batch, Distribution, Kind


@dataclass(frozen=True, eq=False, init=False)
class MultivariateNormal(Distribution):
    """The normal distribution in d dimensions, N(mean, cov).

    Draws have shape ``(n, *batch, d)``.

    Parameters
    ----------
    mean : array_like of float, shape ``(*batch, d)``
        Mean, in the unit of the data.
    cov : array_like of float, shape ``(*batch, d, d)``, optional
        Covariance, symmetric and with no negative eigenvalue; the identity by default.
    factor : array_like of float, shape ``(*batch, d, r)``, keyword only, optional
        Instead of `cov`: any matrix F with F Fᵀ = cov. With r < d the distribution is flat,
        without spread in d - r directions.

    Attributes
    ----------
    mean, factor : ndarray
        As above. The covariance is kept as its factor, so that directions that have all but
        died keep their digits.
    dimensions : int
        d.

    Raises
    ------
    ValueError
        If a parameter is not finite, the shapes do not fit, `cov` is not symmetric or has a
        negative eigenvalue, or both `cov` and `factor` are given.

    Notes
    -----
    A trace near that of the truth does not mean health: one direction may have grown while
    all others died. Look at the eigenvalues.

    References
    ----------
    Anderson, *An Introduction to Multivariate Statistical Analysis* (3rd ed., 2003), chapter 2.
    """

    kind: ClassVar[Kind] = "vectors"
    parameters: ClassVar[tuple[str, ...]] = ("mean", "factor")

    mean: Any
    factor: Any

    def __init__(
        self, mean: ArrayLike, cov: ArrayLike | None = None, *, factor: ArrayLike | None = None
    ) -> None:
        centre = finite("mean", mean)
        if not centre.ndim:
            raise ValueError(f"mean must hold one number per dimension, not {mean!r}")
        d, spread = centre.shape[-1], "cov" if factor is None else "factor"
        if factor is None:
            root = np.eye(d) if cov is None else _factor(cov)
        elif cov is None:
            root = finite("factor", factor)
        else:
            raise ValueError("cov must be left out where factor is given")
        if root.ndim < 2 or root.shape[-2] != d:
            raise ValueError(
                f"{spread} must have {d} rows, as mean has {d} dimensions, not the shape "
                f"{root.shape}"
            )
        if root.shape[-1] > d:  # d columns are enough
            root = np.asarray(np.linalg.qr(root.swapaxes(-1, -2), mode="r")).swapaxes(-1, -2)
        batch = broadcast(**{"mean": centre.shape[:-1], spread: root.shape[:-2]})
        object.__setattr__(self, "mean", np.broadcast_to(centre, (*batch, d)))
        object.__setattr__(self, "factor", np.broadcast_to(root, (*batch, *root.shape[-2:])))

    @property
    def batch(self) -> Batch:
        """Shape of the batch of parameters."""
        batch: Batch = self.mean.shape[:-1]
        return batch

    @property
    def event(self) -> tuple[int, ...]:
        """Shape of one draw, ``(d,)``."""
        return (self.dimensions,)

    @property
    def dimensions(self) -> int:
        """Number of dimensions d."""
        return int(self.mean.shape[-1])

    @property
    def cov(self) -> Array:
        """Covariance, without ddof, shape ``(*batch, d, d)``."""
        cov: Array = self.factor @ self.factor.swapaxes(-1, -2)
        return cov

    def expand(self, batch: Batch) -> MultivariateNormal:
        """Return the same distribution with its parameters broadcast to `batch`."""
        return MultivariateNormal.trusted(
            mean=np.broadcast_to(self.mean, (*batch, self.dimensions)),
            factor=np.broadcast_to(self.factor, (*batch, *self.factor.shape[-2:])),
        )

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` points from each member of the batch, shape ``(n, *batch, d)``."""
        z = rng.standard_normal((n, *self.batch, self.factor.shape[-1]))
        x: Array
        if self.batch:
            x = (self.factor @ z[..., None])[..., 0]
        else:
            x = z @ self.factor.T
        x += self.mean
        return x


def _factor(cov: ArrayLike) -> Array:
    """Return F with F Fᵀ = cov, lower triangular where cov has full rank."""
    matrix = finite("cov", cov)
    if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2]:
        raise ValueError(f"cov must be square, not of shape {matrix.shape}")
    if not np.allclose(matrix, matrix.swapaxes(-1, -2), rtol=1e-10, atol=0):
        raise ValueError("cov must be symmetric, but differs from its transpose")
    try:
        return np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(matrix)
    if np.any(values < -1e-12 * np.abs(values).max(axis=-1, keepdims=True)):
        raise ValueError(f"cov must have no negative eigenvalue, not {values.min():g}")
    factor: Array = vectors * np.sqrt(np.maximum(values, 0))[..., None, :]
    return factor
