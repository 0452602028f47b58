"""Where a model stands, how wide it is, and what it still holds in the tails."""

from __future__ import annotations

import numpy as np

from collapse_lib.checks import Array, number, positive
from collapse_lib.distributions import Distribution
from collapse_lib.metrics.kinds import Metric, factory, numeric

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


@factory
def tail_mass(k: float = 3.0) -> Metric:
    """Return the metric P(|X - μ| > kσ) of the model, with μ and σ **of the truth**.

    Parameters
    ----------
    k : float, default 3.0
        Where the tails begin, in standard deviations of the truth.

    Returns
    -------
    callable
        A metric whose value is a probability, shape ``batch``.

    Raises
    ------
    ValueError
        If `k` is not above 0; or, when measuring, if the truth's variance is infinite.

    Notes
    -----
    A mean that wanders off fills one tail and so may *raise* this number while the spread
    collapses: look at `variance` beside it.

    References
    ----------
    Shumailov et al., *Nature* 631 (2024): the tails are what disappears first. To measure them
    where the truth has them is derived here: beyond k of its *own* sd a normal loses nothing.
    """
    distance = number(positive, "k", k)

    def tail_mass(model: Distribution, truth: Distribution) -> Array:
        centre, spread = mean(truth, truth), sd(truth, truth)
        if not np.all(np.isfinite(spread)):
            raise ValueError("truth must have a finite variance to have tails beyond k sigma")
        low, high = centre - distance * spread, centre + distance * spread
        below, above = numeric("tail mass", model).tails(low, high)
        return np.asarray(below + above)

    return tail_mass
