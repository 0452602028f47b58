"""Along a lineage: when something happened."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib import checks
from collapse_lib.checks import Array


def time_to(trace: ArrayLike, fraction: float) -> Array:
    """Return the first generation in which a trace is at or below a fraction of its start.

    Survival analysis calls it a first passage time; one that is still to come is censored
    (Klein & Moeschberger, *Survival Analysis*, 2003).

    Parameters
    ----------
    trace : array_like, shape ``(generations + 1, *batch)``
        A metric along a lineage, such as ``lineage.trace(metrics.variance)``; index 0 is the
        truth.
    fraction : float
        Of the value at generation 0, above 0 and at most 1: a half is 0.5, not 50.

    Returns
    -------
    ndarray of float, shape ``batch``
        A generation, or inf where the trace never gets there within its length.

    Raises
    ------
    ValueError
        If `fraction` is not above 0 and at most 1, or `trace` does not hold numbers along an axis
        of generations.

    Notes
    -----
    Take medians and quantiles over the replicates, which inf leaves right as long as fewer
    lineages than that are still on their way; a mean of those that arrived is biased low. The
    *first* time: an unbiased variance may well rise again.
    """
    level = checks.number(checks.fraction, "fraction", fraction)
    checks.positive("fraction", level)
    try:
        values = np.asarray(trace, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(
            f"trace must hold numbers, as many in each generation, not {trace!r}"
        ) from None
    if values.ndim == 0 or not len(values):
        raise ValueError(f"trace must have generations as its first axis, not shape {values.shape}")
    there = values <= level * values[0]
    return np.where(there.any(axis=0), there.argmax(axis=0), np.inf)
