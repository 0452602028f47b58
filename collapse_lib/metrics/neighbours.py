"""Neighbours: whether a model says something new, or what it has learnt by heart."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, finite


def nearest_neighbour_ratio(drawn: ArrayLike, real: ArrayLike, training: ArrayLike) -> Array:
    """Return how far a model's draws are from what it has learnt, compared with real ones.

    The mean distance of `drawn` to the nearest point of `training`, divided by the mean distance
    of `real` to the nearest point of the same set, shape ``batch``: 1 where the model's draws are
    as new as real ones, 0 where it repeats its training set.

    Parameters
    ----------
    drawn, real, training : array_like, shape ``(n, *batch)``
        Draws of the model, draws of the truth that the model has not learnt from, and the points
        that it has, such as the ``points`` of a `KernelDensity`; n may differ.

    Returns
    -------
    ndarray, shape ``batch``
        The ratio; inf or nan where the real draws hit the training set.

    Raises
    ------
    ValueError
        If one of them is empty or not finite, or their batches differ.

    Notes
    -----
    A ratio, so that it has no unit and forgives a training set that is sparse everywhere. Above 1
    the draws are further from the training set than real ones: blur, which is not news either.
    Along a chain it can fall although each fit generalises as well as the first: the training
    set itself may have become a few crowded places, far from the real points.

    References
    ----------
    Meehan, Chaudhuri & Dasgupta, *A non-parametric test to detect data-copying in generative
    models*, AISTATS 2020, arXiv:2004.05675, compare the same two distances. Shi et al.,
    arXiv:2509.16499, follow the first along a chain of diffusion models.
    """
    sets = {
        name: np.atleast_1d(finite(name, value))
        for name, value in (("drawn", drawn), ("real", real), ("training", training))
    }
    for name, points in sets.items():
        if points.shape[1:] != sets["training"].shape[1:]:
            raise ValueError(
                f"{name} must have the batch of training, {sets['training'].shape[1:]}, "
                f"not {points.shape[1:]}"
            )
    known = np.sort(sets["training"], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(_distance(sets["drawn"], known) / _distance(sets["real"], known))[()]


def _distance(x: Array, known: Array) -> Array:
    """Return the mean distance of `x` to the nearest of the sorted points, shape ``batch``."""
    ends = np.full((1, *known.shape[1:]), np.inf)
    known = np.concatenate([-ends, known, ends])
    mean = np.empty(x.shape[1:])
    for member in np.ndindex(mean.shape):
        place, points = x[:, *member], known[:, *member]
        after = np.searchsorted(points, place)
        mean[member] = np.minimum(place - points[after - 1], points[after] - place).mean()
    return mean
