"""Tails: what is left of the rare."""

from __future__ import annotations

import numpy as np

from collapse_lib.checks import Array, number, positive
from collapse_lib.distributions import Distribution
from collapse_lib.metrics.kinds import Metric, factory, numeric
from collapse_lib.metrics.moments import mean, sd


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
