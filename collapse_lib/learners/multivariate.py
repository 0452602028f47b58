"""The normal model in d dimensions, fitted by its sample mean and covariance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array, one_of
from collapse_lib.dice import Dice
from collapse_lib.distributions import Distribution, MultivariateNormal
from collapse_lib.distributions.base import Kind
from collapse_lib.learners.base import Learner, as_dice
from collapse_lib.suffstats import Sample, Scatter


@dataclass(frozen=True)
class MultivariateGaussianMLE(Learner):
    """Fit a normal distribution in d dimensions: sample mean, scatter / (n - ddof).

    Parameters
    ----------
    ddof : {0, 1}, default 0
        0 divides by n, the maximum-likelihood estimate; 1 by n - 1, which is unbiased in each
        generation.

    Raises
    ------
    ValueError
        If `ddof` is neither 0 nor 1.

    Notes
    -----
    Exact law. Of n points from N(μ, LLᵀ), mean ~ N(μ, LLᵀ/n), and independently the scatter
    is L A (L A)ᵀ with Bartlett's A: lower triangular, standard normals below the diagonal,
    the root of a χ²(n - i) as its i-th diagonal entry. With n - 1 < d only n - 1 columns are
    there (a trapezoid), and the fit is flat. A generation costs d³, whatever n.

    The log-variances along the directions drift at different rates,
    ψ((n - i)/2) - ln((n - ddof)/2) for i = 1 … d: the cloud turns into a needle, and its
    total variance says little about how many directions are left.

    References
    ----------
    Bartlett, *On the theory of statistical regression*, Proceedings of the Royal Society of
    Edinburgh 53 (1933). The drifts of the log-variances are derived here, from his factors.
    """

    kind: ClassVar[Kind] = "vectors"
    event_axes: ClassVar[int] = 1
    least_n: ClassVar[int] = 2
    keeps: ClassVar[str] = "a scatter matrix"

    ddof: int = 0

    def __post_init__(self) -> None:
        """Check ddof."""
        one_of("ddof", self.ddof, (0, 1))

    def observe(self, source: Distribution, n: Any, rng: Generator | Dice) -> Scatter:
        """Return the scatter of `n` points from `source`, by its exact law if it is normal."""
        dice = as_dice(rng, source, n)
        if type(source) is MultivariateNormal:
            return _wishart(source, n, dice)
        scatter: Scatter = super().observe(source, n, dice)
        return scatter

    def reduce(self, x: Array) -> Scatter:
        """Return the scatter of points `x`, shape ``(n, *batch, d)``."""
        return Scatter.of(x)

    def fit(self, data: Scatter | Sample) -> MultivariateNormal:
        """Return the normal model of `data`, a statistic or a `Sample` of points."""
        if isinstance(data, Sample):
            data = Scatter.of(data.points, data.weights)
        weight = data.w - self.ddof * data.w2 / data.w
        factor = data.root / np.sqrt(weight)[..., None, None]
        return MultivariateNormal.trusted(mean=data.mean, factor=factor)


def bartlett(n: Any, d: int, normals: Array, dice: Dice) -> Array:
    """Return A with A Aᵀ ~ Wishart(I, n), shape ``(*batch, d, min(n, d))``.

    `normals`, of shape ``(d (d - 1) / 2, *batch)``, go below the diagonal. Where `n` is an
    array there are d columns, those beyond n being 0.
    """
    columns = d if isinstance(n, np.ndarray) else min(n, d)
    df = np.maximum(n - np.arange(d).reshape(d, *(1,) * len(dice.batch)), 0)
    spread = np.sqrt(dice.wide(d).chisquare(df))
    matrix = np.zeros((*dice.batch, d, columns))
    row, column = np.tril_indices(d, -1)
    below = column < columns
    matrix[..., row[below], column[below]] = np.moveaxis(normals[below], 0, -1)
    diagonal = np.arange(columns)
    matrix[..., diagonal, diagonal] = np.moveaxis(spread[:columns], 0, -1)
    if isinstance(n, np.ndarray):
        matrix *= diagonal < np.broadcast_to(n, dice.batch)[..., None, None]
    return matrix


def _wishart(source: MultivariateNormal, n: Any, dice: Dice) -> Scatter:
    r = source.factor.shape[-1]  # less than d where the source is flat
    below = r * (r - 1) // 2
    normals = dice.wide(below + r).normal()
    degrees = np.maximum(n - 1, 0)
    degrees = degrees if isinstance(n, np.ndarray) else int(degrees)
    inner = bartlett(degrees, r, normals[r:], dice)
    size = np.asarray(np.maximum(n, 1), dtype=float)
    spread = np.moveaxis(normals[:r], 0, -1) / np.sqrt(size)[..., None]
    mean = source.mean + (source.factor @ spread[..., None])[..., 0]
    weight = n if isinstance(n, np.ndarray) else float(n)
    return Scatter(weight, weight, mean, source.factor @ inner)
