"""Where a model stands, and how wide it is."""

from __future__ import annotations

import numpy as np

from collapse_lib.checks import Array
from collapse_lib.distributions import Distribution
from collapse_lib.metrics.kinds import numeric

INSTEAD = {"vectors": "total_variance", "classes": "images.variance_kept"}


def mean(model: Distribution, truth: Distribution) -> Array:
    """Return the model's mean, in the unit of the data, shape ``batch``.

    Raises
    ------
    TypeError
        If the model's draws are categories: labels have no mean.

    Notes
    -----
    Its *average over replicates* stays at the truth's mean however far single lineages drift.

    References
    ----------
    Casella & Berger, *Statistical Inference* (2002), chapter 2.
    """
    return np.asarray(numeric("mean", model).mean)


def variance(model: Distribution, truth: Distribution) -> Array:
    """Return the model's variance, in the squared unit of the data, shape ``batch``.

    It is the fitted parameter: the learner's ddof has been applied, none is applied here.

    Raises
    ------
    TypeError
        If the model's draws are categories, whose labels have no variance; or vectors: use
        `total_variance`.

    Notes
    -----
    Look at its median over replicates. With ddof = 1 its mean never shrinks, because a few
    rare lineages grow while nearly all of them die.

    References
    ----------
    Casella & Berger, *Statistical Inference* (2002), chapter 2; for its fate under replacement
    Shumailov et al., *Nature* 631 (2024).
    """
    return np.asarray(numeric("variance", model, INSTEAD).variance)


def sd(model: Distribution, truth: Distribution) -> Array:
    """Return the model's standard deviation, in the unit of the data, shape ``batch``.

    Raises
    ------
    TypeError
        If the model's draws are categories or vectors.

    Notes
    -----
    The square root of `variance`; it halves half as often as the variance does.

    References
    ----------
    Casella & Berger, *Statistical Inference* (2002), chapter 2.
    """
    return np.sqrt(variance(model, truth))
