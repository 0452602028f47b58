"""Features with a label: what regression learns from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array, broadcast, finite, positive
from collapse_lib.distributions.base import Batch, Distribution, Kind
from collapse_lib.distributions.multivariate import MultivariateNormal


@dataclass(frozen=True, eq=False)
class Design:
    """Features that are set by plan, not drawn: the same rows in every data set.

    Parameters
    ----------
    rows : array_like of float, shape ``(size, d)``
        The features of each point. A data set takes all rows, once or several times over, so
        its size is a multiple of theirs.

    Raises
    ------
    ValueError
        If `rows` is no matrix of finite numbers.

    Notes
    -----
    With fixed features the error of the coefficients depends on the noise of the labels alone.
    Features that are drawn afresh cost more, d / (n - d - 1) instead of d / n of the noise: do
    not compare the two as if they were one experiment.

    References
    ----------
    Gerstgrasser et al., *Is model collapse inevitable?*, COLM 2024, arXiv:2404.01413, whose
    bound for data that accumulate keeps the features.
    """

    rows: Any

    def __post_init__(self) -> None:
        """Check the rows."""
        rows = finite("rows", self.rows)
        if rows.ndim != 2:
            raise ValueError(f"rows must be a matrix of points by features, not {rows.shape}")
        object.__setattr__(self, "rows", rows)

    @property
    def dimensions(self) -> int:
        """Number of features d."""
        return int(self.rows.shape[1])

    def repeats(self, n: int) -> int:
        """Return how often the rows are taken for `n` points.

        Raises
        ------
        ValueError
            If `n` is not a multiple of the number of rows.
        """
        times, rest = divmod(n, len(self.rows))
        if rest:
            raise ValueError(f"n must be a multiple of the design's {len(self.rows)} rows, not {n}")
        return times


@dataclass(frozen=True, eq=False)
class LinearModel(Distribution):
    """Labels that depend linearly on features: y = xᵀ coefficients + noise · N(0, 1).

    A draw is the features followed by their label, so draws have shape
    ``(n, *batch, d + 1)``.

    Parameters
    ----------
    coefficients : array_like of float, shape ``(*batch, d)``
        Weight of each feature, in units of the label per unit of the feature.
    noise : array_like of float, shape ``batch``, default 1
        Standard deviation (not the variance) of the labels around the line.
    features : MultivariateNormal or Design, optional
        Where features come from, one law for the whole batch; independent standard normals
        by default.

    Raises
    ------
    ValueError
        If a parameter is not finite, `noise` is negative, or `features` do not fit.

    Notes
    -----
    Only the labels are ever modelled. The features are given, in every generation the same
    law, so nothing here can tell whether *they* would collapse.

    References
    ----------
    Dohmatob, Feng & Kempe, *Model collapse demystified*, NeurIPS 2024, arXiv:2402.07712: the
    regression whose labels the last fit made up.
    """

    kind: ClassVar[Kind] = "labelled"
    parameters: ClassVar[tuple[str, ...]] = ("coefficients", "noise")

    coefficients: Any
    noise: Any = 1.0
    features: MultivariateNormal | Design | None = None

    def __post_init__(self) -> None:
        """Check the parameters and bring them to one shape."""
        coefficients = finite("coefficients", self.coefficients)
        noise = positive("noise", self.noise, zero=True)
        if not coefficients.ndim:
            raise ValueError(
                f"coefficients must hold one number per feature, not {self.coefficients!r}"
            )
        d = coefficients.shape[-1]
        batch = broadcast(coefficients=coefficients.shape[:-1], noise=noise.shape)
        object.__setattr__(self, "coefficients", np.broadcast_to(coefficients, (*batch, d)))
        object.__setattr__(self, "noise", np.broadcast_to(noise, batch)[()])
        object.__setattr__(self, "features", features_of(self.features, d))

    @property
    def batch(self) -> Batch:
        """Shape of the batch of parameters."""
        return np.shape(self.noise)

    @property
    def event(self) -> tuple[int, ...]:
        """Shape of one draw, ``(d + 1,)``."""
        return (self.coefficients.shape[-1] + 1,)

    @property
    def group(self) -> int:
        """The rows of a design are taken together."""
        return len(self.features.rows) if isinstance(self.features, Design) else 1

    def expand(self, batch: Batch) -> LinearModel:
        """Return the same model with its parameters broadcast to `batch`."""
        return LinearModel.trusted(
            coefficients=np.broadcast_to(self.coefficients, (*batch, self.coefficients.shape[-1])),
            noise=np.broadcast_to(self.noise, batch),
            features=self.features,
        )

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` points from each member of the batch, shape ``(n, *batch, d + 1)``.

        Raises
        ------
        ValueError
            If the features are a design and `n` is not a multiple of its rows.
        """
        features, batch = self.features, self.batch
        d = self.coefficients.shape[-1]
        draws = np.empty((n, *batch, d + 1))
        if isinstance(features, Design):
            rows = np.tile(features.rows, (features.repeats(n), 1))
            draws[..., :d] = rows.reshape(n, *(1,) * len(batch), d)
        else:
            assert features is not None  # it was set by the constructor
            draws[..., :d] = features.expand(batch).sample(n, rng)
        draws[..., d] = rng.standard_normal((n, *batch)) * self.noise
        draws[..., d] += (draws[..., :d] * self.coefficients).sum(axis=-1)
        return draws


def features_of(
    features: MultivariateNormal | Design | None, d: int
) -> MultivariateNormal | Design:
    """Return `features`, or `d` independent standard normals if None; or raise a sentence."""
    if features is None:
        return MultivariateNormal(np.zeros(d))
    single = isinstance(features, Design) or (
        isinstance(features, MultivariateNormal) and not features.batch
    )
    if not single or features.dimensions != d:
        raise ValueError(
            f"features must be a single MultivariateNormal or a Design of {d} dimensions, "
            f"not {features!r}"
        )
    return features
