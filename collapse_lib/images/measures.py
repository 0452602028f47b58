"""What a reader sees of images: averages, variety, strangeness, and names."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import default_rng

from collapse_lib.checks import Array, whole
from collapse_lib.distributions import Distribution
from collapse_lib.images.model import ClassNormals
from collapse_lib.images.truth import LabelledImages
from collapse_lib.metrics.kinds import Metric, name

Neighbours = Callable[[Distribution, Distribution], tuple[Array, Array]]


def average_images(model: Distribution, truth: LabelledImages) -> Array:
    """Return the average image of each class, shape ``(*batch, classes, pixels)``.

    Grey levels as in the truth; nan for a class that has died out.

    Raises
    ------
    TypeError
        If the model has no classes of images, or the truth is no set of real images.

    Notes
    -----
    Derived here: the class's mean, back through the principal components. The average of a class
    can stay sharp, and even grow sharper, while every variant of it dies: it is the image of a
    mean, not a typical image.
    """
    ours = _normals("average_images", model)
    truth = _images("average_images", truth)
    means = np.where((ours.shares > 0)[..., None], ours.parts.mean, np.nan)
    return truth.picture(means)


def class_share(label: int) -> Metric:
    """Return the metric "probability of this class", shape ``batch``; 0 where it died out.

    Parameters
    ----------
    label : int
        The class, 0 or more.

    Raises
    ------
    ValueError
        If `label` is not a whole number of at least 0, or, when measuring, not a class.
    TypeError
        When measuring, if the model has no classes of images.

    Notes
    -----
    Its average over replicates stays where it was, however many have lost the class: it is a
    gene under drift.

    References
    ----------
    Ewens, *Mathematical Population Genetics* (2nd ed., 2004), chapter 3.
    """
    label = whole("label", label, least=0)

    def class_share(model: Distribution, truth: Distribution) -> Array:
        return np.asarray(_of_class("class_share", label, model)[0])

    return class_share


def variance_kept(label: int) -> Metric:
    """Return the metric "pixel variance of this class, as a share of the truth's".

    The trace of the class's covariance over that of the real images, both within the
    principal components; 0 where the class died out.

    Parameters
    ----------
    label : int
        The class, 0 or more.

    Raises
    ------
    ValueError
        If `label` is not a whole number of at least 0, or, when measuring, not a class.
    TypeError
        When measuring, if the model has no classes of images.

    Notes
    -----
    A sum over pixels: the class can be down to a few directions while it still looks large.
    It says how alike the images are, not whether they are right. Derived here, as the total
    variance (the trace) of one class.
    """
    label = whole("label", label, least=0)

    def variance_kept(model: Distribution, truth: Distribution) -> Array:
        share, _, factor = _of_class("variance_kept", label, model)
        _, _, real = _of_class("variance_kept", label, truth)
        kept = (factor * factor).sum(axis=(-2, -1)) / (real * real).sum(axis=(-2, -1))
        return np.asarray(np.where(share > 0, kept, 0.0))

    return variance_kept


def nearest_real(label: int, samples: int = 20, seed: int = 0) -> Metric:
    """Return the metric "mean distance of this class's samples to the nearest real image".

    Euclidean over the principal components, in grey levels; any real image counts, whatever
    its label.

    Parameters
    ----------
    label : int
        The class, 0 or more.
    samples : int, default 20
        Images drawn from each model.
    seed : int, default 0
        Of the samples, whose dice are the same for every model.

    Returns
    -------
    callable
        A metric of shape ``batch``: nan where the class died out, 0 at the real images.

    Raises
    ------
    ValueError
        If a number is out of its range, or, when measuring, `label` is not a class.
    TypeError
        When measuring, if model or truth has no classes of images.

    Notes
    -----
    Small is no praise: a model that has collapsed onto one real image scores near 0.

    References
    ----------
    Meehan, Chaudhuri & Dasgupta, *A non-parametric test to detect data-copying in generative
    models*, AISTATS 2020, arXiv:2004.05675, who read small distances as copying.
    """
    metric = _neighbours("nearest_real", label, samples, seed)

    def nearest_real(model: Distribution, truth: Distribution) -> Array:
        if model is truth:
            return np.zeros(model.batch)
        distance, _ = metric(model, truth)
        return distance

    return nearest_real


def recognised(label: int, samples: int = 20, seed: int = 0) -> Metric:
    """Return the metric "share of this class's samples that are still named correctly".

    The classifier gives a sample the label of the nearest real image over the principal
    components (one nearest neighbour); left-out real digits it names right 98 times of 100.

    Parameters
    ----------
    label : int
        The class, 0 or more.
    samples : int, default 20
        Images drawn from each model.
    seed : int, default 0
        Of the samples, whose dice are the same for every model.

    Returns
    -------
    callable
        A metric of shape ``batch``: nan where the class died out, 1 at the real images, among
        which the classifier finds each image itself.

    Raises
    ------
    ValueError
        If a number is out of its range, or, when measuring, `label` is not a class.
    TypeError
        When measuring, if model or truth has no classes of images.

    Notes
    -----
    It can *rise* while the class dies: a thousand copies of one good seven are all named seven.

    References
    ----------
    Cover & Hart, *Nearest neighbor pattern classification*, IEEE Transactions on Information
    Theory 13 (1967).
    """
    metric = _neighbours("recognised", label, samples, seed)

    def recognised(model: Distribution, truth: Distribution) -> Array:
        if model is truth:
            return np.ones(model.batch)
        _, share = metric(model, truth)
        return share

    return recognised


def _neighbours(metric: str, label: int, samples: int, seed: int) -> Neighbours:
    label, samples = whole("label", label, least=0), whole("samples", samples, least=1)
    seed = whole("seed", seed, least=0)

    def measure(model: Distribution, truth: Distribution) -> tuple[Array, Array]:
        """Return mean distances to the nearest real image, and how often its label is ours."""
        truth = _images(metric, truth)
        share, mean, factor = _of_class(metric, label, model)
        normals = default_rng(seed).standard_normal((samples, factor.shape[-1]))
        points = mean[..., None, :] + normals @ factor.swapaxes(-1, -2)
        flat = points.reshape(-1, points.shape[-1])
        distance, named = np.empty(len(flat)), np.empty(len(flat), dtype=np.int64)
        real, norms = truth.features, (truth.features**2).sum(axis=1)
        for start in range(0, len(flat), 2000):  # a block of distances takes some 30 MB
            block = flat[start : start + 2000]
            squares = norms - 2 * block @ real.T
            nearest = squares.argmin(axis=1)
            distance[start : start + 2000] = np.sqrt(((block - real[nearest]) ** 2).sum(axis=1))
            named[start : start + 2000] = truth.labels[nearest]
        shape = points.shape[:-1]
        both = distance.reshape(shape).mean(axis=-1), (named == label).reshape(shape).mean(axis=-1)
        first, second = (np.where(share > 0, values, np.nan) for values in both)
        return first, second

    return measure


def _images(metric: str, truth: Distribution) -> LabelledImages:
    if not isinstance(truth, LabelledImages):
        raise TypeError(f"{metric} needs real images as the truth, not {name(truth)}")
    return truth


def _normals(metric: str, model: Distribution) -> ClassNormals:
    if isinstance(model, LabelledImages):
        return model.normals.expand(model.batch)
    if not isinstance(model, ClassNormals):
        raise TypeError(f"{metric} needs a model of labelled images, not {name(model)}")
    return model


def _of_class(metric: str, label: int, model: Distribution) -> tuple[Array, Array, Array]:
    """Return share, mean and factor of one class."""
    ours = _normals(metric, model)
    if label >= ours.shares.shape[-1]:
        raise ValueError(f"label must be below {ours.shares.shape[-1]}, not {label}")
    mean, factor = ours.parts.mean[..., label, :], ours.parts.factor[..., label, :, :]
    return ours.shares[..., label], mean, factor
