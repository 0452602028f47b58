"""Along a lineage: when something happened."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from collapse_lib.checks import Array, positive


def time_to(trace: ArrayLike, fraction: float) -> Array:
    """Return the first generation in which a trace is at or below a fraction of its start.

    Parameters
    ----------
    trace : array_like, shape ``(generations + 1, *batch)``
        A metric along a lineage, such as ``lineage.trace(metrics.variance)``; index 0 is the
        truth.
    fraction : float
        Of the value at generation 0, above 0.

    Returns
    -------
    ndarray of float, shape ``batch``
        A generation, or inf where the trace never gets there within its length.

    Raises
    ------
    ValueError
        If `fraction` is not above 0, or `trace` has no axis of generations.

    Notes
    -----
    Take medians and quantiles over the replicates, which inf leaves right as long as fewer
    lineages than that are still on their way; a mean of those that arrived is biased low. The
    *first* time: an unbiased variance may well rise again.
    """
    level = float(positive("fraction", fraction))
    values = np.asarray(trace, dtype=float)
    if values.ndim == 0 or not len(values):
        raise ValueError(f"trace must have generations as its first axis, not shape {values.shape}")
    there = values <= level * values[0]
    return np.where(there.any(axis=0), there.argmax(axis=0), np.inf)
