"""What a model of images reads, when it is handed an image: the class it takes it for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib.checks import Array
from collapse_lib.images.model import ClassNormals
from collapse_lib.images.truth import LabelledImages
from collapse_lib.metrics.kinds import name


def read_as(model: Any, features: ArrayLike) -> Array:
    """Return the class that a model takes each image for.

    Linear discriminant analysis: the class whose mean is nearest, in units of the spread that
    all classes have in common, where a frequent class gets the benefit of the doubt.

    Parameters
    ----------
    model : ClassNormals or LabelledImages
        Who reads; of real images, the normal distributions fitted to all of them.
    features : array_like, shape ``(images, components)`` or ``(*batch, images, components)``
        What is handed in; the same for all models of a batch, or to each its own.

    Returns
    -------
    ndarray of int, shape ``(*batch, images)``
        Never a class that has died out.

    Raises
    ------
    TypeError
        If the model has no classes of images.

    Notes
    -----
    It always answers: an image of a class that the model never knew, or has lost, is taken for
    the likeliest of the others. The answer comes without the certainty that it may lack.

    References
    ----------
    Fisher, *The use of multiple measurements in taxonomic problems*, Annals of Eugenics 7 (1936).
    """
    weights, offset = discriminant(model)
    points = np.asarray(features, dtype=float)
    return np.asarray((points @ weights.swapaxes(-1, -2) + offset[..., None, :]).argmax(axis=-1))


def discriminant(model: Any) -> tuple[Array, Array]:
    """Return weights ``(*batch, classes, components)`` and offsets ``(*batch, classes)``.

    An image is taken for the class with the highest ``weights @ features + offset``; the offset
    of a class that has died out is -inf.
    """
    ours = model.normals.expand(model.batch) if isinstance(model, LabelledImages) else model
    if not isinstance(ours, ClassNormals):
        raise TypeError(f"read_as needs a model of labelled images, not {name(model)}")
    mean, shares, factor = ours.parts.mean, ours.shares, ours.parts.factor
    columns = np.sqrt(shares)[..., None, None] * factor
    side_by_side = np.moveaxis(columns, -3, -2).reshape(*shares.shape[:-1], mean.shape[-1], -1)
    common = side_by_side @ side_by_side.swapaxes(-1, -2)
    weights = mean @ np.linalg.pinv(common, hermitian=True)
    with np.errstate(divide="ignore"):
        offset = np.log(shares) - 0.5 * (weights * mean).sum(axis=-1)
    return weights, offset
