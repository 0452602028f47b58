"""A normal distribution per class of images, and the statistic it is fitted to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.random import Generator

from collapse_lib.checks import Array
from collapse_lib.distributions import Categorical, Distribution, MultivariateNormal
from collapse_lib.distributions.base import Batch, Kind
from collapse_lib.suffstats import Scatter


@dataclass(frozen=True, eq=False)
class ClassNormals(Distribution):
    """A normal distribution for each class, and how frequent the class is.

    Parameters
    ----------
    shares : ndarray, shape ``(*batch, classes)``
        Probability of each class; one at 0 has died out and never comes back.
    parts : MultivariateNormal of batch ``(*batch, classes)``
        Distribution of the features within each class. That of a dead class means nothing.

    Notes
    -----
    Within a class there is one centre: two ways to write a seven become one way in between, which
    nobody writes. The average image looks sound all the same.

    References
    ----------
    Fisher, *The use of multiple measurements in taxonomic problems*, Annals of Eugenics 7 (1936).
    """

    kind: ClassVar[Kind] = "classes"

    shares: Array
    parts: MultivariateNormal

    @property
    def batch(self) -> Batch:
        """Shape of the batch of parameters."""
        batch: Batch = self.shares.shape[:-1]
        return batch

    @property
    def event(self) -> tuple[int, ...]:
        """Shape of one draw: its features and its label."""
        return (self.parts.dimensions + 1,)

    def expand(self, batch: Batch) -> ClassNormals:
        """Return the same distribution with its parameters broadcast to `batch`."""
        shape = (*batch, self.shares.shape[-1])
        return ClassNormals(np.broadcast_to(self.shares, shape), self.parts.expand(shape))

    def sample(self, n: int, rng: Generator) -> Array:
        """Draw `n` points from each member of the batch, shape ``(n, *batch, d + 1)``."""
        labels = Categorical.trusted(p=self.shares).sample(n, rng)
        member = (*(axis[None] for axis in np.indices(self.batch)), labels)
        normals = rng.standard_normal((*labels.shape, self.parts.factor.shape[-1]))
        spread = (self.parts.factor[member] @ normals[..., None])[..., 0]
        return np.concatenate([self.parts.mean[member] + spread, labels[..., None]], axis=-1)


@dataclass(frozen=True, eq=False, slots=True)
class ClassScatter:
    """Counts, means and scatter matrices of the classes.

    Parameters
    ----------
    parts : Scatter of batch ``(*batch, classes)``
        The statistic of each class; its weight ``w`` is how often the class was drawn.

    Notes
    -----
    Derived here, from `suffstats.Scatter`. Of a class that was not drawn the mean is a filler, not
    an image: look at ``w`` first.
    """

    parts: Scatter

    def __add__(self, other: ClassScatter) -> ClassScatter:
        """Return the statistic of the union."""
        return ClassScatter(self.parts + other.parts)

    def __rmul__(self, weight: float) -> ClassScatter:
        """Return the statistic with every weight multiplied."""
        return ClassScatter(weight * self.parts)


def fitted(data: ClassScatter) -> ClassNormals:
    """Return the model with the means, covariances (ddof = 0) and shares of the data."""
    parts = data.parts
    weight = np.asarray(parts.w, dtype=float)
    factor = parts.root / np.sqrt(np.where(weight > 0, weight, 1))[..., None, None]
    return ClassNormals(
        weight / weight.sum(axis=-1, keepdims=True),
        MultivariateNormal.trusted(mean=parts.mean, factor=factor),
    )


def scatter(weights: Array, points: Array) -> Scatter:
    """Return the scatter of `points`, ``(…, size, d)``, that count ``weights``, ``(*batch, size)``.

    The root comes from the eigenvalues of the matrix: a direction is kept down to 1e-8 of the
    spread of the widest.
    """
    weights = weights.astype(float)
    total = weights.sum(axis=-1)
    scale = np.where(total > 0, total, 1)[..., None]
    if points.ndim == 2:  # the same points for the whole batch
        centre = points.mean(axis=0) if len(points) else np.zeros(points.shape[-1])
        near = points - centre  # so that squares do not cancel
        shift = weights @ near / scale
        pairs = (near[:, :, None] * near[:, None, :]).reshape(len(points), near.shape[1] ** 2)
        second = (weights @ pairs).reshape(*shift.shape, shift.shape[-1])
        second = second - scale[..., None] * shift[..., :, None] * shift[..., None, :]
    else:
        centre = np.zeros(points.shape[-1])
        shift = (weights[..., None] * points).sum(axis=-2) / scale
        rows = np.sqrt(weights)[..., None] * (points - shift[..., None, :])
        second = rows.swapaxes(-1, -2) @ rows
    values, vectors = np.linalg.eigh(second)
    root = vectors * np.sqrt(np.maximum(values, 0))[..., None, :]
    return Scatter(total, (weights * weights).sum(axis=-1), centre + shift, root)


def together(parts: list[Scatter]) -> ClassScatter:
    """Set the statistics of the classes side by side, on the last axis of the batch."""
    return ClassScatter(
        Scatter(
            np.stack([part.w for part in parts], axis=-1),
            np.stack([part.w2 for part in parts], axis=-1),
            np.stack([part.mean for part in parts], axis=-2),
            np.stack([part.root for part in parts], axis=-3),
        )
    )
